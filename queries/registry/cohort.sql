-- title:   The facts of the patients in a cohort
-- grain:   one row per (imputation, patient_id)
-- params:  criteria (see registry/failing.sql); an empty list is everybody
-- columns: those of registry/patient_facts.sql
-- missing: see registry/failing.sql
create macro cohort(criteria) as table
    select * exclude (options, numbers)
    from filter_patients
    where failing(options, numbers, criteria) = []
