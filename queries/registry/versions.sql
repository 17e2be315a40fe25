-- title:   The versions of the registry, each with all its patients
-- grain:   one row per (imputation)
-- params:  none
-- columns: imputation, everybody (bit string: 1 at each patient's seat), nobody (bit string)
-- missing: recorded data are version 0
create table versions as
select
    imputation,
    bitstring_agg(seat) as everybody,
    everybody & ~everybody as nobody
from patient_facts
group by imputation
