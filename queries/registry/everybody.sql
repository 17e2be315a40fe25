-- title:   The facts of all patients, with whether they belong to a cohort
-- grain:   one row per (imputation, patient_id)
-- params:  criteria (see registry/members.sql)
-- columns: those of registry/patient_facts.sql, is_member (boolean)
-- missing: see registry/members.sql
create macro everybody(criteria) as table
    select
        patient_facts.*,
        get_bit(members.patients, patient_facts.seat) = 1 as is_member
    from main.patient_facts
    cross join members(criteria) as members
    where members.left_out = 0
