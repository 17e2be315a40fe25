-- title:   Who is in a cohort, piece by piece
-- grain:   one row per (piece)
-- params:  criteria (see registry/members.sql)
-- columns: piece, imputation, first_seat (of registry/pieces.sql), patients (bit string over the piece's seats: 1 where a
--          patient is in the cohort)
-- missing: a piece in which nobody is has no row
create macro cohort_pieces(criteria) as table
    with

    as_bytes as (
        select patients::blob as patients
        from members(criteria)
        where left_out = 0
    ),

    cut as (
        select
            pieces.piece,
            pieces.imputation,
            pieces.first_seat,
            as_bytes.patients[pieces.first_byte:pieces.last_byte]::bit as patients
        from as_bytes
        cross join main.pieces
    )

    select *
    from cut
    where bit_count(patients) > 0
