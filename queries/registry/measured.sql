-- title:   What the summary tables measure, of a cohort in each version
-- grain:   one row per (imputation, diagnosis_group, measure, symptom); a version or group without members has no row
-- params:  criteria (see registry/members.sql), by_diagnosis_group (boolean: the groups apart, and of the measures only
--          those that are shown of groups)
-- columns: imputation, diagnosis_group (text; null unless by_diagnosis_group), measure (text: a column of patient_facts, or
--          female, not_evaluable or symptom), symptom (text; null unless measure is symptom), n, n_missing (count of the
--          patients in whom it is known, and is not), figures (list: of a number its median, minimum and maximum, in its
--          unit; of what is a yes or a no how many it is a yes of)
-- missing: an unknown value is in n_missing and in no figure; "not evaluable" is a known response; a patient without a
--          recorded side-effect had none; of a symptom n are those who had it, and n_missing is 0
create macro measured(criteria, by_diagnosis_group) as table
    with

    -- What is not shown of groups is null, so that no median of it is sought.
    facts as (
        select
            imputation,
            if(by_diagnosis_group, diagnosis_group, null) as diagnosis_group,
            n_cycles,
            cumulative_dose_g_per_kg,
            has_side_effect,
            if(by_diagnosis_group, symptoms, null) as symptoms,
            if(by_diagnosis_group, null, age_at_first_ivig_years) as age_at_first_ivig_years,
            if(by_diagnosis_group, null, diagnosis_to_first_ivig_years)
                as diagnosis_to_first_ivig_years,
            if(by_diagnosis_group, null, dose_g_per_kg) as dose_g_per_kg,
            if(by_diagnosis_group, null, therapy_duration_years) as therapy_duration_years,
            if(by_diagnosis_group, null, sex) as sex,
            if(by_diagnosis_group, null, response) as response
        from cohort(criteria)
    ),

    summarised as (
        select
            imputation,
            diagnosis_group,
            count(*) as n_members,
            unnest(
                [
                    {
                        'measure': 'age_at_first_ivig_years',
                        'n': count(age_at_first_ivig_years),
                        'figures': [
                            median(age_at_first_ivig_years),
                            min(age_at_first_ivig_years),
                            max(age_at_first_ivig_years)
                        ]
                    },
                    {
                        'measure': 'diagnosis_to_first_ivig_years',
                        'n': count(diagnosis_to_first_ivig_years),
                        'figures': [
                            median(diagnosis_to_first_ivig_years),
                            min(diagnosis_to_first_ivig_years),
                            max(diagnosis_to_first_ivig_years)
                        ]
                    },
                    {
                        'measure': 'dose_g_per_kg',
                        'n': count(dose_g_per_kg),
                        'figures': [
                            median(dose_g_per_kg),
                            min(dose_g_per_kg),
                            max(dose_g_per_kg)
                        ]
                    },
                    {
                        'measure': 'n_cycles',
                        'n': count(n_cycles),
                        'figures': [
                            median(n_cycles),
                            min(n_cycles),
                            max(n_cycles)
                        ]
                    },
                    {
                        'measure': 'therapy_duration_years',
                        'n': count(therapy_duration_years),
                        'figures': [
                            median(therapy_duration_years),
                            min(therapy_duration_years),
                            max(therapy_duration_years)
                        ]
                    },
                    {
                        'measure': 'cumulative_dose_g_per_kg',
                        'n': count(cumulative_dose_g_per_kg),
                        'figures': [
                            median(cumulative_dose_g_per_kg),
                            min(cumulative_dose_g_per_kg),
                            max(cumulative_dose_g_per_kg)
                        ]
                    },
                    {
                        'measure': 'female',
                        'n': count(nullif(sex, 'unknown')),
                        'figures': [count(*) filter (where sex = 'female')]
                    },
                    {
                        'measure': 'response',
                        'n': count(response),
                        'figures': [count(*) filter (where response = 'response')]
                    },
                    {
                        'measure': 'not_evaluable',
                        'n': count(response),
                        'figures': [count(*) filter (where response = 'not evaluable')]
                    },
                    {
                        'measure': 'has_side_effect',
                        'n': count(*),
                        'figures': [count(*) filter (where has_side_effect)]
                    }
                ]
            ) as summary
        from facts
        group by
            imputation,
            diagnosis_group
    ),

    with_symptoms as (
        select
            imputation,
            diagnosis_group,
            unnest(symptoms) as symptom
        from facts
        where by_diagnosis_group
    )

    select
        imputation,
        diagnosis_group,
        summary.measure,
        null as symptom,
        summary.n,
        n_members - summary.n as n_missing,
        summary.figures
    from summarised
    where
        not by_diagnosis_group
        or summary.measure in ('n_cycles', 'cumulative_dose_g_per_kg', 'has_side_effect')
    union all
    select
        imputation,
        diagnosis_group,
        'symptom' as measure,
        symptom,
        count(*) as n,
        0 as n_missing,
        [count(*)] as figures
    from with_symptoms
    group by
        imputation,
        diagnosis_group,
        symptom
