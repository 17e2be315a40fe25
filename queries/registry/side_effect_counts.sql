-- title:   What each patient adds to the counts of side-effects and of what they are counted against
-- grain:   one row per (counted_by, imputation, seat, symptom, place, n_exposed): what happened, and apart from it the exposure
-- params:  none
-- columns: counted_by (of onset_columns), imputation, seat (of patient_facts; -1: zeros, so that a version without such a side-effect counts 0), symptom (text; null: any side-effect), place (of onset_columns), n_patients (1 if the patient had it there, by grade at worst; or 0), n_side_effects (count), n_stopped (1 if the patient stopped IVIg because of one of these, or 0), n_stopping_recorded (1 if the patient stopped because of one, or it is recorded of all of them that the patient did not), n_serious (1 if one of these was serious), n_seriousness_recorded (alike), n_exposed (1 if the patient had a cycle there, or is of that centre; or 0), n_cycles (count of the cycles there), n_days (days under these cycles, see exposure.sql)
-- missing: what is not recorded has a place of its own, without exposure; grades have that of all, which counts every patient, also without a cycle
create table side_effect_counts as
with

centres as (
    select
        patient_facts.seat,
        onset_columns.place as centre_place
    from patient_facts
    inner join onset_columns
        on
            onset_columns.counted_by = 'centre'
            and patient_facts.centre = onset_columns.column_name
            and onset_columns.place < 98
),

-- The worst grade of a symptom and of all: asked before each row becomes eight.
with_centre as (
    select
        onsets.*,
        centres.centre_place,
        max(onsets.grade_place) over (partition by onsets.seat, onsets.symptom) as worst_of_symptom,
        max(onsets.grade_place) over (partition by onsets.seat) as worst_of_all
    from onsets
    left join centres on onsets.seat = centres.seat
),

-- Every side-effect as itself and as any, four times: by dose, grade, cycle and centre.
onset_places as (
    select
        imputation,
        seat,
        serious,
        led_to_discontinuation,
        unnest([symptom, symptom, symptom, symptom, null, null, null, null]) as symptom,
        unnest(['dose', 'grade', 'cycle', 'centre', 'dose', 'grade', 'cycle', 'centre'])
            as counted_by,
        unnest(
            [
                dose_place,
                grade_place,
                cycle_place,
                centre_place,
                dose_place,
                grade_place,
                cycle_place,
                centre_place
            ]
        ) as place,
        unnest(
            [
                null,
                worst_of_symptom,
                null,
                null,
                null,
                worst_of_all,
                null,
                null
            ]
        ) as worst_grade
    from with_centre
),

-- Where a patient has it at a worse grade, or has a grade at all, this row counts nobody.
counting as (
    select
        counted_by,
        imputation,
        seat,
        symptom,
        serious,
        led_to_discontinuation,
        unnest([coalesce(place, 98), 99]) as place,
        counted_by != 'grade' or coalesce(place, 0) = coalesce(worst_grade, 0) as counts_patient
    from onset_places
),

occurred as (
    select
        counted_by,
        imputation,
        seat,
        symptom,
        place,
        max(counts_patient)::integer as n_patients,
        count(*) as n_side_effects,
        coalesce(bool_or(led_to_discontinuation), false)::integer as n_stopped,
        (
            coalesce(bool_or(led_to_discontinuation), false)
            or count(led_to_discontinuation) = count(*)
        )::integer as n_stopping_recorded,
        coalesce(bool_or(serious), false)::integer as n_serious,
        (coalesce(bool_or(serious), false) or count(serious) = count(*))::integer
            as n_seriousness_recorded,
        0 as n_exposed,
        0 as n_cycles,
        0 as n_days
    from counting
    group by
        counted_by,
        imputation,
        seat,
        symptom,
        place
    order by counted_by
),

treated as materialized (
    select
        imputation,
        seat,
        sum(n_cycles)::bigint as n_cycles,
        sum(n_days)::bigint as n_days
    from exposure
    group by
        imputation,
        seat
),

-- Each kind of place by itself, so that its rows lie together and nothing has to be sorted.
exposed as (
    select
        'dose' as counted_by,
        imputation,
        seat,
        dose_place as place,
        sum(n_cycles)::bigint as n_cycles,
        sum(n_days)::bigint as n_days
    from exposure
    where dose_place is not null
    group by
        imputation,
        seat,
        dose_place
    union all by name
    select
        'cycle' as counted_by,
        imputation,
        seat,
        cycle_place as place,
        sum(n_cycles)::bigint as n_cycles,
        sum(n_days)::bigint as n_days
    from exposure
    where cycle_place is not null
    group by
        imputation,
        seat,
        cycle_place
    union all by name
    select
        'centre' as counted_by,
        treated.imputation,
        treated.seat,
        centres.centre_place as place,
        treated.n_cycles,
        treated.n_days
    from treated
    inner join centres on treated.seat = centres.seat
    union all by name
    select
        kinds.counted_by,
        treated.imputation,
        treated.seat,
        99 as place,
        treated.n_cycles,
        treated.n_days
    from (select unnest(['dose', 'grade', 'cycle', 'centre']) as counted_by) as kinds
    cross join treated
),

exposed_alone as (
    select
        counted_by,
        imputation,
        seat,
        null as symptom,
        place,
        0 as n_patients,
        0 as n_side_effects,
        0 as n_stopped,
        0 as n_stopping_recorded,
        0 as n_serious,
        0 as n_seriousness_recorded,
        1 as n_exposed,
        n_cycles,
        n_days
    from exposed
),

symptoms as (
    select symptom
    from onsets
    union
    select null as symptom
),

zeros as (
    select
        onset_columns.counted_by,
        versions.imputation,
        -1 as seat,
        symptoms.symptom,
        onset_columns.place,
        0 as n_patients,
        0 as n_side_effects,
        0 as n_stopped,
        0 as n_stopping_recorded,
        0 as n_serious,
        0 as n_seriousness_recorded,
        0 as n_exposed,
        0 as n_cycles,
        0 as n_days
    from onset_columns
    cross join versions
    cross join symptoms
),

together as (
    select * from occurred
    union all
    select * from exposed_alone
    union all
    select * from zeros
)

select * from together
