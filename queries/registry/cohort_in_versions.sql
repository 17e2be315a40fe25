-- title:   The facts of the patients in a cohort, and of each version a row without a patient
-- grain:   one row per (imputation, patient_id); and one per (imputation), so that a version without members counts 0
-- params:  criteria (see registry/members.sql)
-- columns: those of registry/patient_facts.sql, is_member (boolean: a patient of the cohort)
-- missing: the row without a patient has nothing else; see registry/members.sql
create macro cohort_in_versions(criteria) as table
    select
        cohort.*,
        true as is_member
    from cohort(criteria) as cohort
    union all by name
    select
        versions.imputation,
        false as is_member
    from main.versions
