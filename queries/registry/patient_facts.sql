-- title:   Everything known of each patient, one row each
-- grain:   one row per (imputation, patient_id)
-- params:  none
-- columns: imputation, patient_id, seat (the patient's place among those of all versions, from 0, alike patients side by side; see versions.sql), piece (that the seat is in; see pieces.sql), centre (text), diagnosis (text), subtype (text), overlap (text), sex (text),
--          age_at_first_ivig_years (years), body_weight_kg (kg), diagnosis_to_first_ivig_years (years),
--          response (text), response_basis (text), off_label (boolean), therapy_end_reason (text),
--          diagnosis_group (text), diagnoses (list: the group and the diagnosis), n_cycles (count),
--          last_cycle_day (days since first IVIg), therapy_duration_years (years, first to last cycle),
--          dose_g_per_kg (g/kg, the most frequent cycle dose, the higher on a tie), dose_tier (text),
--          cumulative_dose_g_per_kg (g/kg), cumulative_dose_g (g), has_side_effect (boolean),
--          serious_side_effect (boolean), stopped_for_side_effect (boolean), symptoms (list),
--          prior_drugs (list), concomitant_drugs (list), subsequent_drugs (list), event_kinds (list),
--          event_labels (list of 'kind: label'), individually_reported (boolean: recorded, or reported of this patient by the publication)
-- missing: cumulative_dose_g is null without body weight; the figures on cycles are null without a cycle; whether a
--          side-effect was serious is null if it is not recorded of one and none was, and false without a side-effect;
--          whether one ended the therapy alike, unless therapy_end_reason says it: side-effects is true (null if none is
--          recorded, or each was not the cause), death, lost to follow-up and other say nothing, the rest is false
create table patient_facts as
with

described as (
    select distinct patient_id
    from registry.provenance
    where status = 'reported'
),

joined as (
    select
        patients.imputation,
        patients.patient_id,
        seats.seat,
        seats.piece,
        patients.* exclude (imputation, patient_id),
        seats.diagnosis_group,
        list_distinct([seats.diagnosis_group, patients.diagnosis]) as diagnoses,
        courses.n_cycles,
        courses.last_cycle_day,
        courses.therapy_duration_years,
        courses.dose_g_per_kg,
        dose_tiers.dose_tier,
        courses.cumulative_dose_g_per_kg,
        courses.cumulative_dose_g_per_kg * patients.body_weight_kg as cumulative_dose_g,
        side_effects.symptoms is not null as has_side_effect,
        has_side_effect and side_effects.serious_side_effect as serious_side_effect,
        case
            when side_effects.led_to_discontinuation then true
            -- With none that can have been it, either the reason or the side-effects are wrong.
            when patients.therapy_end_reason = 'side-effects'
                then if(has_side_effect and side_effects.led_to_discontinuation is null, true, null)
            when not has_side_effect then false
            -- Behind death, loss or another reason there may be a side-effect.
            when
                patients.therapy_end_reason in (
                    'ongoing', 'remission', 'lack of efficacy', 'reimbursement refused'
                )
                then false
            else side_effects.led_to_discontinuation
        end as stopped_for_side_effect,
        list_transform(
            coalesce(side_effects.symptoms, []), lambda place: names.symptoms[place]
        ) as symptoms,
        list_transform(
            coalesce(drugs.prior, []), lambda place: names.drugs[place]
        ) as prior_drugs,
        list_transform(
            coalesce(drugs.concomitant, []), lambda place: names.drugs[place]
        ) as concomitant_drugs,
        list_transform(
            coalesce(drugs.subsequent, []), lambda place: names.drugs[place]
        ) as subsequent_drugs,
        list_transform(
            coalesce(events.kinds, []), lambda place: names.event_kinds[place]
        ) as event_kinds,
        list_transform(
            coalesce(events.labels, []), lambda place: names.event_labels[place]
        ) as event_labels,
        patients.imputation = 0 or described.patient_id is not null as individually_reported
    from registry.patients as patients
    cross join names
    inner join seats
        on patients.imputation = seats.imputation and patients.patient_id = seats.patient_id
    left join course_facts as courses
        on patients.imputation = courses.imputation and patients.patient_id = courses.patient_id
    left join reference.dose_tiers
        on
            courses.dose_g_per_kg >= dose_tiers.lower_g_per_kg
            and courses.dose_g_per_kg < coalesce(dose_tiers.upper_g_per_kg, 'infinity'::double)
    left join side_effect_facts as side_effects
        on
            patients.imputation = side_effects.imputation
            and patients.patient_id = side_effects.patient_id
    left join drug_facts as drugs
        on patients.imputation = drugs.imputation and patients.patient_id = drugs.patient_id
    left join event_facts as events
        on patients.imputation = events.imputation and patients.patient_id = events.patient_id
    left join described on patients.patient_id = described.patient_id
)

select * from joined
order by seat
