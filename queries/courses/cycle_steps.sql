-- title:   The cycles of an import in their order, each with the one before it
-- grain:   one row per (source_row)
-- params:  none
-- columns: source_row, patient_id, cycle_no, day (days since first IVIg), dose_g_per_kg (g/kg), infusion_days (days), previous_row (source_row), previous_no, previous_day, previous_dose, previous_infusion_days (all of the cycle before, by number)
-- missing: the first cycle has none before it; cycles without patient or number, or of an unknown patient, are left out
create table cycle_steps as
with

cycles as (
    select * from registry.cycles
    where cycle_no is not null
),

known as (
    select cycles.*
    from cycles
    semi join patient_courses on cycles.patient_id = patient_courses.patient_id
),

stepped as (
    select
        source_row,
        patient_id,
        cycle_no,
        "day",
        dose_g_per_kg,
        infusion_days,
        lag(source_row) over course as previous_row,
        lag(cycle_no) over course as previous_no,
        lag("day") over course as previous_day,
        lag(dose_g_per_kg) over course as previous_dose,
        lag(infusion_days) over course as previous_infusion_days
    from known
    window course as (partition by patient_id order by cycle_no, source_row)
)

select * from stepped
