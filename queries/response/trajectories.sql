-- title:   The scores of single patients by one instrument, of some patients only if there are too many
-- grain:   one row per (patient_id, day)
-- params:  $cohort (see registry/members.sql), $instrument: one of reference.instruments, $version: an imputation (0 in recorded data), $most_scores: how many scores may be drawn
-- columns: patient_id, day (days since first IVIg), score (points), n_of_patient (count of the patient's scores), n_patients (count of all patients with a score in the version), n_scores (count of all their scores)
-- missing: a patient without a score has no row; patients are taken whole, in an order that is random but always the same, until the limit
-- disclosure: asked of cohort; withheld each line is a patient
with

asked as (
    select
        $instrument::varchar as instrument,
        $version::integer as version,
        $most_scores::integer as most_scores
),

scores as (
    select
        assessments.patient_id,
        assessments."day",
        assessments.score
    from registry.assessments
    inner join asked
        on
            assessments.instrument = asked.instrument
            and assessments.imputation = asked.version
    semi join cohort($cohort) as members
        on
            assessments.imputation = members.imputation
            and assessments.patient_id = members.patient_id
),

patients as (
    select
        patient_id,
        count(*) as n_of_patient,
        sum(n_of_patient) over (order by hash(patient_id), patient_id)::integer as n_so_far,
        (count(*) over ())::integer as n_patients,
        (sum(n_of_patient) over ())::integer as n_scores
    from scores
    group by patient_id
),

drawn as (
    select
        scores.patient_id,
        scores."day",
        scores.score,
        patients.n_of_patient,
        patients.n_patients,
        patients.n_scores
    from scores
    inner join patients on scores.patient_id = patients.patient_id
    cross join asked
    where patients.n_so_far <= asked.most_scores
    order by
        scores.patient_id asc,
        scores."day" asc
)

select * from drawn
