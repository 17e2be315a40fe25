-- title:   The pieces, each cut by diagnosis group
-- grain:   one row per (part)
-- params:  none
-- columns: part (from 0, piece by piece), piece, imputation, diagnosis_group (of patient_facts)
-- missing: a part without a group is of the diagnoses that have none
create table parts as
with

occurring as (
    select distinct
        piece,
        imputation,
        diagnosis_group
    from patient_facts
)

select
    (row_number() over (order by piece, diagnosis_group) - 1)::uinteger as part,
    *
from occurring
order by part
