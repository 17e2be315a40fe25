-- title:   Which criteria a patient does not meet: the one definition of the filter's predicate
-- grain:   one row
-- params:  options, numbers (of filter_patients), criteria (JSON text, a list: each with the position of the field
--          and values, met by any of them, or lower and upper, met by a number between them, both inclusive)
-- columns: fails (list: positions of the fields whose criteria the patient does not meet)
-- missing: a patient whose field is not recorded meets no criterion on it
create macro failing(options, numbers, criteria) as
list_transform(
    list_filter(
        from_json(
            criteria::varchar,
            '[{"position": "integer", "values": ["varchar"], "lower": "double", "upper": "double"}]'
        ),
        lambda criterion: not coalesce(
            list_has_any(options[criterion.position], criterion."values")
            or numbers[criterion.position] between criterion.lower and criterion.upper,
            false
        )
    ),
    lambda criterion: criterion.position
)
