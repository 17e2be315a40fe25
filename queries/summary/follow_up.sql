-- title:   How long patients were followed, from the first infusion to the last day on which anything is recorded
-- grain:   one row per (statistic)
-- params:  $cohort (see registry/members.sql)
-- columns: statistic (median, minimum, maximum), value, value_lowest, value_highest (years), n, n_lowest, n_highest (count of patients with a cycle; median and range over the versions)
-- missing: who has no cycle is not counted; a reconstruction tells days of few events, so that these years are no follow-up there
-- disclosure: asked of cohort; label statistic; statistic value of n; count n
with

followed as (
    select
        members.imputation,
        if(
            members.last_cycle_day is not null,
            last_seen.last_day / 365.25,
            null
        ) as years
    from cohort_in_versions($cohort) as members
    left join last_seen on members.seat = last_seen.seat
),

by_version as (
    select
        imputation,
        count(years) as n,
        unnest(['median', 'minimum', 'maximum']) as statistic,
        unnest([median(years), min(years), max(years)]) as value
    from followed
    group by imputation
),

over_versions as (
    select
        statistic,
        quantile_disc(value, 0.5) as value,
        min(value) as value_lowest,
        max(value) as value_highest,
        quantile_disc(n, 0.5) as n,
        min(n) as n_lowest,
        max(n) as n_highest
    from by_version
    group by statistic
)

select * from over_versions
order by statistic
