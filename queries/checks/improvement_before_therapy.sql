-- title:    Improvements before the first infusion
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), kind (text)
-- missing:  an event without day is not checked
-- severity: warning
-- message:  The {kind} is on day {value}, when IVIg could not have had an effect (first infusion: day 0).
-- mend:     Correct the day. If it belongs to the time before IVIg, call it history.
with

found as (
    select
        'events' as sheet,
        events.source_row,
        'day' as column_name,
        "day" as value,
        kind
    from registry.events
    where
        kind in ('improvement', 'remission') and "day" <= 0
)

select * from found
