-- title:    Patients with two rows that differ
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), first_row (source_row)
-- missing:  a row without patient_id is not checked
-- severity: error
-- message:  The pseudonym of row {first_row} stands here again, with other values. Every patient has one row.
-- mend:     Delete the row that is wrong. If they are two patients, give one of them another pseudonym, in every sheet.
with

found as (
    select
        sheet,
        source_row,
        'patient_id' as column_name,
        null as value,
        first_row
    from repeated_rows
    where sheet = 'patients' and not is_same
)

select * from found
