-- title:    Doses of a drug without unit
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (number)
-- missing:  a course without dose is not checked
-- severity: warning
-- message:  A dose of {value} without unit says nothing.
-- mend:     Add the unit, such as mg/day.
with

found as (
    select
        'treatments' as sheet,
        treatments.source_row,
        'dose_unit' as column_name,
        dose as value
    from registry.treatments
    where
        dose is not null and dose_unit is null
)

select * from found
