-- title:   Which criterion of a filter takes whom: how many patients are left after each
-- grain:   one row per (step)
-- params:  $steps (list of filters, each as the criteria of registry/members.sql and narrower than the one before),
--          $most_named: whom a step took is listed if they are not more
-- columns: step (from 1), n_patients (count of patients who are left; median and range over the versions),
--          n_patients_lowest, n_patients_highest, n_before (count of patients before it),
--          n_before_lowest, n_before_highest, n_taken (count of patients whom the step took), n_taken_lowest,
--          n_taken_highest, is_named (boolean: whether the step took few enough to be listed), taken (list of
--          patient_id: whom the step took in every version), taken_in_some (list of patient_id: whom it took in some
--          versions only)
-- missing: a patient whose field is not recorded meets no criterion on it and is taken; the first step takes
--          nobody; the lists are empty where they would be too long
-- disclosure: sizes of steps; label step; count n_patients, n_before, n_taken; open n_taken; whole n_before =
--              n_patients + n_taken; never is_named, taken, taken_in_some
with

asked as (
    select
        $steps::varchar[] as steps,
        $most_named::integer as most_named
),

filters as (
    select
        generate_subscripts(steps, 1)::integer as step,
        unnest(steps) as criteria
    from asked
),

members_of_steps as (
    select
        filters.step,
        members.patients
    from filters
    cross join lateral (
        select patients
        from members(filters.criteria)
        where left_out = 0
    ) as members
),

with_taken as (
    select
        step,
        patients,
        lag(patients) over (order by step) & ~patients as patients_taken
    from members_of_steps
),

left_and_taken as (
    select
        with_taken.step,
        bit_count(
            (with_taken.patients::blob)[versions.first_byte:versions.last_byte]::bit
        ) as n_patients,
        coalesce(
            bit_count(
                (with_taken.patients_taken::blob)[versions.first_byte:versions.last_byte]::bit
            ),
            0
        ) as n_taken
    from with_taken
    cross join versions
),

by_version as (
    select
        *,
        n_patients + n_taken as n_before
    from left_and_taken
),

counted as (
    select
        step,
        quantile_disc(n_patients, 0.5) as n_patients,
        min(n_patients) as n_patients_lowest,
        max(n_patients) as n_patients_highest,
        quantile_disc(n_before, 0.5) as n_before,
        min(n_before) as n_before_lowest,
        max(n_before) as n_before_highest,
        quantile_disc(n_taken, 0.5) as n_taken,
        min(n_taken) as n_taken_lowest,
        max(n_taken) as n_taken_highest,
        n_taken_highest <= any_value(asked.most_named) as is_named,
        count(*) as n_versions
    from by_version
    cross join asked
    group by step
),

by_patient as (
    select
        with_taken.step,
        patient_facts.patient_id,
        count(*) as n_versions_taken
    from with_taken
    semi join counted
        on with_taken.step = counted.step and counted.is_named and counted.n_taken_highest > 0
    inner join patient_facts
        on get_bit(with_taken.patients_taken, patient_facts.seat) = 1
    group by
        with_taken.step,
        patient_facts.patient_id
),

steps as (
    select
        counted.step,
        any_value(counted.n_patients) as n_patients,
        any_value(counted.n_patients_lowest) as n_patients_lowest,
        any_value(counted.n_patients_highest) as n_patients_highest,
        any_value(counted.n_before) as n_before,
        any_value(counted.n_before_lowest) as n_before_lowest,
        any_value(counted.n_before_highest) as n_before_highest,
        any_value(counted.n_taken) as n_taken,
        any_value(counted.n_taken_lowest) as n_taken_lowest,
        any_value(counted.n_taken_highest) as n_taken_highest,
        any_value(counted.is_named) as is_named,
        coalesce(
            list(by_patient.patient_id order by by_patient.patient_id) filter (
                where by_patient.n_versions_taken = counted.n_versions
            ),
            []
        ) as taken,
        coalesce(
            list(by_patient.patient_id order by by_patient.patient_id) filter (
                where by_patient.n_versions_taken < counted.n_versions
            ),
            []
        ) as taken_in_some
    from counted
    left join by_patient on counted.step = by_patient.step
    group by counted.step
)

select * from steps
order by step
