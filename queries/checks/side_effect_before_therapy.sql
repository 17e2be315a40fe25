-- title:    Side-effects before the first infusion
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg)
-- missing:  a side-effect without day is not checked
-- severity: error
-- message:  The side-effect began on day {value}, before the first infusion (day 0).
-- mend:     Correct the day. What was there before IVIg is a comorbidity or history, among the events.
with

found as (
    select
        'side_effects' as sheet,
        side_effects.source_row,
        'day' as column_name,
        "day" as value
    from registry.side_effects
    where
        "day" < 0
)

select * from found
