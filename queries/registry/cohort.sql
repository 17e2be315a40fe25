-- title:   The facts of the patients in a cohort
-- grain:   one row per (imputation, patient_id)
-- params:  criteria (see registry/members.sql)
-- columns: those of registry/patient_facts.sql
-- missing: see registry/members.sql
create macro cohort(criteria) as table
    select patient_facts.*
    from main.patient_facts
    inner join members(criteria) as members on patient_facts.imputation = members.imputation
    where members.left_out = 0 and get_bit(members.patients, patient_facts.seat) = 1
