-- title:    Baselines from long before the first infusion
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), instrument (text)
-- missing:  patients with no score up to day 0, or none after it, are not checked
-- severity: warning
-- message:  The last {instrument} before IVIg is from day {value}, more than half a year before the first infusion: the response is measured from it.
-- mend:     Check the day, or add a later score from before the first infusion.
with

marked as (
    select
        source_row,
        instrument,
        "day",
        max("day") over course as last_day,
        max("day") filter (where "day" <= 0) over course as baseline_day
    from registry.assessments
    window course as (partition by patient_id, instrument)
),

found as (
    select
        'assessments' as sheet,
        source_row,
        'day' as column_name,
        "day" as value,
        instrument
    from marked
    where "day" = baseline_day and "day" < -182 and last_day > 0
)

select * from found
