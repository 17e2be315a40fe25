-- title:   The facts of the patients in a cohort
-- grain:   one row per (imputation, patient_id)
-- params:  criteria (see registry/members.sql; an empty list is everybody)
-- columns: those of registry/patient_facts.sql
-- missing: see registry/fields_met.sql
create macro cohort(criteria) as table
    select patient_facts.*
    from patient_facts
    where
        len(criteria) = 0
        or (patient_facts.imputation, patient_facts.patient_id) in (
            select
                members.imputation,
                members.patient_id
            from members(criteria) as members
        )
