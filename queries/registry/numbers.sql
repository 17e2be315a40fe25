-- title:   The numbers of every patient that cohorts are compared by
-- grain:   one row per (imputation, seat, characteristic)
-- params:  none
-- columns: imputation, seat (of patient_facts), place (of the characteristic, in their order), characteristic (text:
--          a column of patient_facts), number (in the unit of that column)
-- missing: what is not known is null
create table numbers as
with

slots as (
    select
        imputation,
        seat,
        unnest(
            [
                {
                    'place': 1,
                    'characteristic': 'n_cycles',
                    'number': n_cycles::double
                },
                {
                    'place': 2,
                    'characteristic': 'cumulative_dose_g_per_kg',
                    'number': cumulative_dose_g_per_kg
                },
                {
                    'place': 3,
                    'characteristic': 'therapy_duration_years',
                    'number': therapy_duration_years
                },
                {
                    'place': 4,
                    'characteristic': 'age_at_first_ivig_years',
                    'number': age_at_first_ivig_years::double
                },
                {
                    'place': 5,
                    'characteristic': 'diagnosis_to_first_ivig_years',
                    'number': diagnosis_to_first_ivig_years
                }
            ]
        ) as slot
    from patient_facts
),

numbered as (
    select
        imputation,
        seat,
        slot.*
    from slots
)

select * from numbered
