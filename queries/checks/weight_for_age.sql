-- title:    Weights that hardly anybody of this age has
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (kg), age_at_first_ivig_years (years), lowest_kg (kg), highest_kg (kg)
-- missing:  without weight or age a patient is not checked
-- severity: warning
-- message:  {value} kg at {age_at_first_ivig_years} years. Between {lowest_kg} and {highest_kg} kg is usual.
-- mend:     Check weight and age. Doses in grams are reckoned by the weight.
with

usual as (
    select
        unnest([0, 2, 6, 12, 18]) as from_age,
        unnest([1, 5, 11, 17, 120]) as to_age,
        unnest([2, 7, 12, 25, 35]) as lowest_kg,
        unnest([17, 40, 90, 150, 200]) as highest_kg
),

found as (
    select
        'patients' as sheet,
        patients.source_row,
        'body_weight_kg' as column_name,
        patients.body_weight_kg as value,
        patients.age_at_first_ivig_years,
        usual.lowest_kg,
        usual.highest_kg
    from registry.patients as patients
    inner join usual
        on patients.age_at_first_ivig_years between usual.from_age and usual.to_age
    where patients.body_weight_kg not between usual.lowest_kg and usual.highest_kg
)

select * from found
