-- title:    Diagnoses on another day than the sheet of patients says
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), years (years), patient_years (years)
-- missing:  without day or years a diagnosis is not checked; a year of rounding is allowed
-- severity: warning
-- message:  Day {value} is {years} years before the first infusion; the sheet of patients says {patient_years} years.
-- mend:     Correct one of the two.
with

found as (
    select
        'events' as sheet,
        events.source_row,
        'day' as column_name,
        events."day" as value,
        round(-events."day" / 365.25, 1) as years,
        patient_courses.diagnosis_to_first_ivig_years as patient_years
    from registry.events as events
    inner join patient_courses on events.patient_id = patient_courses.patient_id
    where
        events.kind = 'diagnosis'
        and events."day" <= 0
        and abs(years - patient_years) > 1
)

select * from found
