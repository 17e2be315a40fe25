-- title:    Centres that mostly lack the body weight
-- grain:    one row per (centre)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), centre (text), n_missing (count), n_patients (count)
-- missing:  what is missing is counted; centres that lack fewer than half are not named
-- severity: warning
-- message:  {n_missing} of {n_patients} patients of centre {centre} have no body weight: their doses in grams, and the costs, are not known.
-- mend:     Add the weights, where they are known.
with

by_centre as (
    select
        centre,
        count(*) as n_patients,
        count(*) - count(body_weight_kg) as n_missing
    from patient_courses
    where centre is not null
    group by centre
),

found as (
    select
        'patients' as sheet,
        null::bigint as source_row,
        'body_weight_kg' as column_name,
        null as value,
        centre,
        n_missing,
        n_patients
    from by_centre
    where 2 * n_missing > n_patients
)

select * from found
