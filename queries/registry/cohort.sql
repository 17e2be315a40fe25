-- title:   The facts of the patients in a cohort
-- grain:   one row per (imputation, patient_id)
-- params:  criteria (see registry/members.sql)
-- columns: those of registry/patient_facts.sql
-- missing: see registry/members.sql
create macro cohort(criteria) as table
    with

    as_bytes as (
        select patients::blob as patients
        from members(criteria)
        where left_out = 0
    ),

    -- Joined by blocks of seats, so that DuckDB skips the rows of those in which nobody is.
    cut as (
        select
            unnest(range(octet_length(patients) // 4000 + 1))::integer as block,
            patients
        from as_bytes
    ),

    blocks as (
        select
            block,
            patients[4000 * block + 1:4000 * (block + 1)] as block_patients
        from cut
    ),

    occupied as (
        select
            block,
            block_patients::bit as patients
        from blocks
        where ltrim(hex(block_patients), '0') != ''
    )

    select patient_facts.*
    from main.patient_facts
    inner join occupied on patient_facts.block = occupied.block
    where get_bit(occupied.patients, patient_facts.seat - 32000 * occupied.block) = 1
