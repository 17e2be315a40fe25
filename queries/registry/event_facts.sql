-- title:   What happened to each patient, as kinds and as labels
-- grain:   one row per (imputation, patient_id)
-- params:  none
-- columns: imputation, patient_id, event_kinds (list), event_labels (list of 'kind: label')
-- missing: a patient without events has no row; event_labels is null if no event has a label
create temp table event_facts as
with

labelled as (
    select
        *,
        kind || ': ' || label as entry
    from registry.events
),

-- Gathered as numbers in the order of their names: of millions of patients texts fill the memory.
names as (
    select
        list(distinct kind order by kind) as kinds,
        list(distinct entry order by entry) filter (where entry is not null) as entries
    from labelled
),

numbered_kinds as (
    select
        unnest(kinds) as kind,
        generate_subscripts(kinds, 1)::usmallint as number
    from names
),

numbered_entries as (
    select
        unnest(entries) as entry,
        generate_subscripts(entries, 1)::integer as number
    from names
),

gathered as (
    select
        labelled.imputation,
        labelled.patient_id,
        list(numbered_kinds.number) as kinds,
        list(numbered_entries.number) filter (where labelled.entry is not null) as entries
    from labelled
    inner join numbered_kinds on labelled.kind = numbered_kinds.kind
    left join numbered_entries on labelled.entry = numbered_entries.entry
    group by all
),

named as (
    select
        gathered.imputation,
        gathered.patient_id,
        list_transform(
            list_sort(list_distinct(gathered.kinds)), lambda number: names.kinds[number]
        ) as event_kinds,
        list_transform(
            list_sort(list_distinct(gathered.entries)), lambda number: names.entries[number]
        ) as event_labels
    from gathered
    cross join names
)

select * from named
