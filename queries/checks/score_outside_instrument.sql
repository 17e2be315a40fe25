-- title:    Scores that the instrument does not have
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (points), instrument (text), minimum (points), maximum (points)
-- missing:  a row without score or instrument is not checked
-- severity: error
-- message:  {instrument} goes from {minimum} to {maximum}; here it is {value}.
-- mend:     Correct the score or the instrument.
with

found as (
    select
        'assessments' as sheet,
        assessments.source_row,
        'score' as column_name,
        assessments.score as value,
        assessments.instrument,
        instruments.minimum,
        instruments.maximum
    from registry.assessments as assessments
    inner join reference.instruments on assessments.instrument = instruments.instrument
    where
        assessments.score not between instruments.minimum and instruments.maximum
)

select * from found
