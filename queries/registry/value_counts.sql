-- title:   How many patients of each part have which value of what the summary tables measure
-- grain:   one row per (part, measure, symptom, place) that occurs
-- params:  none
-- columns: those of registry/counted_values.sql
-- missing: see registry/counted_values.sql
create table value_counts as
with

everybody as (
    select
        list(
            {
                'piece': piece,
                'first_seat': first_seat,
                'patients': patients
            }
        ) as asked
    from cohort_pieces('[]')
)

select *
from counted_values((select everybody.asked from everybody))
order by
    part,
    measure
