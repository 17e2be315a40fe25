-- title:   What happened to each patient, as kinds and as labels
-- grain:   one row per (imputation, patient_id)
-- params:  none
-- columns: imputation, patient_id, kinds (list of places in the event_kinds of names.sql), labels (list of places in the
--          event_labels)
-- missing: a patient without events has no row; labels is null if no event has a label
create temp table event_facts as
with

numbered_kinds as (
    select
        unnest(event_kinds) as kind,
        generate_subscripts(event_kinds, 1)::usmallint as place
    from names
),

numbered_labels as (
    select
        unnest(event_labels) as event_label,
        generate_subscripts(event_labels, 1)::integer as place
    from names
),

gathered as (
    select
        events.imputation,
        events.patient_id,
        list(numbered_kinds.place) as kinds,
        list(numbered_labels.place) filter (where events.label is not null) as labels
    from registry.events
    inner join numbered_kinds on events.kind = numbered_kinds.kind
    left join numbered_labels on events.kind || ': ' || events.label = numbered_labels.event_label
    group by all
),

in_order as (
    select
        imputation,
        patient_id,
        list_sort(list_distinct(kinds)) as kinds,
        list_sort(list_distinct(labels)) as labels
    from gathered
)

select * from in_order
