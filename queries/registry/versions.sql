-- title:   The versions of the registry, each with the seats of its patients
-- grain:   one row per (imputation)
-- params:  none
-- columns: imputation, n_seats (count), last_byte, first_byte (from 1: where its seats are in a bit string over
--          those of all versions), first_seat (from 0), first_piece (from 0: of those that pieces.sql cuts it into)
-- missing: recorded data are version 0; the last seats of a version may be empty
create table versions as
with

-- Whole bytes, so that the bits of one version are easily cut from those of all.
sized as (
    select
        imputation,
        ceil(count(*) / 8)::integer as n_bytes,
        ceil(n_bytes / 4000)::integer as n_pieces
    from registry.patients
    group by imputation
),

placed as (
    select
        imputation,
        8 * n_bytes as n_seats,
        (sum(n_bytes) over (order by imputation))::integer as last_byte,
        last_byte - n_bytes + 1 as first_byte,
        8 * (first_byte - 1) as first_seat,
        (sum(n_pieces) over (order by imputation))::integer - n_pieces as first_piece
    from sized
)

select * from placed
