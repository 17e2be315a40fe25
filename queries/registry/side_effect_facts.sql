-- title:   The symptoms of each patient with side-effects, and what came of them
-- grain:   one row per (imputation, patient_id)
-- params:  none
-- columns: imputation, patient_id, symptoms (list of places in those of names.sql), serious_side_effect (boolean),
--          led_to_discontinuation (boolean)
-- missing: a patient without side-effects has no row; whether one was serious, or ended the therapy, is null if it is not
--          recorded of one and none was
create temp table side_effect_facts as
with

numbered as (
    select
        unnest(symptoms) as symptom,
        generate_subscripts(symptoms, 1)::usmallint as place
    from names
),

side_effects as (
    select
        side_effects.imputation,
        side_effects.patient_id,
        list_sort(list_distinct(list(numbered.place))) as symptoms,
        if(
            bool_or(side_effects.serious),
            true,
            if(count(*) > count(side_effects.serious), null, false)
        ) as serious_side_effect,
        if(
            bool_or(side_effects.led_to_discontinuation),
            true,
            if(count(*) > count(side_effects.led_to_discontinuation), null, false)
        ) as led_to_discontinuation
    from registry.side_effects
    inner join numbered on side_effects.symptom = numbered.symptom
    group by all
)

select * from side_effects
