-- title:   The categories of the overview with their patients in each version
-- grain:   one row per (imputation, place, seat)
-- params:  none
-- columns: imputation, place (the category's place in the overview), field (diagnosis_group, dose_tier, age_decade or,
--          in a registry of several, centre),
--          value (text; for age_decade its first year), seat (of patient_facts), response (text), has_side_effect
-- missing: a category that nobody is in, in a version, has one row of nobody there; a patient without cycles has no
--          dose tier
create table categories as
with

categories_of_patients as (
    select
        imputation,
        seat,
        response,
        has_side_effect,
        unnest(['diagnosis_group', 'dose_tier', 'age_decade', 'centre']) as field,
        unnest(
            [
                diagnosis_group,
                dose_tier,
                (age_at_first_ivig_years // 10 * 10)::varchar,
                centre
            ]
        ) as value
    from patient_facts
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
        field,
        value
    from categories_of_patients
    where value is not null
),

-- One centre tells nobody apart.
told_apart as (
    select occurring.*
    from occurring
    where
        occurring.field != 'centre'
        or (
            select count(*) from occurring as others
            where others.field = 'centre'
        ) > 1
),

-- Groups as in the reference list, doses and ages by size, centres by the alphabet.
placed as (
    select
        told_apart.*,
        (row_number() over (
            order by
                told_apart.field asc,
                group_positions.group_position asc,
                if(
                    told_apart.field = 'centre', null, try_cast(told_apart.value as double)
                ) desc,
                told_apart.value asc
        ))::integer as place
    from told_apart
    left join group_positions
        on
            told_apart.field = 'diagnosis_group'
            and told_apart.value = group_positions.diagnosis_group
),

in_every_version as (
    select
        versions.imputation,
        placed.place,
        placed.field,
        placed.value,
        categories_of_patients.seat,
        categories_of_patients.response,
        categories_of_patients.has_side_effect
    from versions
    cross join placed
    left join categories_of_patients
        on
            versions.imputation = categories_of_patients.imputation
            and placed.field = categories_of_patients.field
            and placed.value = categories_of_patients.value
)

select * from in_every_version
