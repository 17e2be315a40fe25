-- title:   Who is in a cohort, piece by piece
-- grain:   one row per (piece)
-- params:  criteria (see registry/members.sql)
-- columns: piece, imputation, first_seat (of registry/pieces.sql), patients (bit string over the piece's seats: 1 where a
--          patient is in the cohort), is_whole (boolean: everybody in the piece is)
-- missing: a piece in which nobody is has no row
create macro cohort_pieces(criteria) as table
    select
        piece,
        imputation,
        first_seat,
        patients,
        is_whole
    from cut_members(criteria, false)
    where n_patients > 0
