-- title:   Which criteria a patient does not meet: the one definition of the filter's predicate
-- grain:   one row
-- params:  options, numbers (of filter_patients), criteria (list of structs: position of the field, values,
--          lower, upper; met by any of the values, or by a number from lower to upper, both inclusive)
-- columns: fails (list: positions of the fields whose criteria the patient does not meet)
-- missing: a patient whose field is not recorded meets no criterion on it
create macro failing(options, numbers, criteria) as
list_transform(
    list_filter(
        criteria::struct(position integer, "values" varchar [], lower double, upper double) [],
        lambda criterion: not coalesce(
            list_has_any(options[criterion.position], criterion."values")
            or numbers[criterion.position] between criterion.lower and criterion.upper,
            false
        )
    ),
    lambda criterion: criterion.position
)
