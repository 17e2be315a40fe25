-- title:   The clinical scores of patients over time
-- grain:   one row per (patient_id, instrument, day)
-- params:  $patients: a list of patient ids, $version: an imputation (0 in recorded data)
-- columns: patient_id, instrument (text), day (days since first IVIg), score (points), direction (text: higher is worse, higher is better), minimum, maximum (points; the ends of the instrument), are_in_registry (boolean: whether any patient has a score in the version)
-- missing: a patient without a score has one row, which tells nothing but are_in_registry
-- disclosure: withheld scores are of single patients
with

asked as (
    select
        $patients::varchar [] as patients,
        $version::integer as version
),

wanted as (
    select
        unnest(patients) as patient_id,
        version as imputation
    from asked
),

-- Joined on both, so that DuckDB skips the rows of all others.
assessments as (
    select assessments.*
    from registry.assessments
    semi join wanted
        on
            assessments.imputation = wanted.imputation
            and assessments.patient_id = wanted.patient_id
),

in_registry as (
    select coalesce(bool_or(assessments.imputation = asked.version), false) as are_in_registry
    from registry.assessments
    cross join asked
),

scores as (
    select
        wanted.patient_id,
        assessments.instrument,
        assessments."day",
        assessments.score,
        instruments.direction,
        instruments.minimum,
        instruments.maximum,
        in_registry.are_in_registry
    from wanted
    cross join in_registry
    left join assessments on wanted.patient_id = assessments.patient_id
    left join reference.instruments on assessments.instrument = instruments.instrument
    order by
        wanted.patient_id asc,
        instruments.rowid asc,
        assessments."day" asc
)

select * from scores
