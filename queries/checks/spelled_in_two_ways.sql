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
        source_row,
        'centre' as column_name,
        centre as value
    from registry.patients
    where centre is not null
    union all
    select
        'treatments' as sheet,
        source_row,
        'dose_unit' as column_name,
        dose_unit as value
    from registry.treatments
    where dose_unit is not null
),

counted as (
    select
        *,
        count(*) over (partition by sheet, value) as n_rows
    from spellings
),

compared as (
    select
        * exclude (n_rows),
        first_value(value) over (
            partition by sheet, plain(value) order by n_rows desc, value asc
        ) as usual
    from counted
),

found as (
    select * from compared
    where value != usual
)

select * from found
