-- title:    Life-threatening side-effects that are not called serious
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (boolean)
-- missing:  unknown is not the same as not serious
-- severity: warning
-- message:  Grade 4 is a life-threatening side-effect, but it is entered as not serious.
-- mend:     Check both: a laboratory value alone may be of grade 4 and not serious.
with

found as (
    select
        'side_effects' as sheet,
        side_effects.source_row,
        'serious' as column_name,
        serious as value
    from registry.side_effects
    where
        ctcae_grade = 4 and not serious
)

select * from found
