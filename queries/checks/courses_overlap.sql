-- title:    Courses of one drug that overlap
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), previous_row (source_row), previous_stop (days since first IVIg)
-- missing:  courses without start, and after one without end, are not checked
-- severity: warning
-- message:  The drug was started on day {value}, while its course of row {previous_row} went on until day {previous_stop}.
-- mend:     Correct the days, or make one row of the two courses.
with

stepped as (
    select
        source_row,
        start_day,
        lag(source_row) over courses as previous_row,
        lag(stop_day) over courses as previous_stop
    from registry.treatments
    where start_day is not null
    window courses as (partition by patient_id, drug order by start_day, source_row)
),

found as (
    select
        'treatments' as sheet,
        source_row,
        'start_day' as column_name,
        start_day as value,
        previous_row,
        previous_stop
    from stepped
    where start_day < previous_stop
)

select * from found
