-- title:   The facts of the patients in a cohort
-- grain:   one row per (imputation, patient_id)
-- params:  criteria (see registry/members.sql)
-- columns: those of registry/patient_facts.sql
-- missing: see registry/members.sql
create macro cohort(criteria) as table
    -- Joined by pieces, so that DuckDB skips the rows of those in which nobody is.
    select patient_facts.*
    from main.patient_facts
    inner join cohort_pieces(criteria) as pieces on patient_facts.piece = pieces.piece
    where get_bit(pieces.patients, patient_facts.seat - pieces.first_seat) = 1
