-- title:   The seat of each patient: a number over all versions, alike patients side by side
-- grain:   one row per (imputation, patient_id)
-- params:  none
-- columns: imputation, patient_id, seat (from 0; see versions.sql), piece (that the seat is in; see pieces.sql), diagnosis_group (text)
-- missing: a diagnosis that the reference list does not know has no group
create temp table seats as
with

-- Who is asked for together sits together, so that most pieces need no look.
seated as (
    select
        patients.imputation,
        patients.patient_id,
        versions.first_seat - 1 + row_number() over (
            partition by patients.imputation
            order by
                diagnoses.diagnosis_group asc,
                patients.diagnosis asc,
                patients.sex asc,
                patients.age_at_first_ivig_years asc,
                patients.patient_id asc
        )::integer as seat,
        versions.first_piece
        + (seat - versions.first_seat) // (8 * versions.bytes_of_piece) as piece,
        diagnoses.diagnosis_group
    from registry.patients
    inner join versions on patients.imputation = versions.imputation
    left join reference.diagnoses on patients.diagnosis = diagnoses.diagnosis
)

select * from seated
