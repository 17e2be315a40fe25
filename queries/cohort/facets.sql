-- title:   How many patients the cohort has, and each option of the filter under all other filters
-- grain:   one row per (field, value); the row without a field is the cohort itself
-- params:  $cohort (see registry/members.sql)
-- columns: field (text; null: the cohort itself), value (text; of a binned number the bin's
--          lower end), bin_lower (number, null for texts), parent (text, the group of a diagnosis that is not
--          its own group), n_patients (count), n_patients_lowest (count), n_patients_highest (count)
-- missing: every option that occurs in the registry is listed; one that nobody has in a version counts 0 there
with

candidates as materialized (
    select * from members($cohort)
),

options_by_version as (
    select
        filter_options.place,
        filter_options.field,
        filter_options.value,
        filter_options.bin_lower,
        filter_options.parent,
        bit_count(filter_options.patients & candidates.patients) as n_patients
    from filter_options
    inner join candidates
        on
            filter_options.imputation = candidates.imputation
            and filter_options.position = candidates.left_out
),

cohort_by_version as (
    select bit_count(patients) as n_patients
    from candidates
    where left_out = 0
),

by_version as (
    select * from options_by_version
    union all by name
    select * from cohort_by_version
),

summarised as (
    select
        place,
        field,
        value,
        bin_lower,
        parent,
        quantile_disc(n_patients, 0.5) as n_patients,
        min(n_patients) as n_patients_lowest,
        max(n_patients) as n_patients_highest
    from by_version
    group by all
),

ordered as (
    select * exclude (place)
    from summarised
    order by place nulls first
)

select * from ordered
