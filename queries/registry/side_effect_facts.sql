-- title:   The symptoms of each patient with side-effects, and what came of them
-- grain:   one row per (imputation, patient_id)
-- params:  none
-- columns: imputation, patient_id, symptoms (list), serious_side_effect (boolean), stopped_for_side_effect (boolean)
-- missing: a patient without side-effects has no row; whether one was serious, or ended the therapy, is null if it is not
--          recorded of one and none was
create temp table side_effect_facts as
with

side_effects as (
    select
        imputation,
        patient_id,
        list_sort(list_distinct(list(symptom))) as symptoms,
        if(bool_or(serious), true, if(count(*) > count(serious), null, false))
            as serious_side_effect,
        if(
            bool_or(led_to_discontinuation),
            true,
            if(count(*) > count(led_to_discontinuation), null, false)
        ) as stopped_for_side_effect
    from registry.side_effects
    group by all
)

select * from side_effects
