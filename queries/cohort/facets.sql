-- title:   The filter's options with their counts under all other filters
-- grain:   one row per (field, value)
-- params:  $cohort (see registry/failing.sql)
-- columns: field (text), value (text; of a binned number the bin's lower end),
--          bin_lower (number, null for texts), parent (text, the group of a diagnosis that is not its own group),
--          n_patients (count), n_patients_lowest (count), n_patients_highest (count)
-- missing: every option that occurs in the registry is listed; one that nobody has in a version counts 0 there
with

patients as (
    select
        imputation,
        options,
        failing(options, numbers, $cohort) as fails
    from filter_patients
),

-- A patient counts for an option if nothing but the option's own field keeps them out.
slots as (
    select
        imputation,
        fails,
        generate_subscripts(options, 1) as position,
        unnest(options) as texts
    from patients
    where len(fails) <= 1
),

options as (
    select
        imputation,
        position,
        unnest(texts) as value
    from slots
    where len(fails) = 0 or fails[1] = position
),

counted as (
    select
        imputation,
        position,
        value,
        count(*) as n_patients
    from options
    group by all
),

by_version as (
    select
        filter_options.* exclude (imputation),
        coalesce(counted.n_patients, 0) as n_patients
    from filter_options
    left join counted using (imputation, position, value)
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
    order by place
)

select * from ordered
