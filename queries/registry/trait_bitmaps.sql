-- title:   Who has which value of the traits, piece by piece
-- grain:   one row per (piece, place)
-- params:  none
-- columns: piece (of registry/pieces.sql), imputation, place (of the value, see registry/trait_values.sql), n_in_registry
--          (count of the patients of all versions who have it), patients (bit string over the piece's seats: 1 where a
--          patient has it)
-- missing: a piece in which nobody has a value has no row of it
create table trait_bitmaps as
with

having_them as (
    select
        place,
        count(*) as n_in_registry,
        bitstring_agg(seat, 0, getvariable('last_seat'))::blob as patients
    from traits
    group by place
),

by_piece as (
    select
        pieces.piece,
        pieces.imputation,
        having_them.place,
        having_them.n_in_registry,
        having_them.patients[pieces.first_byte:pieces.last_byte]::bit as patients
    from having_them
    cross join pieces
),

occupied as (
    select *
    from by_piece
    where bit_count(patients) > 0
)

select * from occupied
order by
    place,
    piece
