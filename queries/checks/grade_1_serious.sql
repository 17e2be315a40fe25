-- title:    Mild side-effects that are called serious
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (boolean)
-- missing:  without grade a side-effect is not checked
-- severity: warning
-- message:  Grade 1 is a mild side-effect, but it is entered as serious.
-- mend:     Check both: serious is what threatens life, needs a hospital or leaves harm.
with

found as (
    select
        'side_effects' as sheet,
        side_effects.source_row,
        'serious' as column_name,
        serious as value
    from registry.side_effects
    where
        ctcae_grade = 1 and serious
)

select * from found
