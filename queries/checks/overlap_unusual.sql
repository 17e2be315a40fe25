-- title:    Overlap syndromes of a disease that is no connective tissue disease
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text), diagnosis (text)
-- missing:  a patient without overlap is right
-- severity: warning
-- message:  An overlap with {value} is usual in dermatomyositis and systemic scleroderma; here the diagnosis is {diagnosis}.
-- mend:     Check both. A second disease that is no overlap is a comorbidity, among the events.
with

found as (
    select
        'patients' as sheet,
        patients.source_row,
        'overlap' as column_name,
        overlap as value,
        diagnosis
    from registry.patients
    where
        overlap is not null and diagnosis not in ('dermatomyositis', 'systemic scleroderma')
)

select * from found
