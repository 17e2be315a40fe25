-- title:   The facts of the patients in a cohort
-- grain:   one row per (imputation, patient_id)
-- params:  criteria (see registry/members.sql)
-- columns: those of registry/patient_facts.sql
-- missing: see registry/members.sql
create macro cohort(criteria) as table
    select *
    from of_cohort('main.patient_facts', criteria)
