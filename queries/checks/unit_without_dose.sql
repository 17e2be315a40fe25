-- title:    Units of a drug without dose
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text)
-- missing:  a course with its dose in words (schedule) is right
-- severity: warning
-- message:  The unit “{value}” stands without a dose.
-- mend:     Add the dose or delete the unit.
with

found as (
    select
        'treatments' as sheet,
        treatments.source_row,
        'dose' as column_name,
        dose_unit as value
    from registry.treatments
    where
        dose is null and dose_unit is not null and schedule is null
)

select * from found
