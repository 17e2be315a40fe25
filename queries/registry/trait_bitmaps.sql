-- title:   Who has which value of the traits, piece by piece
-- grain:   one row per (piece, place)
-- params:  none
-- columns: piece (of registry/pieces.sql), imputation, place (of the value, see registry/trait_values.sql), patients
--          (bit string over the piece's seats: 1 where a patient has it)
-- missing: a piece in which nobody has a value has no row of it, nor what is not recorded; symptoms, overlaps and
--          subtypes, which Table 1 alone counts, have none
create table trait_bitmaps as
with

having_them as (
    select
        place,
        bitstring_agg(seat, 0, getvariable('last_seat'))::blob as patients
    from traits
    where
        value is not null
        and trait not in ('symptoms', 'overlap', 'subtype')
    group by place
),

by_piece as (
    select
        pieces.piece,
        pieces.imputation,
        having_them.place,
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
