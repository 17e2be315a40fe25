-- title:   When each side-effect began
-- grain:   one row per (symptom, patient_id, number)
-- params:  $cohort (see registry/members.sql)
-- columns: symptom (text), patient_id, number (from 1, of this symptom in the patient), n_versions (count of the versions in which it occurs with a day), dose (text: dose tier at onset; null where versions differ), onset_day (days since first IVIg; median and range over the versions), onset_day_lowest, onset_day_highest, days_since_cycle (days since the first infusion of its cycle), days_since_cycle_lowest, days_since_cycle_highest
-- missing: a side-effect without a day is not here; days_since_cycle is null where it began before every cycle
-- disclosure: asked of cohort; withheld each dot is a side-effect of a patient
with

cohort as (
    select patients
    from members($cohort)
    where left_out = 0
),

dated as (
    select
        onsets.symptom,
        onsets.patient_id,
        onsets.number,
        count(*) as n_versions,
        if(
            count(distinct onsets.dose_place) = 1, any_value(onsets.dose_place), null
        ) as dose_place,
        quantile_disc(onsets.onset_day, 0.5) as onset_day,
        min(onsets.onset_day) as onset_day_lowest,
        max(onsets.onset_day) as onset_day_highest,
        quantile_disc(onsets.days_since_cycle, 0.5) as days_since_cycle,
        min(onsets.days_since_cycle) as days_since_cycle_lowest,
        max(onsets.days_since_cycle) as days_since_cycle_highest
    from onsets
    cross join cohort
    where
        get_bit(cohort.patients, onsets.seat) = 1
        and onsets.onset_day is not null
    group by
        onsets.symptom,
        onsets.patient_id,
        onsets.number
),

named as (
    select
        dated.symptom,
        dated.patient_id,
        dated.number,
        dated.n_versions,
        onset_columns.column_name as dose,
        dated.* exclude (symptom, patient_id, number, n_versions, dose_place)
    from dated
    left join onset_columns
        on onset_columns.counted_by = 'dose' and dated.dose_place = onset_columns.place
)

select * from named
order by symptom asc, patient_id asc, number asc
