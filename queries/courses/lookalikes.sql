-- title:   Patients of an import who are like an earlier one in all that tells patients apart
-- grain:   one row per (source_row)
-- params:  none
-- columns: source_row, centre (text), first_row (source_row of the first patient with the same sex, age, diagnosis, body weight and at least two cycles on the same days), first_centre (text)
-- missing: patients without body weight, or with a cycle without day, are left out
create table lookalikes as
with

candidates as (
    select *
    from patient_courses
    where body_weight_kg is not null and n_cycles > 1
    qualify
        count(*) over (
            partition by sex, age_at_first_ivig_years, diagnosis, body_weight_kg
        ) > 1
),

courses as (
    select
        cycles.patient_id,
        list(cycles."day" order by cycles."day") as days
    from registry.cycles as cycles
    semi join candidates on cycles.patient_id = candidates.patient_id
    group by cycles.patient_id
    having count(*) = count(cycles."day")
),

numbered as (
    select
        candidates.source_row,
        candidates.centre,
        row_number() over alike as place,
        first_value(candidates.source_row) over alike as first_row,
        first_value(candidates.centre) over alike as first_centre
    from candidates
    inner join courses on candidates.patient_id = courses.patient_id
    window
        alike as (
            partition by
                candidates.sex, candidates.age_at_first_ivig_years, candidates.diagnosis,
                candidates.body_weight_kg, courses.days
            order by candidates.source_row
        )
),

later as (
    select * exclude (place)
    from numbered
    where place > 1
)

select * from later
