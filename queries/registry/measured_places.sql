-- title:   What the summary tables measure of each patient, each number as its place among those that occur
-- grain:   one row per (seat)
-- params:  none
-- columns: seat, piece, symptoms (of patient_facts), part (of registry/parts.sql), age_at_first_ivig_years,
--          diagnosis_to_first_ivig_years, dose_g_per_kg, n_cycles, therapy_duration_years, cumulative_dose_g_per_kg (place, of
--          registry/measured_values.sql), female, response, not_evaluable, has_side_effect (0: no, 1: yes)
-- missing: null where it is unknown; "not evaluable" is a known response
create table measured_places as
select
    patient_facts.seat,
    patient_facts.piece,
    patient_facts.symptoms,
    parts.part,
    of_age_at_first_ivig_years.place as age_at_first_ivig_years,
    of_diagnosis_to_first_ivig_years.place as diagnosis_to_first_ivig_years,
    of_dose_g_per_kg.place as dose_g_per_kg,
    of_n_cycles.place as n_cycles,
    of_therapy_duration_years.place as therapy_duration_years,
    of_cumulative_dose_g_per_kg.place as cumulative_dose_g_per_kg,
    (nullif(patient_facts.sex, 'unknown') = 'female')::uinteger as female,
    (patient_facts.response = 'response')::uinteger as response,
    (patient_facts.response = 'not evaluable')::uinteger as not_evaluable,
    patient_facts.has_side_effect::uinteger as has_side_effect
from patient_facts
inner join parts
    on
        patient_facts.piece = parts.piece
        and patient_facts.diagnosis_group is not distinct from parts.diagnosis_group
left join measured_values as of_age_at_first_ivig_years
    on
        of_age_at_first_ivig_years.measure = 'age_at_first_ivig_years'
        and patient_facts.age_at_first_ivig_years = of_age_at_first_ivig_years.value
left join measured_values as of_diagnosis_to_first_ivig_years
    on
        of_diagnosis_to_first_ivig_years.measure = 'diagnosis_to_first_ivig_years'
        and patient_facts.diagnosis_to_first_ivig_years = of_diagnosis_to_first_ivig_years.value
left join measured_values as of_dose_g_per_kg
    on
        of_dose_g_per_kg.measure = 'dose_g_per_kg'
        and patient_facts.dose_g_per_kg = of_dose_g_per_kg.value
left join measured_values as of_n_cycles
    on
        of_n_cycles.measure = 'n_cycles'
        and patient_facts.n_cycles = of_n_cycles.value
left join measured_values as of_therapy_duration_years
    on
        of_therapy_duration_years.measure = 'therapy_duration_years'
        and patient_facts.therapy_duration_years = of_therapy_duration_years.value
left join measured_values as of_cumulative_dose_g_per_kg
    on
        of_cumulative_dose_g_per_kg.measure = 'cumulative_dose_g_per_kg'
        and patient_facts.cumulative_dose_g_per_kg = of_cumulative_dose_g_per_kg.value
order by patient_facts.seat
