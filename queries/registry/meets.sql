-- title:   Whether what is recorded of a patient is what a group of a publication asks for in the same field
-- grain:   one row
-- params:  asked_value (text), asked_lower, asked_upper (numbers: where no value is asked for; null is without end),
--          found_value (text), found_number (number)
-- columns: meets (boolean)
-- missing: what is not recorded meets nothing
create macro meets(asked_value, asked_lower, asked_upper, found_value, found_number) as (
    asked_value = found_value
    or (
        asked_value is null
        and found_number >= coalesce(asked_lower, '-infinity'::double)
        and found_number <= coalesce(asked_upper, 'infinity'::double)
    )
)
