-- title:    Patients whose ids differ only in spelling
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), first_row (source_row)
-- missing:  a row without patient_id is not checked
-- severity: warning
-- message:  This pseudonym differs from that of row {first_row} only in case, spaces, punctuation or leading zeros.
-- mend:     If it is one patient, keep one row and one spelling in every sheet. If not, leave it.
with

numbered as (
    select
        source_row,
        min(source_row) over (partition by plain_id) as first_row
    from patient_courses
),

found as (
    select
        'patients' as sheet,
        source_row,
        'patient_id' as column_name,
        null as value,
        first_row
    from numbered
    where source_row > first_row
)

select * from found
