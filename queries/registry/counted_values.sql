-- title:   How many patients of some pieces have which value of what the summary tables measure
-- grain:   one row per (imputation, piece, diagnosis_group, measure, symptom, value) that occurs
-- params:  asked (list of structs, one a piece: piece, first_seat, patients, a bit string over its seats: 1 where a patient is
--          asked for), of_each_piece, by_diagnosis_group (booleans: these apart)
-- columns: imputation, piece (of patient_facts; null unless of_each_piece), diagnosis_group (text; null unless by_diagnosis_group), measure, symptom (see
--          registry/measured.sql), value (of a number, in its unit; of what is a yes or a no 1 or 0; of a symptom 1),
--          n_patients (count)
-- missing: value is null of those in whom it is unknown; see registry/measured.sql
create macro counted_values(asked, of_each_piece, by_diagnosis_group) as table
    with

    pieces as (
        select unnest(asked, recursive := true)
    ),

    facts as materialized (
        select
            patient_facts.imputation,
            if(of_each_piece, patient_facts.piece, null) as piece,
            if(by_diagnosis_group, patient_facts.diagnosis_group, null) as diagnosis_group,
            patient_facts.age_at_first_ivig_years,
            patient_facts.diagnosis_to_first_ivig_years,
            patient_facts.dose_g_per_kg,
            patient_facts.n_cycles,
            patient_facts.therapy_duration_years,
            patient_facts.cumulative_dose_g_per_kg,
            nullif(patient_facts.sex, 'unknown') = 'female' as female,
            patient_facts.response = 'response' as response,
            patient_facts.response = 'not evaluable' as not_evaluable,
            patient_facts.has_side_effect,
            patient_facts.symptoms
        from main.patient_facts
        inner join pieces on patient_facts.piece = pieces.piece
        where get_bit(pieces.patients, patient_facts.seat - pieces.first_seat) = 1
    ),

    with_symptoms as (
        select
            imputation,
            piece,
            diagnosis_group,
            unnest(symptoms) as symptom
        from facts
    )

    select
        imputation,
        piece,
        diagnosis_group,
        'age_at_first_ivig_years' as measure,
        null as symptom,
        age_at_first_ivig_years::double as value,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        imputation,
        piece,
        diagnosis_group,
        'diagnosis_to_first_ivig_years' as measure,
        null as symptom,
        diagnosis_to_first_ivig_years::double as value,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        imputation,
        piece,
        diagnosis_group,
        'dose_g_per_kg' as measure,
        null as symptom,
        dose_g_per_kg::double as value,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        imputation,
        piece,
        diagnosis_group,
        'n_cycles' as measure,
        null as symptom,
        n_cycles::double as value,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        imputation,
        piece,
        diagnosis_group,
        'therapy_duration_years' as measure,
        null as symptom,
        therapy_duration_years::double as value,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        imputation,
        piece,
        diagnosis_group,
        'cumulative_dose_g_per_kg' as measure,
        null as symptom,
        cumulative_dose_g_per_kg::double as value,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        imputation,
        piece,
        diagnosis_group,
        'female' as measure,
        null as symptom,
        female::double as value,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        imputation,
        piece,
        diagnosis_group,
        'response' as measure,
        null as symptom,
        response::double as value,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        imputation,
        piece,
        diagnosis_group,
        'not_evaluable' as measure,
        null as symptom,
        not_evaluable::double as value,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        imputation,
        piece,
        diagnosis_group,
        'has_side_effect' as measure,
        null as symptom,
        has_side_effect::double as value,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        imputation,
        piece,
        diagnosis_group,
        'symptom' as measure,
        symptom,
        1 as value,
        count(*) as n_patients
    from with_symptoms
    group by
        imputation,
        piece,
        diagnosis_group,
        symptom
