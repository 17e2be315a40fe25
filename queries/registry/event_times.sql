-- title:   How long it took until each patient stopped IVIg, and from the last cycle to a relapse
-- grain:   one row per (event, seat)
-- params:  none
-- columns: event (stop or relapse), imputation, seat, piece, diagnosis_group, dose_tier, sex, centre, patient_id (of patient_facts), days (stop: from the first to the last cycle; relapse: from the last cycle to the first relapse after it, or else to the last day on which anything is recorded of the patient), is_event (boolean; false: censored at the end of these days; stop: IVIg ended for whatever reason but death, and the patient was not lost), left_out (text: why the patient is in no curve; null if in it), is_concerned (boolean: could be in it, were all recorded)
-- missing: left_out names what is not recorded; days and is_event are null then; relapse: only responders whose IVIg has ended can be in the curve: not who was lost or died before an end is known
create table event_times as
with

-- Only relapses after the last cycle, and those of which nobody knows when.
relapses as (
    select
        patient_facts.seat,
        min(events."day") as relapse_day,
        bool_or(events."day" is null) as has_undated_relapse
    from patient_facts
    inner join registry.events
        on
            patient_facts.imputation = events.imputation
            and patient_facts.patient_id = events.patient_id
    where
        events.kind = 'relapse'
        and (events."day" is null or events."day" > patient_facts.last_cycle_day)
    group by patient_facts.seat
),

followed as (
    select
        patient_facts.imputation,
        patient_facts.seat,
        patient_facts.piece,
        patient_facts.diagnosis_group,
        patient_facts.dose_tier,
        patient_facts.sex,
        patient_facts.centre,
        patient_facts.patient_id,
        patient_facts.response,
        patient_facts.therapy_end_reason,
        patient_facts.last_cycle_day,
        relapses.relapse_day,
        coalesce(relapses.has_undated_relapse, false) as has_undated_relapse,
        -- Whatever is recorded with a day says that the patient was seen then.
        last_seen.last_day
    from patient_facts
    left join relapses on patient_facts.seat = relapses.seat
    inner join last_seen on patient_facts.seat = last_seen.seat
),

asked_of as (
    select
        followed.*,
        events.event
    from followed
    cross join unnest(['relapse', 'stop']) as events (event)
),

sorted_out as (
    select
        *,
        case
            when event = 'relapse' and response is null then 'response not recorded'
            when event = 'relapse' and response != 'response'
                then 'no response, or not evaluable'
            when last_cycle_day is null then 'no cycle recorded'
            when therapy_end_reason is null then 'end of IVIg not recorded'
            when event = 'stop' then null
            when therapy_end_reason = 'ongoing' then 'IVIg goes on'
            -- That therapy was ended while they were followed is known of neither.
            when therapy_end_reason = 'lost to follow-up' then 'lost under IVIg'
            when therapy_end_reason = 'death' then 'died under IVIg'
            when relapse_day is null and has_undated_relapse
                then 'day of the relapse not recorded'
            when last_day = last_cycle_day then 'not followed after the last cycle'
        end as left_out
    from asked_of
),

timed as (
    select
        event,
        imputation,
        seat,
        piece,
        diagnosis_group,
        dose_tier,
        sex,
        centre,
        patient_id,
        case
            when left_out is not null then null
            when event = 'stop' then last_cycle_day
            else coalesce(relapse_day, last_day) - last_cycle_day
        end as days,
        case
            when left_out is not null then null
            when event = 'stop'
                then therapy_end_reason not in ('ongoing', 'lost to follow-up', 'death')
            else relapse_day is not null
        end as is_event,
        left_out,
        coalesce(
            left_out not in (
                'no response, or not evaluable',
                'IVIg goes on',
                'lost under IVIg',
                'died under IVIg'
            ),
            true
        ) as is_concerned
    from sorted_out
)

select * from timed
order by
    event,
    seat
