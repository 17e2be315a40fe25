-- title:   Between which ends each number of the filter lies, and how wide the bins of its histogram are
-- grain:   one row per (field)
-- params:  none
-- columns: field (text), lowest (number), highest (number), bin_width (number)
-- missing: a number that is recorded of nobody has no row
-- disclosure: label field, bin_width; ends lowest, highest
with

ranges as (
    select
        filter_fields.position,
        filter_fields.field,
        min(filter_values.number) as lowest,
        max(filter_values.number) as highest,
        any_value(filter_values.bin_width) as bin_width
    from filter_values
    inner join filter_fields on filter_values.position = filter_fields.position
    where filter_values.number is not null
    group by
        filter_fields.position,
        filter_fields.field
),

ordered as (
    select * exclude (position)
    from ranges
    order by position
)

select * from ordered
