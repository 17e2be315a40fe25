-- title:   The values that occur of the numbers that the summary tables measure, in their order
-- grain:   one row per (measure, place)
-- params:  none
-- columns: measure (text: a column of patient_facts), place (from 1, by size), value (in the measure's unit)
-- missing: what is unknown has no place
create table measured_values as
with

occurring as (
    select distinct
        'age_at_first_ivig_years' as measure,
        age_at_first_ivig_years::double as value
    from patient_facts
    union all
    select distinct
        'diagnosis_to_first_ivig_years' as measure,
        diagnosis_to_first_ivig_years::double as value
    from patient_facts
    union all
    select distinct
        'dose_g_per_kg' as measure,
        dose_g_per_kg::double as value
    from patient_facts
    union all
    select distinct
        'n_cycles' as measure,
        n_cycles::double as value
    from patient_facts
    union all
    select distinct
        'therapy_duration_years' as measure,
        therapy_duration_years::double as value
    from patient_facts
    union all
    select distinct
        'cumulative_dose_g_per_kg' as measure,
        cumulative_dose_g_per_kg::double as value
    from patient_facts
)

select
    measure,
    (
        row_number() over (
            partition by measure
            order by value
        )
    )::uinteger as place,
    value
from occurring
where value is not null
order by
    measure,
    place
