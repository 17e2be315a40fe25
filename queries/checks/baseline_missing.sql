-- title:    Scores without a baseline
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text: the instrument), n_patients (count), n_scored (count)
-- missing:  a score that measures improvement itself has no baseline
-- severity: warning
-- message:  {n_patients} of {n_scored} patients with {value} have no score up to day 0: their response by this score is not known. The first of them is here.
-- mend:     Add the scores from before the first infusion, where there are any.
with

courses as (
    select
        patient_id,
        instrument,
        min(source_row) as source_row,
        max("day") filter (where "day" <= 0) as baseline_day,
        max("day") as last_day
    from registry.assessments
    group by
        patient_id,
        instrument
),

counted as (
    select
        courses.instrument,
        min(courses.source_row) filter (where courses.baseline_day is null) as source_row,
        count(*) filter (where courses.baseline_day is null) as n_patients,
        count(*) as n_scored
    from courses
    inner join reference.instruments on courses.instrument = instruments.instrument
    where instruments.rule_kind is distinct from 'reach'
    group by courses.instrument
),

found as (
    select
        'assessments' as sheet,
        source_row,
        'instrument' as column_name,
        instrument as value,
        n_patients,
        n_scored
    from counted
    where n_patients > 0
)

select * from found
