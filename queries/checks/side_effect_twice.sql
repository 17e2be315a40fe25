-- title:    Side-effects with two rows that differ
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), first_row (source_row)
-- missing:  two unknown days or cycles are the same time
-- severity: error
-- message:  The same side-effect at the same time stands in row {first_row} already, with another grade or outcome.
-- mend:     Keep the row that is right. If it occurred twice, give the second its own day or cycle.
with

numbered as (
    select
        source_row,
        min(source_row) over same_key as first_row,
        min(source_row) over same_row as first_same_row
    from registry.side_effects
    where patient_id is not null
    window
        same_key as (partition by patient_id, symptom, cycle_no, "day"),
        same_row as (
            partition by
                patient_id, symptom, cycle_no, "day", ctcae_grade, serious, led_to_discontinuation
        )
),

-- The same in every cell is another rule.
found as (
    select
        'side_effects' as sheet,
        source_row,
        'symptom' as column_name,
        null as value,
        first_row
    from numbered
    where source_row > first_row and source_row = first_same_row
)

select * from found
