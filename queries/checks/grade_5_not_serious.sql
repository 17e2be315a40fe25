-- title:    Deaths by a side-effect that are not called serious
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (boolean)
-- missing:  unknown is not the same as not serious
-- severity: error
-- message:  Grade 5 is death by the side-effect, but it is entered as not serious.
-- mend:     Correct the grade or “serious”.
with

found as (
    select
        'side_effects' as sheet,
        side_effects.source_row,
        'serious' as column_name,
        serious as value
    from registry.side_effects
    where
        ctcae_grade = 5 and not serious
)

select * from found
