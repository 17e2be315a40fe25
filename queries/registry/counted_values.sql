-- title:   How many patients of some pieces have which value of what the summary tables measure
-- grain:   one row per (part, measure, symptom, place) that occurs
-- params:  asked (list of structs, one a piece: piece, first_seat, patients, a bit string over its seats: 1 where a patient is
--          asked for)
-- columns: part (of registry/parts.sql), measure, symptom (see registry/measured.sql), place (see
--          registry/measured_places.sql; of a symptom 1), n_patients (count)
-- missing: place is null of those in whom it is unknown; see registry/measured.sql
create macro counted_values(asked) as table
    with

    pieces as (
        select unnest(asked, recursive := true)
    ),

    facts as materialized (
        select measured_places.*
        from main.measured_places
        inner join pieces on measured_places.piece = pieces.piece
        where get_bit(pieces.patients, measured_places.seat - pieces.first_seat) = 1
    ),

    with_symptoms as (
        select
            part,
            unnest(symptoms) as symptom
        from facts
    )

    select
        part,
        'age_at_first_ivig_years' as measure,
        null as symptom,
        age_at_first_ivig_years as place,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        part,
        'diagnosis_to_first_ivig_years' as measure,
        null as symptom,
        diagnosis_to_first_ivig_years as place,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        part,
        'dose_g_per_kg' as measure,
        null as symptom,
        dose_g_per_kg as place,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        part,
        'n_cycles' as measure,
        null as symptom,
        n_cycles as place,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        part,
        'therapy_duration_years' as measure,
        null as symptom,
        therapy_duration_years as place,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        part,
        'cumulative_dose_g_per_kg' as measure,
        null as symptom,
        cumulative_dose_g_per_kg as place,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        part,
        'female' as measure,
        null as symptom,
        female as place,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        part,
        'response' as measure,
        null as symptom,
        response as place,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        part,
        'not_evaluable' as measure,
        null as symptom,
        not_evaluable as place,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        part,
        'has_side_effect' as measure,
        null as symptom,
        has_side_effect as place,
        count(*) as n_patients
    from facts
    group by all
    union all
    select
        part,
        'symptom' as measure,
        symptom,
        1 as place,
        count(*) as n_patients
    from with_symptoms
    group by all
