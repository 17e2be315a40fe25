-- title:    Forms of dermatomyositis in another disease
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text), diagnosis (text)
-- missing:  a patient without subtype is right
-- severity: error
-- message:  “{value}” is a form of dermatomyositis, but the diagnosis is {diagnosis}.
-- mend:     Delete the subtype, or correct the diagnosis.
with

found as (
    select
        'patients' as sheet,
        patients.source_row,
        'subtype' as column_name,
        subtype as value,
        diagnosis
    from registry.patients
    where
        subtype is not null and diagnosis != 'dermatomyositis'
)

select * from found
