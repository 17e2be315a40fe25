-- title:    Courses that do not begin with cycle 1
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (number)
-- missing:  a patient with a cycle without number is not checked
-- severity: error
-- message:  The patient's first cycle has the number {value}. Cycles are counted from 1.
-- mend:     Add the cycles that are missing, or number them from 1.
with

found as (
    select
        'cycles' as sheet,
        cycle_steps.source_row,
        'cycle_no' as column_name,
        cycle_steps.cycle_no as value
    from cycle_steps
    inner join patient_courses
        on
            cycle_steps.patient_id = patient_courses.patient_id
            and patient_courses.n_unnumbered = 0
    where
        cycle_steps.previous_no is null and cycle_steps.cycle_no > 1
)

select * from found
