-- title:    Events whose kind says nothing without a label
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), kind (text)
-- missing:  an empty label is what is looked for
-- severity: warning
-- message:  A {kind} without a label says nothing.
-- mend:     Say in the label which.
with

found as (
    select
        'events' as sheet,
        events.source_row,
        'label' as column_name,
        null as value,
        kind
    from registry.events
    where
        kind in ('comorbidity', 'history') and nullif(trim(label), '') is null
)

select * from found
