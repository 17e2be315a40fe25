-- title:   Stretches of twenty neighbouring pieces
-- grain:   one row per (stretch)
-- params:  none
-- columns: stretch (of registry/pieces.sql), first_byte, last_byte (from 1: where its seats are in a bit string over those of all versions)
-- missing: the last stretch may have fewer
create table stretches as
select
    stretch,
    min(first_byte) as first_byte,
    max(last_byte) as last_byte
from pieces
group by stretch
order by stretch
