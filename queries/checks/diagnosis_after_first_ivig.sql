-- title:    Diagnoses after the first infusion
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg)
-- missing:  an event without day is not checked
-- severity: warning
-- message:  The diagnosis is on day {value}, after the first infusion (day 0).
-- mend:     Check the day: before the first infusion it is negative.
with

found as (
    select
        'events' as sheet,
        events.source_row,
        'day' as column_name,
        "day" as value
    from registry.events
    where
        kind = 'diagnosis' and "day" > 0
)

select * from found
