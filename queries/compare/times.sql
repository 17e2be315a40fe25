-- title:   In how many patients of two cohorts with recorded data IVIg was stopped, or a relapse came, after how many days
-- grain:   one row per (event, days, is_event, left_out, is_concerned) that occurs
-- params:  $cohort (the first cohort; see registry/members.sql), $other (the second), $less_first (whether those in
--          the first are left out of the second)
-- columns: event (stop or relapse), days, is_event, left_out, is_concerned (see registry/event_times.sql), n_a (count of patients of the first
--          cohort), n_b (of the second), n_both (of both)
-- missing: see registry/event_times.sql; of a reconstruction times are not compared
-- disclosure: asked of cohort, other; withheld each step of a curve is the time of a patient
with

told as (
    select
        event_times.event,
        event_times.days,
        event_times.is_event,
        event_times.left_out,
        event_times.is_concerned,
        get_bit(members_of_both.patients_a, event_times.seat) = 1 as is_a,
        get_bit(members_of_both.patients_b, event_times.seat) = 1 as is_b
    from event_times
    cross join members_of_both($cohort, $other, $less_first::boolean) as members_of_both
    where is_a or is_b
),

counted as (
    select
        event,
        days,
        is_event,
        left_out,
        is_concerned,
        count(*) filter (where is_a) as n_a,
        count(*) filter (where is_b) as n_b,
        count(*) filter (where is_a and is_b) as n_both
    from told
    group by all
)

select * from counted
order by
    event,
    days nulls last,
    is_event,
    left_out nulls first,
    is_concerned
