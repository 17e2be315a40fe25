-- title:   How much immunoglobulin each patient was given in all, in one version
-- grain:   one row per (patient_id)
-- params:  $cohort (see registry/members.sql), $version (imputation; 0 in recorded data)
-- columns: patient_id, dose_tier (text: of the usual dose), n_cycles (count), g_per_kg (g/kg, sum over the cycles), g_per_kg_lowest, g_per_kg_highest (over the versions in which the patient belongs to the cohort), grams (g), grams_lowest, grams_highest, dose_is_open (boolean: the tier differs between versions)
-- missing: patients without cycles are not here; grams are null where body weight is not recorded
-- disclosure: asked of cohort; withheld each dot is a patient
with

asked as (
    select $version::integer as asked_version
),

members as (
    select
        cohort.*,
        cohort.imputation = asked.asked_version as is_asked
    from cohort($cohort) as cohort
    cross join asked
    where cohort.n_cycles is not null
),

patients as (
    select
        patient_id,
        any_value(dose_tier) filter (where is_asked) as dose_tier,
        any_value(n_cycles) filter (where is_asked) as n_cycles,
        any_value(cumulative_dose_g_per_kg) filter (where is_asked) as g_per_kg,
        min(cumulative_dose_g_per_kg) as g_per_kg_lowest,
        max(cumulative_dose_g_per_kg) as g_per_kg_highest,
        any_value(cumulative_dose_g) filter (where is_asked) as grams,
        min(cumulative_dose_g) as grams_lowest,
        max(cumulative_dose_g) as grams_highest,
        count(distinct dose_tier) > 1 as dose_is_open
    from members
    group by patient_id
    having bool_or(is_asked)
)

select * from patients
order by dose_tier::double desc, g_per_kg asc, patient_id asc
