-- title:   How many cycles each patient was given, and the time under them, by dose tier, cycle number and centre
-- grain:   one row per (counted_by, seat, place)
-- params:  none
-- columns: counted_by (dose, cycle or centre), imputation, seat (of patient_facts), place (of onset_columns), is_first (boolean: true in one of the patient's rows), n_cycles (count of the cycles there), n_days (days from each of these cycles to the next one of the patient, 28 for the last)
-- missing: a patient without cycles has one row, of 0 cycles and 0 days, without place by dose and by cycle; a centre without a column has no place
create table exposure as
with

-- By seats from here on: numbers are faster to sort and to group than ids.
seated as (
    select
        patient_facts.seat,
        cycles.cycle_no,
        cycles.dose_g_per_kg,
        cycles."day"
    from registry.cycles as cycles
    inner join patient_facts
        on
            cycles.imputation = patient_facts.imputation
            and cycles.patient_id = patient_facts.patient_id
),

cycles as (
    select
        seat,
        cycle_no,
        dose_g_per_kg,
        lead("day", 1, "day" + 28) over (partition by seat order by cycle_no) - "day" as n_days
    from seated
),

-- Few doses and numbers are looked up instead of many cycles.
doses as (
    select distinct dose_g_per_kg from registry.cycles
),

cycle_numbers as (
    select distinct cycle_no from registry.cycles
),

dose_places as (
    select
        doses.dose_g_per_kg,
        onset_columns.place as dose_place
    from doses
    inner join onset_columns
        on
            onset_columns.counted_by = 'dose'
            and doses.dose_g_per_kg >= onset_columns.lower_end
            and doses.dose_g_per_kg < onset_columns.upper_end
),

cycle_places as (
    select
        cycle_numbers.cycle_no,
        onset_columns.place as cycle_place
    from cycle_numbers
    inner join onset_columns
        on
            onset_columns.counted_by = 'cycle'
            and cycle_numbers.cycle_no >= onset_columns.lower_end
            and cycle_numbers.cycle_no < onset_columns.upper_end
),

placed as (
    select
        cycles.seat,
        dose_places.dose_place,
        cycle_places.cycle_place,
        count(*) as n_cycles,
        sum(cycles.n_days)::bigint as n_days
    from cycles
    inner join dose_places on cycles.dose_g_per_kg = dose_places.dose_g_per_kg
    inner join cycle_places on cycles.cycle_no = cycle_places.cycle_no
    group by all
),

treated as (
    select
        seat,
        min(dose_place) as first_dose_place,
        min(cycle_place) as first_cycle_place,
        sum(n_cycles)::bigint as n_cycles,
        sum(n_days)::bigint as n_days
    from placed
    group by seat
),

by_dose as (
    select
        seat,
        dose_place,
        sum(n_cycles)::bigint as n_cycles,
        sum(n_days)::bigint as n_days
    from placed
    group by
        seat,
        dose_place
),

by_cycle as (
    select
        seat,
        cycle_place,
        sum(n_cycles)::bigint as n_cycles,
        sum(n_days)::bigint as n_days
    from placed
    group by
        seat,
        cycle_place
),

-- Each kind of place by itself, so that its rows lie together: a question reads those of one kind.
of_all as (
    select
        'dose' as counted_by,
        patient_facts.imputation,
        patient_facts.seat,
        by_dose.dose_place as place,
        coalesce(by_dose.dose_place = treated.first_dose_place, true) as is_first,
        coalesce(by_dose.n_cycles, 0) as n_cycles,
        coalesce(by_dose.n_days, 0) as n_days
    from patient_facts
    left join by_dose on patient_facts.seat = by_dose.seat
    left join treated on patient_facts.seat = treated.seat
    union all
    select
        'cycle' as counted_by,
        patient_facts.imputation,
        patient_facts.seat,
        by_cycle.cycle_place as place,
        coalesce(by_cycle.cycle_place = treated.first_cycle_place, true) as is_first,
        coalesce(by_cycle.n_cycles, 0) as n_cycles,
        coalesce(by_cycle.n_days, 0) as n_days
    from patient_facts
    left join by_cycle on patient_facts.seat = by_cycle.seat
    left join treated on patient_facts.seat = treated.seat
    union all
    select
        'centre' as counted_by,
        patient_facts.imputation,
        patient_facts.seat,
        onset_columns.place,
        true as is_first,
        coalesce(treated.n_cycles, 0) as n_cycles,
        coalesce(treated.n_days, 0) as n_days
    from patient_facts
    left join onset_columns
        on
            onset_columns.counted_by = 'centre'
            and patient_facts.centre = onset_columns.column_name
            and onset_columns.place < 98
    left join treated on patient_facts.seat = treated.seat
)

select * from of_all
