-- title:    Centres and units that are spelled in more than one way
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text), usual (text)
-- missing:  empty cells are not checked
-- severity: warning
-- message:  “{value}” is mostly spelled “{usual}” here; the two count as different.
-- mend:     Spell it the same in every row.
with

spellings as (
    select
        'patients' as sheet,
        'centre' as column_name,
        centre as value,
        count(*) as n_rows
    from registry.patients
    where centre is not null
    group by centre
    union all
    select
        'treatments' as sheet,
        'dose_unit' as column_name,
        dose_unit as value,
        count(*) as n_rows
    from registry.treatments
    where dose_unit is not null
    group by dose_unit
),

compared as (
    select
        *,
        first_value(value) over (
            partition by sheet, plain(value) order by n_rows desc, value asc
        ) as usual
    from spellings
),

unusual as (
    select * exclude (n_rows) from compared
    where value != usual
),

all_rows as (
    select
        'patients' as sheet,
        source_row,
        centre as value
    from registry.patients
    union all
    select
        'treatments' as sheet,
        source_row,
        dose_unit as value
    from registry.treatments
),

found as (
    select
        all_rows.sheet,
        all_rows.source_row,
        unusual.column_name,
        unusual.value,
        unusual.usual
    from all_rows
    inner join unusual on all_rows.sheet = unusual.sheet and all_rows.value = unusual.value
)

select * from found
