-- title:   The rows that a table has of the patients in a cohort
-- grain:   one row per (imputation, seat) of patient_facts and lane_places; of another table as there
-- params:  table_name (a table with the columns seat and piece of patient_facts), criteria (see registry/members.sql)
-- columns: those of registry/patient_facts.sql (or of the table that is named instead)
-- missing: see registry/members.sql
create macro of_cohort(table_name, criteria) as table
    -- Joined by pieces, so that DuckDB skips the rows of those in which nobody is.
    select everybody.*
    from query_table(table_name) as everybody
    inner join cohort_pieces(criteria) as pieces on everybody.piece = pieces.piece
    where get_bit(pieces.patients, everybody.seat - pieces.first_seat) = 1
