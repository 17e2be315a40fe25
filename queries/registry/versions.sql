-- title:   The versions of the registry, each with the seats of its patients
-- grain:   one row per (imputation)
-- params:  none
-- columns: imputation, n_in_version (count of patients), n_seats (count), last_byte, first_byte (from 1: where its seats are in a bit string over
--          those of all versions), first_seat (from 0), bytes_of_piece (of those that pieces.sql cuts it into), first_piece (from 0)
-- missing: recorded data are version 0; the last seats of a version may be empty
create table versions as
with

-- Whole bytes, so that the bits of one version are easily cut from those of all.
-- A piece is 32,000 patients: of a bit string above 4,095 bytes DuckDB makes a copy whenever it is read.
sized as (
    select
        imputation,
        count(*) as n_in_version,
        ceil(n_in_version / 8)::integer as n_bytes,
        4000 as bytes_of_piece,
        ceil(n_bytes / bytes_of_piece)::integer as n_pieces
    from registry.patients
    group by imputation
),

placed as (
    select
        imputation,
        n_in_version,
        8 * n_bytes as n_seats,
        (sum(n_bytes) over (order by imputation))::integer as last_byte,
        last_byte - n_bytes + 1 as first_byte,
        8 * (first_byte - 1) as first_seat,
        bytes_of_piece,
        (sum(n_pieces) over (order by imputation))::integer - n_pieces as first_piece
    from sized
)

select * from placed
