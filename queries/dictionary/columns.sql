-- title:   Which tables and columns a reader's own query can ask for
-- grain:   one row per (table_name, column_name)
-- params:  none
-- columns: table_name (text, as a query names it), column_name (text), data_type (text)
-- missing: none; the tables that only prepare the filter are left out
-- disclosure: label table_name, column_name, data_type
with

columns as (
    select
        if(table_schema = 'main', table_name, table_schema || '.' || table_name) as table_name,
        column_name,
        data_type,
        table_schema,
        ordinal_position
    from information_schema.columns
    where
        table_schema in ('registry', 'reference', 'publication')
        or table_name = 'patient_facts'
),

ordered as (
    select * exclude (table_schema, ordinal_position)
    from columns
    order by
        table_schema asc,
        table_name asc,
        ordinal_position asc
)

select * from ordered
