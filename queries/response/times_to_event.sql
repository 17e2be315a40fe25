-- title:   How long it took until IVIg was stopped, or from its last cycle to a relapse
-- grain:   one row per (patient_id) of the cohort in at least one version
-- params:  $cohort (see registry/members.sql), $event: stop or relapse
-- columns: patient_id, diagnosis_group, dose_tier, sex, centre (text; null where it differs between versions), days, days_lowest, days_highest (null if left out; median and range over the versions; stop: from the first to the last cycle; relapse: from the last cycle to the first relapse after it, or else to the last day on which anything is recorded of the patient), is_event (boolean; false: censored at the end of these days; stop: IVIg ended for whatever reason but death, and the patient was not lost), left_out (text: why the patient is in no curve; null if in it), is_concerned (boolean: could be in it, were all recorded), n_versions_followed (count of versions in which the patient is in the curve), is_determined (boolean: in the cohort and the same in every version), n_concerned, n_concerned_lowest, n_concerned_highest (count of the patients of the whole cohort who are concerned, the same in every row; median and range over the versions), n_followed, n_followed_lowest, n_followed_highest (those in the curve, likewise), n_open, n_open_lowest, n_open_highest (those concerned who are not determined, likewise)
-- missing: left_out names what is not recorded; relapse: only responders whose IVIg has ended can be in the curve: not who was lost or died before an end is known
-- disclosure: asked of cohort; withheld each step of a curve is the time of a patient
with

asked as (
    select $event::varchar as asked_event
),

members as (
    select
        cohort.imputation,
        cohort.patient_id,
        cohort.diagnosis_group,
        cohort.dose_tier,
        cohort.sex,
        cohort.centre,
        cohort.response,
        cohort.therapy_end_reason,
        cohort.last_cycle_day,
        asked.asked_event
    from cohort($cohort) as cohort
    cross join asked
),

-- Only what came after the last cycle, and relapses of which nobody knows when.
events_after as (
    select
        members.imputation,
        members.patient_id,
        min(events."day") filter (where events.kind = 'relapse') as relapse_day,
        bool_or(events.kind = 'relapse' and events."day" is null) as has_undated_relapse,
        max(events."day") as last_event_day
    from members
    inner join registry.events
        on
            members.imputation = events.imputation
            and members.patient_id = events.patient_id
    where
        members.asked_event = 'relapse'
        and (
            events."day" > members.last_cycle_day
            or (events.kind = 'relapse' and events."day" is null)
        )
    group by
        members.imputation,
        members.patient_id
),

-- Whatever is recorded with a day says that the patient was seen then.
seen as (
    select
        imputation,
        patient_id,
        "day"
    from registry.assessments
    union all
    select
        imputation,
        patient_id,
        "day"
    from registry.side_effects
    union all
    select
        imputation,
        patient_id,
        greatest(start_day, stop_day) as "day"
    from registry.treatments
),

last_seen as (
    select
        imputation,
        patient_id,
        max("day") as last_seen_day
    from seen
    group by
        imputation,
        patient_id
),

followed as (
    select
        members.*,
        events_after.relapse_day,
        coalesce(events_after.has_undated_relapse, false) as has_undated_relapse,
        greatest(
            members.last_cycle_day, events_after.last_event_day, last_seen.last_seen_day
        ) as last_day
    from members
    left join events_after
        on
            members.imputation = events_after.imputation
            and members.patient_id = events_after.patient_id
    left join last_seen
        on
            members.imputation = last_seen.imputation
            and members.patient_id = last_seen.patient_id
),

sorted_out as (
    select
        *,
        case
            when asked_event = 'relapse' and response is null then 'response not recorded'
            when asked_event = 'relapse' and response != 'response'
                then 'no response, or not evaluable'
            when last_cycle_day is null then 'no cycle recorded'
            when therapy_end_reason is null then 'end of IVIg not recorded'
            when asked_event = 'stop' then null
            when therapy_end_reason = 'ongoing' then 'IVIg goes on'
            -- That therapy was ended while they were followed is known of neither.
            when therapy_end_reason = 'lost to follow-up' then 'lost under IVIg'
            when therapy_end_reason = 'death' then 'died under IVIg'
            when relapse_day is null and has_undated_relapse
                then 'day of the relapse not recorded'
            when last_day = last_cycle_day then 'not followed after the last cycle'
        end as left_out
    from followed
),

timed as (
    select
        *,
        coalesce(
            left_out not in (
                'no response, or not evaluable',
                'IVIg goes on',
                'lost under IVIg',
                'died under IVIg'
            ),
            true
        ) as is_concerned,
        case
            when left_out is not null then null
            when asked_event = 'stop' then last_cycle_day
            else coalesce(relapse_day, last_day) - last_cycle_day
        end as days,
        case
            when left_out is not null then null
            when asked_event = 'stop'
                then therapy_end_reason not in ('ongoing', 'lost to follow-up', 'death')
            else relapse_day is not null
        end as is_event
    from sorted_out
),

all_versions as (
    select count(*) as n_versions
    from versions
),

over_versions as (
    select
        timed.patient_id,
        if(
            min(timed.diagnosis_group) = max(timed.diagnosis_group),
            min(timed.diagnosis_group),
            null
        ) as diagnosis_group,
        if(min(timed.dose_tier) = max(timed.dose_tier), min(timed.dose_tier), null) as dose_tier,
        if(min(timed.sex) = max(timed.sex), min(timed.sex), null) as sex,
        if(min(timed.centre) = max(timed.centre), min(timed.centre), null) as centre,
        quantile_disc(timed.days, 0.5) as days,
        min(timed.days) as days_lowest,
        max(timed.days) as days_highest,
        bool_or(timed.is_event) as is_event,
        if(count(timed.days) > 0, null, min(timed.left_out)) as left_out,
        bool_or(timed.is_concerned) as is_concerned,
        count(timed.days) as n_versions_followed,
        count(*) = any_value(all_versions.n_versions)
        and count(distinct row(timed.days, timed.is_event, timed.left_out)) = 1 as is_determined
    from timed
    cross join all_versions
    group by timed.patient_id
),

-- Somebody may belong to the cohort in some versions alone: each is counted for itself.
by_version as (
    select
        versions.imputation,
        count(*) filter (where timed.is_concerned) as n_concerned,
        count(timed.days) as n_followed,
        count(*) filter (where timed.is_concerned and not over_versions.is_determined) as n_open
    from versions
    left join timed on versions.imputation = timed.imputation
    left join over_versions on timed.patient_id = over_versions.patient_id
    group by versions.imputation
),

counted as (
    select
        quantile_disc(n_concerned, 0.5) as n_concerned,
        min(n_concerned) as n_concerned_lowest,
        max(n_concerned) as n_concerned_highest,
        quantile_disc(n_followed, 0.5) as n_followed,
        min(n_followed) as n_followed_lowest,
        max(n_followed) as n_followed_highest,
        quantile_disc(n_open, 0.5) as n_open,
        min(n_open) as n_open_lowest,
        max(n_open) as n_open_highest
    from by_version
),

with_counts as (
    select
        over_versions.*,
        counted.*
    from over_versions
    cross join counted
)

select * from with_counts
order by patient_id
