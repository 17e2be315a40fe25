-- title:    Side-effects of a cycle that is not there
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (number)
-- missing:  side-effects without cycle, and of patients without cycles or with a cycle without number, are not checked
-- severity: error
-- message:  The patient has no cycle {value}.
-- mend:     Correct the cycle number, or add the cycle.
with

found as (
    select
        'side_effects' as sheet,
        side_effects.source_row,
        'cycle_no' as column_name,
        side_effects.cycle_no as value
    from registry.side_effects as side_effects
    inner join patient_courses on side_effects.patient_id = patient_courses.patient_id
    anti join cycle_steps
        on
            side_effects.patient_id = cycle_steps.patient_id
            and side_effects.cycle_no = cycle_steps.cycle_no
    where
        side_effects.cycle_no is not null and patient_courses.n_cycles > 0
        and patient_courses.n_unnumbered = 0
)

select * from found
