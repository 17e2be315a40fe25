-- title:    Centres whose doses look like another unit
-- grain:    one row per (centre)
-- params:   none
-- columns:  sheet, source_row, column_name, value (g/kg, median), centre (text), n_cycles (count)
-- missing:  cycles without dose do not count; centres with fewer than 5 cycles are not checked
-- severity: warning
-- message:  Half of the {n_cycles} cycles of centre {centre} are at {value} g/kg or beyond. Usual are 0.4 to 2 g/kg: perhaps another unit, or the dose of a day.
-- mend:     Check the unit of the centre's doses: g per kg body weight, all infusions of a cycle together.
with

by_centre as (
    select
        patient_courses.centre,
        count(*) as n_cycles,
        quantile_disc(cycles.dose_g_per_kg, 0.5) as median_dose
    from registry.cycles as cycles
    inner join patient_courses on cycles.patient_id = patient_courses.patient_id
    where cycles.dose_g_per_kg is not null
    group by patient_courses.centre
),

found as (
    select
        'cycles' as sheet,
        null::bigint as source_row,
        'dose_g_per_kg' as column_name,
        median_dose as value,
        centre,
        n_cycles
    from by_centre
    where n_cycles >= 5 and median_dose not between 0.2 and 2.5
)

select * from found
