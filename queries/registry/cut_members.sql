-- title:   Who meets the criteria of a filter, all of them or all but one, piece by piece
-- grain:   one row per (left_out, piece)
-- params:  criteria (see registry/members.sql), of_each_field (boolean: also who meets all but those of one field)
-- columns: left_out (see registry/members.sql), piece, imputation, first_seat (of registry/pieces.sql), patients (bit string
--          over the piece's seats: 1 where a patient meets the others), n_patients (count, of those), is_whole (boolean:
--          everybody in the piece does)
-- missing: see registry/members.sql
create macro cut_members(criteria, of_each_field) as table
    with

    as_bytes as (
        select
            left_out,
            patients::blob as patients
        from members(criteria)
        where of_each_field or left_out = 0
    ),

    cut as (
        select
            as_bytes.left_out,
            pieces.piece,
            pieces.imputation,
            pieces.first_seat,
            pieces.n_in_piece,
            as_bytes.patients[pieces.first_byte:pieces.last_byte]::bit as patients
        from as_bytes
        cross join main.pieces
    ),

    counted as (
        select
            *,
            bit_count(patients) as n_patients
        from cut
    )

    select
        left_out,
        piece,
        imputation,
        first_seat,
        patients,
        n_patients,
        n_patients = n_in_piece as is_whole
    from counted
