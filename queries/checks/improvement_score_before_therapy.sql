-- title:    Scores of improvement before the first infusion
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (points), instrument (text), day (days since first IVIg)
-- missing:  a score of 0 is right
-- severity: warning
-- message:  {instrument} measures what has improved since the start of IVIg; on day {day} nothing can have.
-- mend:     Correct the day, or delete the row.
with

found as (
    select
        'assessments' as sheet,
        assessments.source_row,
        'score' as column_name,
        assessments.score as value,
        assessments.instrument,
        assessments."day"
    from registry.assessments as assessments
    inner join reference.instruments on assessments.instrument = instruments.instrument
    where
        instruments.rule_kind = 'reach' and assessments."day" <= 0 and assessments.score > 0
)

select * from found
