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

timed as materialized (
    select
        cohort.imputation,
        cohort.patient_id,
        cohort.diagnosis_group,
        cohort.dose_tier,
        cohort.sex,
        cohort.centre,
        event_times.days,
        event_times.is_event,
        event_times.left_out,
        event_times.is_concerned
    from cohort($cohort) as cohort
    inner join event_times on cohort.seat = event_times.seat
    where event_times.event = (select asked.asked_event from asked)
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
