-- title:   Who has which value: a bitmap of the patients for each value that the filter may ask for
-- grain:   one row
-- params:  none
-- columns: everybody (bit string over the seats of all versions: 1 where a patient sits), nobody (bit string),
--          positions (list: 0 and those of the fields), entries (list of structs: the field's position; value, a text,
--          of a number its bin's lower end; number, null for texts; patients, a bit string of those who have it)
-- missing: those in whom a field is not recorded are its entry without a value
create table filter_index as
with

-- One row of lists: on so few values a search in a list takes a quarter of the time of a join.
collected as (
    select
        bit_or(patients) as everybody,
        everybody & ~everybody as nobody,
        list_prepend(0, list_sort(list_distinct(list(position)))) as positions,
        list(
            {
                'position': position,
                'value': value,
                'number': number,
                'patients': patients
            }
        ) as entries
    from filter_values
)

select * from collected
