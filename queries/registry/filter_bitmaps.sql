-- title:   Who has which option of the filter in which version
-- grain:   one row per (imputation, place)
-- params:  none
-- columns: imputation, place (of the option), position (of its field),
--          patients (bit string over the version's seats: 1 where a patient has it)
-- missing: every option that occurs in any version has a row for all of them; the cohort itself is had by everybody
create table filter_bitmaps as
with

entries as (
    select unnest(entries, recursive := true)
    from filter_index
),

having_them as (
    select
        filter_options.place,
        filter_options.position,
        bit_or(entries.patients) as patients
    from filter_options
    inner join entries
        on
            filter_options.position = entries.position
            and filter_options.value = entries.value
    group by all
    union all
    select
        0 as place,
        0 as position,
        everybody as patients
    from filter_index
),

by_version as (
    select
        versions.imputation,
        having_them.place,
        having_them.position,
        (having_them.patients::blob)[versions.first_byte:versions.last_byte]::bit as patients
    from having_them
    cross join versions
)

select * from by_version
