-- title:   Who has which value of the traits that patients are grouped and counted by
-- grain:   one row per (seat, place)
-- params:  none
-- columns: imputation, seat (of patient_facts), place (of the value, from 1, in reading order), trait (text: diagnosis_group,
--          dose_tier, sex, centre, response, has_side_effect, age_decade, subtype, overlap, symptoms, concomitant_drugs
--          or prior_drugs), value (text; of an age decade its first year), is_one_of (boolean: who has the trait has
--          exactly one value of it)
-- missing: what is not recorded (a sex "unknown" too) has a row without a value, as has the subtype of what is no
--          dermatomyositis; a dermatomyositis without a subtype is "not stated"; of overlap and of lists there is no
--          such row, because a registry holds only what there was
create table traits as
with

traits_of_patients as (
    select
        imputation,
        seat,
        unnest(
            [
                { 'trait': 'diagnosis_group', 'is_one_of': true, 'held': [diagnosis_group] },
                { 'trait': 'dose_tier', 'is_one_of': true, 'held': [dose_tier] },
                { 'trait': 'sex', 'is_one_of': true, 'held': [nullif(sex, 'unknown')] },
                { 'trait': 'centre', 'is_one_of': true, 'held': [centre] },
                { 'trait': 'response', 'is_one_of': true, 'held': [response] },
                {
                    'trait': 'has_side_effect',
                    'is_one_of': true,
                    'held': [if(has_side_effect, 'yes', 'no')]
                },
                {
                    'trait': 'age_decade',
                    'is_one_of': true,
                    'held': [(age_at_first_ivig_years // 10 * 10)::varchar]
                },
                {
                    'trait': 'subtype',
                    'is_one_of': true,
                    'held': [
                        if(diagnosis = 'dermatomyositis', coalesce(subtype, 'not stated'), null)
                    ]
                },
                {
                    'trait': 'overlap',
                    'is_one_of': false,
                    'held': if(overlap is null, [], [overlap])
                },
                { 'trait': 'symptoms', 'is_one_of': false, 'held': symptoms },
                { 'trait': 'concomitant_drugs', 'is_one_of': false, 'held': concomitant_drugs },
                { 'trait': 'prior_drugs', 'is_one_of': false, 'held': prior_drugs }
            ]
        ) as slot
    from patient_facts
),

values_of_patients as (
    select
        imputation,
        seat,
        slot.trait,
        slot.is_one_of,
        unnest(slot.held) as value
    from traits_of_patients
),

group_positions as (
    select
        diagnosis_group,
        min(rowid) as group_position
    from reference.diagnoses
    group by diagnosis_group
),

occurring as (
    select distinct
        trait,
        value
    from values_of_patients
),

-- Groups as in the reference list, doses from the highest, ages from the lowest, the rest by name: an order
-- by how many have it would tell of a registry that is shared outside what its steps do not.
placed as (
    select
        occurring.trait,
        occurring.value,
        (row_number() over (
            order by
                occurring.trait asc,
                occurring.value is null asc,
                group_positions.group_position asc,
                if(occurring.trait = 'dose_tier', occurring.value::double, null) desc,
                if(occurring.trait = 'age_decade', occurring.value::integer, null) asc,
                list_position(['response', 'no response', 'yes'], occurring.value) asc nulls last,
                if(occurring.trait = 'centre', occurring.value, null) asc,
                occurring.value = 'not stated' asc,
                occurring.value asc
        ))::integer as place
    from occurring
    left join group_positions
        on
            occurring.trait = 'diagnosis_group'
            and occurring.value = group_positions.diagnosis_group
),

traits as (
    select
        values_of_patients.imputation,
        values_of_patients.seat,
        placed.place,
        values_of_patients.trait,
        values_of_patients.value,
        values_of_patients.is_one_of
    from values_of_patients
    inner join placed
        on
            values_of_patients.trait = placed.trait
            and values_of_patients.value is not distinct from placed.value
)

select * from traits
