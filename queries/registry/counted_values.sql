-- title:   How many patients of some pieces have which value of what the summary tables measure
-- grain:   one row per (part, measure, symptom, place) that occurs
-- params:  asked (list of structs, one a piece: piece, first_seat, patients, a bit string over its seats: 1 where a patient is
--          asked for)
-- columns: part (of registry/parts.sql), measure, symptom (see registry/measured.sql), place (see
--          registry/measured_places.sql; of a symptom 1), n_patients (count)
-- missing: place is null of those in whom it is unknown; see registry/measured.sql
create macro counted_values(asked) as table
    with

    asked_pieces as (
        select unnest(asked, recursive := true)
    ),

    -- Of many patients all that is held, so no more of them than is counted.
    facts as materialized (
        select
            measured_places.part,
            measured_places.age_at_first_ivig_years,
            measured_places.diagnosis_to_first_ivig_years,
            measured_places.dose_g_per_kg,
            measured_places.n_cycles,
            measured_places.therapy_duration_years,
            measured_places.cumulative_dose_g_per_kg,
            measured_places.female,
            measured_places.response,
            measured_places.not_evaluable,
            measured_places.has_side_effect
        from main.measured_places
        inner join asked_pieces on measured_places.piece = asked_pieces.piece
        where get_bit(asked_pieces.patients, measured_places.seat - asked_pieces.first_seat) = 1
    ),

    with_symptoms as (
        select
            measured_places.part,
            unnest(measured_places.symptoms) as symptom
        from main.measured_places
        inner join asked_pieces on measured_places.piece = asked_pieces.piece
        where get_bit(asked_pieces.patients, measured_places.seat - asked_pieces.first_seat) = 1
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
