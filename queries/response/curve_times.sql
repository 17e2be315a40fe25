-- title:   How many patients with recorded data stopped IVIg, or relapsed after it, after how many days
-- grain:   one row per (value, days, is_event, left_out, is_concerned) that occurs
-- params:  $cohort (see registry/members.sql), $event: stop or relapse, $by: diagnosis_group, dose_tier, sex, centre or none
-- columns: value (text: of the column that $by names; null: not recorded, or none), days, is_event, left_out, is_concerned (see registry/event_times.sql), n_patients (count), n_concerned, n_concerned_lowest, n_concerned_highest (count of the patients of the whole cohort who are concerned, the same in every row; all three alike), n_followed, n_followed_lowest, n_followed_highest (those in the curve, likewise), n_open, n_open_lowest, n_open_highest (0: what is recorded leaves nothing open)
-- missing: see registry/event_times.sql; of a reconstruction response/times_to_event is asked
-- disclosure: asked of cohort; withheld each step of a curve is the time of a patient
with

asked as (
    select
        $event::varchar as event,
        $by::varchar as grouping_column
),

followed as (
    select
        case asked.grouping_column
            when 'diagnosis_group' then event_times.diagnosis_group
            when 'dose_tier' then event_times.dose_tier
            when 'sex' then event_times.sex
            when 'centre' then event_times.centre
        end as value,
        event_times.days,
        event_times.is_event,
        event_times.left_out,
        event_times.is_concerned
    from event_times
    inner join asked on event_times.event = asked.event
    inner join cohort_pieces($cohort) as pieces on event_times.piece = pieces.piece
    where get_bit(pieces.patients, event_times.seat - pieces.first_seat) = 1
),

grouped as (
    select
        value,
        days,
        is_event,
        left_out,
        is_concerned,
        count(*) as n_patients
    from followed
    group by all
),

counted as (
    select
        sum(n_patients) filter (where is_concerned)::bigint as concerned,
        sum(n_patients) filter (where days is not null)::bigint as followed
    from grouped
),

with_counts as (
    select
        grouped.*,
        coalesce(counted.concerned, 0) as n_concerned,
        n_concerned as n_concerned_lowest,
        n_concerned as n_concerned_highest,
        coalesce(counted.followed, 0) as n_followed,
        n_followed as n_followed_lowest,
        n_followed as n_followed_highest,
        0 as n_open,
        0 as n_open_lowest,
        0 as n_open_highest
    from grouped
    cross join counted
)

select * from with_counts
order by
    value nulls first,
    days nulls last,
    is_event,
    left_out
