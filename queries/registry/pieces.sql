-- title:   The versions of the registry, cut into pieces of so many patients as are looked at together
-- grain:   one row per (piece)
-- params:  none
-- columns: piece (from 0, in the order of the seats), imputation, first_byte, last_byte (from 1: where its seats are in
--          a bit string over those of all versions), n_in_piece (count of patients), first_seat, last_seat (of patient_facts),
--          stretch (of twenty neighbouring pieces, from 0)
-- missing: the last seats of a version may be empty
create table pieces as
with

-- Nothing is read of a piece in which nobody is asked for.
cut as (
    select
        imputation,
        last_byte,
        bytes_of_piece,
        first_byte as first_byte_of_version,
        n_in_version,
        unnest(range(first_byte, last_byte + 1, bytes_of_piece))::integer as first_byte
    from versions
),

ended as (
    select
        imputation,
        first_byte,
        least(first_byte + bytes_of_piece - 1, last_byte) as last_byte,
        least(
            8 * bytes_of_piece, n_in_version - 8 * (first_byte - first_byte_of_version)
        ) as n_in_piece
    from cut
),

numbered as (
    select
        (row_number() over (order by first_byte) - 1)::integer as piece,
        *,
        8 * (first_byte - 1) as first_seat,
        8 * last_byte - 1 as last_seat,
        piece // 20 as stretch
    from ended
)

select * from numbered
