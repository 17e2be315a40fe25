-- title:   Where each patient stands among the lanes of all, by each way to sort and to group them
-- grain:   one row per (seat)
-- params:  none
-- columns: imputation, seat, piece, n_cycles (of patient_facts), by_id, by_duration, by_dose, by_diagnosis, by_response (from 1, within the
--          version), diagnosis_group_place, dose_tier_place, response_place, centre_place (of trait_values, in reading
--          order)
-- missing: who lacks what is sorted or grouped by comes last
create table lane_places as
with

grouped as (
    select
        patient_facts.imputation,
        patient_facts.seat,
        patient_facts.piece,
        patient_facts.n_cycles,
        patient_facts.patient_id,
        patient_facts.diagnosis,
        patient_facts.dose_g_per_kg,
        coalesce(patient_facts.last_cycle_day, 0) as last_day,
        diagnosis_groups.place as diagnosis_group_place,
        dose_tiers.place as dose_tier_place,
        responses.place as response_place,
        centres.place as centre_place
    from patient_facts
    inner join trait_values as diagnosis_groups
        on
            diagnosis_groups.trait = 'diagnosis_group'
            and coalesce(patient_facts.diagnosis_group, '') = coalesce(diagnosis_groups.value, '')
    inner join trait_values as dose_tiers
        on
            dose_tiers.trait = 'dose_tier'
            and coalesce(patient_facts.dose_tier, '') = coalesce(dose_tiers.value, '')
    inner join trait_values as responses
        on
            responses.trait = 'response'
            and coalesce(patient_facts.response, '') = coalesce(responses.value, '')
    inner join trait_values as centres
        on
            centres.trait = 'centre'
            and coalesce(patient_facts.centre, '') = coalesce(centres.value, '')
),

-- Sorted once: so a page of a large registry compares numbers alone.
named as (
    select
        * exclude (patient_id),
        row_number() over (
            partition by imputation
            order by patient_id
        ) as by_id
    from grouped
),

by_length as (
    select
        *,
        row_number() over (
            partition by imputation
            order by
                last_day desc,
                by_id asc
        ) as by_duration
    from named
),

places as (
    select
        imputation,
        seat,
        piece,
        n_cycles,
        by_id,
        by_duration,
        row_number() over (
            partition by imputation
            order by
                dose_g_per_kg desc nulls last,
                by_duration asc
        ) as by_dose,
        row_number() over (
            partition by imputation
            order by
                diagnosis_group_place asc,
                diagnosis asc,
                by_duration asc
        ) as by_diagnosis,
        row_number() over (
            partition by imputation
            order by
                response_place asc,
                by_duration asc
        ) as by_response,
        diagnosis_group_place,
        dose_tier_place,
        response_place,
        centre_place
    from by_length
)

select * from places
order by seat
