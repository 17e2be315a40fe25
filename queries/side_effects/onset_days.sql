-- title:   When each side-effect began
-- grain:   one row per (symptom, patient_id, number)
-- params:  $cohort (see registry/members.sql), $since: onset_day or days_since_cycle, $most_drawn: of more side-effects so many are here, evenly spread over these days of their symptom (see registry/is_drawn.sql)
-- columns: symptom (text), patient_id, number (from 1, of this symptom in the patient), n_versions (count of the versions in which it occurs with a day), dose (text: dose tier at onset; null where versions differ), onset_day (days since first IVIg; median and range over the versions), onset_day_lowest, onset_day_highest, days_since_cycle (days since the first infusion of its cycle), days_since_cycle_lowest, days_since_cycle_highest, n_known (count of all side-effects of which these days are known), n_open (count of those whose days differ between versions)
-- missing: a side-effect without a day is not here, nor by days_since_cycle one that began before every cycle
-- disclosure: asked of cohort; withheld each dot is a side-effect of a patient
with

asked as (
    select
        $since::varchar as since,
        $most_drawn::integer as most_drawn
),

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
        min(onsets.seat) as first_seat,
        count(*) as n_versions,
        if(
            min(onsets.dose_place) = max(onsets.dose_place), min(onsets.dose_place), null
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

known as (
    select
        dated.symptom,
        dated.patient_id,
        dated.number,
        dated.first_seat,
        dated.n_versions,
        onset_columns.column_name as dose,
        dated.* exclude (symptom, patient_id, number, first_seat, n_versions, dose_place),
        if(
            asked.since = 'onset_day', dated.onset_day, dated.days_since_cycle
        ) as days_asked,
        if(
            asked.since = 'onset_day',
            dated.onset_day_lowest < dated.onset_day_highest,
            dated.days_since_cycle_lowest < dated.days_since_cycle_highest
        ) as is_open
    from dated
    cross join asked
    left join onset_columns
        on onset_columns.counted_by = 'dose' and dated.dose_place = onset_columns.place
    where days_asked is not null
),

symptoms as (
    select
        symptom,
        count(*) as n_of_symptom,
        count(*) filter (where is_open) as n_open
    from known
    group by symptom
),

counted as (
    select
        count(*) as n_symptoms,
        sum(n_of_symptom)::bigint as n_known,
        sum(n_open)::bigint as n_open
    from symptoms
),

-- By seat, as numbers are sorted in half the time of ids.
in_order as (
    select
        *,
        row_number() over (
            partition by symptom
            order by
                days_asked,
                first_seat,
                number
        ) as nth
    from known
),

drawn as (
    select
        in_order.* exclude (nth, first_seat, days_asked, is_open),
        counted.n_known,
        counted.n_open
    from in_order
    inner join symptoms on in_order.symptom = symptoms.symptom
    cross join counted
    cross join asked
    where
        is_drawn(
            in_order.nth,
            symptoms.n_of_symptom,
            counted.n_symptoms,
            counted.n_known,
            asked.most_drawn
        )
)

select * from drawn
order by symptom asc, patient_id asc, number asc
