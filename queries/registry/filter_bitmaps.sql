-- title:   Who has which option of the filter, piece by piece
-- grain:   one row per (piece, place)
-- params:  none
-- columns: piece, imputation, place (of the option), position (of its field),
--          patients (bit string over the piece's seats: 1 where a patient has it), n_patients (count, of those), is_whole
--          (boolean: everybody in the piece has it)
-- missing: every option that occurs in any version has a row for all pieces; the cohort itself is had by everybody
create table filter_bitmaps as
with

entries as (
    select unnest(entries, recursive := true)
    from filter_index
),

having_them as (
    select
        filter_options.place,
        filter_options.position,
        bit_or(entries.patients) as patients
    from filter_options
    inner join entries
        on
            filter_options.position = entries.position
            and filter_options.value = entries.value
    group by all
    union all
    select
        0 as place,
        0 as position,
        everybody as patients
    from filter_index
),

as_bytes as (
    select
        place,
        position,
        patients::blob as patients
    from having_them
),

by_piece as (
    select
        pieces.piece,
        pieces.imputation,
        pieces.n_in_piece,
        as_bytes.place,
        as_bytes.position,
        as_bytes.patients[pieces.first_byte:pieces.last_byte]::bit as patients
    from as_bytes
    cross join pieces
),

-- Where all or none of a piece have it, nobody needs to look at its bits.
counted as (
    select
        * exclude (n_in_piece),
        bit_count(patients) as n_patients,
        n_patients = n_in_piece as is_whole
    from by_piece
)

select * from counted
order by
    piece,
    place
