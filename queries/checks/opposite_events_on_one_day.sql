-- title:    Better and worse on one day
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg)
-- missing:  events without day are not checked
-- severity: warning
-- message:  On day {value} the patient is both better and worse.
-- mend:     Check both events; if one organ improved and another did not, say so in their labels.
with

marked as (
    select
        source_row,
        "day",
        kind,
        bool_or(kind in ('improvement', 'remission')) over one_day as has_better,
        bool_or(kind in ('relapse', 'progression')) over one_day as has_worse
    from registry.events
    where "day" is not null
    window one_day as (partition by patient_id, "day")
),

found as (
    select
        'events' as sheet,
        source_row,
        'kind' as column_name,
        "day" as value
    from marked
    where has_better and has_worse and kind in ('relapse', 'progression')
)

select * from found
