-- title:   Who has which value: a bitmap of the patients for each value that the filter may ask for
-- grain:   one row per (imputation, position, value, number)
-- params:  none
-- columns: imputation, position (of the field), value (text; of a number its bin's lower end), number (null for texts),
--          patients (bit string: at a patient's seat 1 if they have the value)
-- missing: those in whom a field is not recorded are its row without a value
create table filter_index as
select
    imputation,
    position,
    value,
    number,
    bitstring_agg(seat) as patients
from filter_values
group by all
