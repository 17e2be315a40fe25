-- title:    Rows whose patient is not in the sheet of patients
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null)
-- missing:  a row without patient_id is not checked
-- severity: error
-- message:  The sheet of patients has no row with this pseudonym.
-- mend:     Add the patient there, or correct the pseudonym here.
with

found as (
    select
        sheet,
        orphans.source_row,
        'patient_id' as column_name,
        null as value
    from orphans
    where
        patient_row is null
)

select * from found
