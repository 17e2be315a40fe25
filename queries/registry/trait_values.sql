-- title:   The values of the traits that patients are grouped and counted by
-- grain:   one row per (place)
-- params:  none
-- columns: place, trait, value, is_one_of (as in registry/traits.sql), n_in_registry (count of the patients of all
--          versions who have it), n_values (count of the values of the trait that
--          occur), missing_place (of the trait's row without a value; -1: nobody lacks it)
-- missing: see registry/traits.sql
create table trait_values as
with

occurring as (
    select
        place,
        trait,
        value,
        is_one_of,
        count(*) as n_in_registry
    from traits
    group by all
),

with_missing as (
    select
        occurring.*,
        count(occurring.value) over (partition by occurring.trait) as n_values,
        coalesce(without_value.place, -1) as missing_place
    from occurring
    left join occurring as without_value
        on
            occurring.trait = without_value.trait
            and without_value.value is null
)

select * from with_missing
