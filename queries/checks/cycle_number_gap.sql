-- title:    Cycle numbers that leave one out
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (number), previous_no (number)
-- missing:  a patient with a cycle without number is not checked
-- severity: error
-- message:  Cycle {value} follows cycle {previous_no}. Numbers go up by one.
-- mend:     Add the cycle that is missing, or correct the numbers.
with

found as (
    select
        'cycles' as sheet,
        cycle_steps.source_row,
        'cycle_no' as column_name,
        cycle_steps.cycle_no as value,
        cycle_steps.previous_no
    from cycle_steps
    inner join patient_courses
        on
            cycle_steps.patient_id = patient_courses.patient_id
            and patient_courses.n_unnumbered = 0
    where
        cycle_steps.cycle_no > cycle_steps.previous_no + 1
)

select * from found
