-- title:   How many cycles each patient was given in each dose tier
-- grain:   one row per (seat, dose_tier)
-- params:  none
-- columns: imputation, seat (of patient_facts), dose_tier (text), n_cycles (count)
-- missing: a tier in which a patient was given no cycle has no row
create table doses_given as
select
    patient_facts.imputation,
    patient_facts.seat,
    dose_tiers.dose_tier,
    count(*) as n_cycles
from registry.cycles as cycles
inner join patient_facts
    on
        cycles.imputation = patient_facts.imputation
        and cycles.patient_id = patient_facts.patient_id
inner join reference.dose_tiers
    on
        cycles.dose_g_per_kg >= dose_tiers.lower_g_per_kg
        and cycles.dose_g_per_kg < coalesce(dose_tiers.upper_g_per_kg, 'infinity')
group by all
