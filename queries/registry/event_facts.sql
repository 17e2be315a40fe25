-- title:   What happened to each patient, as kinds and as labels
-- grain:   one row per (imputation, patient_id)
-- params:  none
-- columns: imputation, patient_id, event_kinds (list), event_labels (list of 'kind: label')
-- missing: a patient without events has no row; event_labels is null if no event has a label
create temp table event_facts as
with

labelled_events as (
    select
        *,
        kind || ': ' || label as entry
    from registry.events
),

events as (
    select
        imputation,
        patient_id,
        list_sort(list_distinct(list(kind))) as event_kinds,
        list_sort(list_distinct(list(entry) filter (where entry is not null)))
            as event_labels
    from labelled_events
    group by all
)

select * from events
