-- title:    Drugs at a dose of 0
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (number)
-- missing:  a course without dose is not checked
-- severity: warning
-- message:  The dose is 0: the drug was not given.
-- mend:     Delete the row. If the dose is not known, leave it empty.
with

found as (
    select
        'treatments' as sheet,
        treatments.source_row,
        'dose' as column_name,
        dose as value
    from registry.treatments
    where
        dose = 0
)

select * from found
