-- title:    Diagnoses before the patient was born
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (years), age_at_first_ivig_years (years)
-- missing:  without age or years a patient is not checked
-- severity: error
-- message:  Diagnosed {value} years before the first infusion, at which the patient was {age_at_first_ivig_years} years old.
-- mend:     Correct the years since diagnosis, or the age.
with

found as (
    select
        'patients' as sheet,
        patients.source_row,
        'diagnosis_to_first_ivig_years' as column_name,
        diagnosis_to_first_ivig_years as value,
        age_at_first_ivig_years
    from registry.patients
    where
        diagnosis_to_first_ivig_years >= age_at_first_ivig_years + 1
)

select * from found
