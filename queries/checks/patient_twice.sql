-- title:    Patients with two rows that differ
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), first_row (source_row)
-- missing:  a row without patient_id is not checked
-- severity: error
-- message:  The patient_id of row {first_row} stands here again, with other values. Every patient has one row.
-- mend:     Delete the row that is wrong. If they are two patients, give one of them another patient_id, in every sheet.
with

numbered as (
    select
        source_row,
        min(source_row) over same_key as first_row,
        min(source_row) over same_row as first_same_row
    from registry.patients
    where patient_id is not null
    window
        same_key as (partition by patient_id),
        same_row as (
            partition by
                patient_id,
                centre,
                diagnosis,
                subtype,
                overlap,
                sex,
                age_at_first_ivig_years,
                body_weight_kg,
                diagnosis_to_first_ivig_years,
                response,
                response_basis,
                off_label,
                therapy_end_reason
        )
),

-- The same in every cell is another rule.
found as (
    select
        'patients' as sheet,
        source_row,
        'patient_id' as column_name,
        null as value,
        first_row
    from numbered
    where source_row > first_row and source_row = first_same_row
)

select * from found
