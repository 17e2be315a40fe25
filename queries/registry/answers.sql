-- title:   Who has what, and of whom it is known: bitmaps of the patients for all that is yes or no
-- grain:   one row per (imputation, place)
-- params:  none
-- columns: imputation, place (of the characteristic's value, in their order), characteristic (text: a column of
--          patient_facts, or female), value (text: the category or drug; empty where there is none),
--          known (bit string over the version's seats: 1 where it is known whether a patient has it),
--          with_it (bit string: 1 where a patient has it)
-- missing: a sex that is not recorded is "unknown"; "not evaluable" is a known response; whether a side-effect was
--          serious, or ended the therapy: see patient_facts.sql; a drug that is not recorded was not taken
create table answers as
with

-- What is yes or no is a list of one, or of none, as the categories and drugs are lists.
listed as not materialized (
    select
        patient_facts.seat,
        unnest(
            [
                {
                    'characteristic': 'response',
                    'is_known': patient_facts.response is not null,
                    'has': if(patient_facts.response = 'response', [''], [])
                },
                {
                    'characteristic': 'has_side_effect',
                    'is_known': true,
                    'has': if(patient_facts.has_side_effect, [''], [])
                },
                {
                    'characteristic': 'serious_side_effect',
                    'is_known': patient_facts.serious_side_effect is not null,
                    'has': if(patient_facts.serious_side_effect, [''], [])
                },
                {
                    'characteristic': 'stopped_for_side_effect',
                    'is_known': patient_facts.stopped_for_side_effect is not null,
                    'has': if(patient_facts.stopped_for_side_effect, [''], [])
                },
                {
                    'characteristic': 'female',
                    'is_known': patient_facts.sex != 'unknown',
                    'has': if(patient_facts.sex = 'female', [''], [])
                },
                {
                    'characteristic': 'diagnosis_group',
                    'is_known': patient_facts.diagnosis_group is not null,
                    'has': [patient_facts.diagnosis_group]
                },
                {
                    'characteristic': 'dose_tier',
                    'is_known': patient_facts.dose_tier is not null,
                    'has': [patient_facts.dose_tier]
                },
                {
                    'characteristic': 'prior_drugs',
                    'is_known': true,
                    'has': patient_facts.prior_drugs
                },
                {
                    'characteristic': 'concomitant_drugs',
                    'is_known': true,
                    'has': patient_facts.concomitant_drugs
                }
            ]
        ) as slot
    from patient_facts
),

had as (
    select
        seat,
        slot.characteristic,
        unnest(slot.has) as value
    from listed
),

bitmaps as (
    select
        characteristic,
        value,
        bitstring_agg(seat)::varchar as with_it
    from had
    where value is not null
    group by
        characteristic,
        value
),

known_bitmaps as (
    select
        slot.characteristic,
        bitstring_agg(seat)::varchar as known
    from listed
    where slot.is_known
    group by slot.characteristic
),

-- What nobody in the registry has is asked all the same, unless it is a category or a drug.
asked as (
    select
        unnest(
            [
                'response',
                'has_side_effect',
                'serious_side_effect',
                'stopped_for_side_effect',
                'female'
            ]
        ) as characteristic,
        '' as value
    union
    select
        characteristic,
        value
    from bitmaps
),

-- The outcomes first, then who they are, then what they took.
placed as (
    select
        asked.characteristic,
        asked.value,
        row_number() over (
            order by
                list_position(
                    [
                        'response',
                        'has_side_effect',
                        'serious_side_effect',
                        'stopped_for_side_effect',
                        'female',
                        'dose_tier',
                        'diagnosis_group',
                        'concomitant_drugs',
                        'prior_drugs'
                    ],
                    asked.characteristic
                ) asc,
                try_cast(asked.value as double) desc,
                asked.value asc
        ) as place,
        coalesce(known_bitmaps.known, '') as known,
        coalesce(bitmaps.with_it, '') as with_it
    from asked
    left join bitmaps
        on
            asked.characteristic = bitmaps.characteristic
            and asked.value = bitmaps.value
    left join known_bitmaps on asked.characteristic = known_bitmaps.characteristic
),

-- A bitmap ends with the last patient who is in it.
filled as (
    select
        placed.* exclude (known, with_it),
        rpad(placed.known, length(filter_index.everybody)::integer, '0')::bit as known,
        rpad(placed.with_it, length(filter_index.everybody)::integer, '0')::bit as with_it
    from placed
    cross join filter_index
),

by_version as (
    select
        versions.imputation,
        filled.place,
        filled.characteristic,
        filled.value,
        (filled.known::blob)[versions.first_byte:versions.last_byte]::bit as known,
        (filled.with_it::blob)[versions.first_byte:versions.last_byte]::bit as with_it
    from filled
    cross join versions
)

select * from by_version
