-- title:   Which columns of patient_facts the filter reads as numbers, as texts and as lists, and how many seats there are
-- grain:   one row
-- params:  none
-- columns: filter_numbers, filter_texts, filter_lists (lists of column names), last_seat (of patient_facts)
-- missing: a kind of which there is none is an empty list
create table filter_columns as
with

columns_read as (
    select
        held.column_name,
        held.data_type like '%[]' as is_list,
        filter_fields.bin_width is not null as is_number
    from duckdb_columns() as held
    inner join filter_fields on held.column_name = filter_fields.field
    where held.table_name = 'patient_facts'
),

seats as (
    select max(first_seat + n_seats) - 1 as last_seat
    from versions
),

sorted_out as (
    select
        coalesce(list(column_name) filter (where is_number), []) as filter_numbers,
        coalesce(list(column_name) filter (where not is_number and not is_list), [])
            as filter_texts,
        coalesce(list(column_name) filter (where is_list), []) as filter_lists
    from columns_read
)

select *
from sorted_out
cross join seats
