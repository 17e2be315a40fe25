-- title:    Rows whose patient_id is spelled otherwise than among the patients
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), patient_row (source_row among the patients)
-- missing:  a row without patient_id is not checked
-- severity: error
-- message:  The sheet of patients has no such pseudonym; row {patient_row} there differs only in case, spaces, punctuation or leading zeros.
-- mend:     Spell it the same in every sheet.
with

found as (
    select
        sheet,
        orphans.source_row,
        'patient_id' as column_name,
        null as value,
        patient_row
    from orphans
    where
        patient_row is not null
)

select * from found
