-- title:   How many cycles each patient was given, and the time under them, by dose tier and cycle number
-- grain:   one row per (seat, dose_place, cycle_place)
-- params:  none
-- columns: imputation, seat (of patient_facts), dose_place, cycle_place (of onset_columns), n_cycles (count), n_days (days from each of these cycles to the next one of the patient, 28 for the last)
-- missing: a patient without cycles has one row, without places, of 0 cycles and 0 days
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
        sum(cycles.n_days) as n_days
    from cycles
    inner join dose_places on cycles.dose_g_per_kg = dose_places.dose_g_per_kg
    inner join cycle_places on cycles.cycle_no = cycle_places.cycle_no
    group by all
),

of_all as (
    select
        patient_facts.imputation,
        patient_facts.seat,
        placed.dose_place,
        placed.cycle_place,
        coalesce(placed.n_cycles, 0) as n_cycles,
        coalesce(placed.n_days, 0)::bigint as n_days
    from patient_facts
    left join placed on patient_facts.seat = placed.seat
)

select * from of_all
