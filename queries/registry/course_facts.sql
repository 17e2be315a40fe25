-- title:   What each patient's cycles add up to, and the usual dose
-- grain:   one row per (imputation, patient_id)
-- params:  none
-- columns: imputation, patient_id, n_cycles (count), last_cycle_day (days since first IVIg), therapy_duration_years
--          (years, first to last cycle), cumulative_dose_g_per_kg (g/kg), dose_g_per_kg (g/kg, the most frequent cycle
--          dose, the higher on a tie)
-- missing: a patient without cycles has no row
create temp table course_facts as
with

doses as (
    select
        imputation,
        patient_id,
        dose_g_per_kg,
        count(*) as n_cycles
    from registry.cycles
    group by all
),

usual_doses as (
    select
        imputation,
        patient_id,
        arg_max(dose_g_per_kg, (n_cycles, dose_g_per_kg)) as dose_g_per_kg
    from doses
    group by all
),

courses as (
    select
        imputation,
        patient_id,
        count(*) as n_cycles,
        max("day") as last_cycle_day,
        (last_cycle_day - min("day")) / 365.25 as therapy_duration_years,
        round(sum(dose_g_per_kg), 6) as cumulative_dose_g_per_kg
    from registry.cycles
    group by all
),

joined as (
    select
        courses.*,
        usual_doses.dose_g_per_kg
    from courses
    inner join usual_doses
        on
            courses.imputation = usual_doses.imputation
            and courses.patient_id = usual_doses.patient_id
)

select * from joined
