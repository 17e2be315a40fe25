-- title:   Every side-effect with the cycle in which it began
-- grain:   one row per (seat, symptom, number)
-- params:  none
-- columns: imputation, seat (of patient_facts), patient_id, symptom (text), number (from 1, of this symptom in the patient), cycle_no (of the cycle in which it began), dose_place, grade_place, cycle_place (of onset_columns), onset_day (days since first IVIg), days_since_cycle (days since the first infusion of its cycle), serious (boolean), led_to_discontinuation (boolean)
-- missing: a side-effect without a cycle belongs to the last one begun by its day; without a day it has no cycle, and a dose only if all cycles of the patient were in one tier, and in a reconstruction the side-effect is reported, and the dose of each cycle that is not itself filled in
create table onsets as
with

side_effects as (
    select
        rowid as row_number,
        *
    from registry.side_effects
),

cycle_found as (
    select
        side_effects.row_number,
        arg_max(cycles, cycles.cycle_no) as at_onset
    from side_effects
    inner join registry.cycles as cycles
        on
            side_effects.imputation = cycles.imputation
            and side_effects.patient_id = cycles.patient_id
    where
        if(
            side_effects.cycle_no is null,
            cycles."day" <= side_effects."day",
            cycles.cycle_no = side_effects.cycle_no
        )
    group by side_effects.row_number
),

told_cycles as (
    select
        patient_id,
        row_key,
        bool_or(column_name = 'dose_g_per_kg' and status = 'reported') as is_dose_told,
        bool_or(column_name = 'cycle_no' and status = 'imputed') as is_filled_in
    from registry.provenance
    where table_name = 'cycles'
    group by
        patient_id,
        row_key
),

-- Where only the dose of a cycle was filled in, that it never changed is an assumption of its own.
-- A cycle that was filled in whole has the dose of the told ones: another one is said nowhere.
assumed as (
    select distinct cycles.patient_id
    from registry.cycles as cycles
    left join told_cycles
        on
            cycles.patient_id = told_cycles.patient_id
            and cycles.cycle_no::varchar = told_cycles.row_key
    where
        cycles.imputation > 0
        and not coalesce(told_cycles.is_dose_told or told_cycles.is_filled_in, false)
),

told_of as (
    select distinct told_cycles.patient_id
    from told_cycles
    anti join assumed on told_cycles.patient_id = assumed.patient_id
    where told_cycles.is_dose_told
),

-- A side-effect that was filled in happened at no dose.
reported_symptoms as (
    select distinct
        patient_id,
        row_key as symptom
    from registry.provenance
    where
        table_name = 'side_effects'
        and column_name = 'symptom'
        and status = 'reported'
),

only_dose as (
    select
        exposure.seat,
        any_value(exposure.place) as dose_place
    from exposure
    inner join patient_facts on exposure.seat = patient_facts.seat
    left join told_of on patient_facts.patient_id = told_of.patient_id
    where
        exposure.counted_by = 'dose'
        and (
            patient_facts.imputation = 0
            or told_of.patient_id is not null
        )
    group by exposure.seat
    having count(exposure.place) = 1
),

joined as (
    select
        patient_facts.imputation,
        patient_facts.seat,
        patient_facts.patient_id,
        side_effects.symptom,
        row_number() over (
            partition by patient_facts.seat, side_effects.symptom
            order by cycle_found.at_onset.cycle_no, side_effects."day"
        ) as number,
        cycle_found.at_onset.cycle_no,
        coalesce(
            dose_columns.place,
            if(
                patient_facts.imputation = 0 or reported_symptoms.symptom is not null,
                only_dose.dose_place,
                null
            )
        ) as dose_place,
        side_effects.ctcae_grade as grade_place,
        cycle_columns.place as cycle_place,
        side_effects."day" as onset_day,
        side_effects."day" - cycle_found.at_onset."day" as days_since_cycle,
        side_effects.serious,
        side_effects.led_to_discontinuation
    from side_effects
    inner join patient_facts
        on
            side_effects.imputation = patient_facts.imputation
            and side_effects.patient_id = patient_facts.patient_id
    left join cycle_found on side_effects.row_number = cycle_found.row_number
    left join only_dose on patient_facts.seat = only_dose.seat
    left join reported_symptoms
        on
            side_effects.patient_id = reported_symptoms.patient_id
            and side_effects.symptom = reported_symptoms.symptom
    left join onset_columns as dose_columns
        on
            dose_columns.counted_by = 'dose'
            and cycle_found.at_onset.dose_g_per_kg >= dose_columns.lower_end
            and cycle_found.at_onset.dose_g_per_kg < dose_columns.upper_end
    left join onset_columns as cycle_columns
        on
            cycle_columns.counted_by = 'cycle'
            and cycle_found.at_onset.cycle_no >= cycle_columns.lower_end
            and cycle_found.at_onset.cycle_no < cycle_columns.upper_end
)

select * from joined
