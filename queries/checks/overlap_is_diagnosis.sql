-- title:    Overlaps of a disease with itself
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text)
-- missing:  a patient without overlap is right
-- severity: error
-- message:  The second disease of the overlap, {value}, is the diagnosis itself.
-- mend:     Delete the overlap, or enter the other disease.
with

found as (
    select
        'patients' as sheet,
        patients.source_row,
        'overlap' as column_name,
        overlap as value
    from registry.patients
    where
        overlap = diagnosis
)

select * from found
