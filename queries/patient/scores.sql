-- title:   The clinical scores of patients over time
-- grain:   one row per (patient_id, instrument, day)
-- params:  $patients: a list of patient ids, $version: an imputation (0 in recorded data)
-- columns: patient_id, instrument (text), day (days since first IVIg), score (points), direction (text: higher is worse, higher is better), minimum, maximum (points; the ends of the instrument), n_in_registry (count of all patients with any score in the version)
-- missing: a patient without a score has one row, which tells nothing but n_in_registry
-- disclosure: withheld scores are of single patients
with

asked as (
    select
        $patients::varchar [] as patients,
        $version::integer as version
),

patients as (
    select unnest(patients) as patient_id
    from asked
),

assessments as (
    select *
    from registry.assessments
    where imputation = (select asked.version from asked)
),

in_registry as (
    select count(distinct patient_id) as n_in_registry
    from assessments
),

scores as (
    select
        patients.patient_id,
        assessments.instrument,
        assessments."day",
        assessments.score,
        instruments.direction,
        instruments.minimum,
        instruments.maximum,
        in_registry.n_in_registry
    from patients
    cross join in_registry
    left join assessments on patients.patient_id = assessments.patient_id
    left join reference.instruments on assessments.instrument = instruments.instrument
    order by
        patients.patient_id asc,
        instruments.rowid asc,
        assessments."day" asc
)

select * from scores
