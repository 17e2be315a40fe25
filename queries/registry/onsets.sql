-- title:   Every side-effect with the dose tier in which it began
-- grain:   one row per (seat, number)
-- params:  none
-- columns: imputation, seat (of patient_facts), number (of the patient's side-effects), symptom (text),
--          dose_tier (text: of the cycle in which it began)
-- missing: a side-effect without a cycle has the tier of the patient's usual dose, if there is one
create table onsets as
select
    patient_facts.imputation,
    patient_facts.seat,
    row_number() over (partition by patient_facts.seat order by side_effects.rowid) as number,
    side_effects.symptom,
    coalesce(dose_tiers.dose_tier, patient_facts.dose_tier) as dose_tier
from registry.side_effects as side_effects
inner join patient_facts
    on
        side_effects.imputation = patient_facts.imputation
        and side_effects.patient_id = patient_facts.patient_id
left join registry.cycles as cycles
    on
        side_effects.imputation = cycles.imputation
        and side_effects.patient_id = cycles.patient_id
        and side_effects.cycle_no = cycles.cycle_no
left join reference.dose_tiers
    on
        cycles.dose_g_per_kg >= dose_tiers.lower_g_per_kg
        and cycles.dose_g_per_kg < coalesce(dose_tiers.upper_g_per_kg, 'infinity')
