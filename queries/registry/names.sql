-- title:   The texts that the lists of patient_facts are made of, in their order
-- grain:   one row
-- params:  none
-- columns: symptoms (list), drugs (list), event_kinds (list), event_labels (list of 'kind: label')
-- missing: a list of which there is nothing is empty
create temp table names as
with

-- Lists are gathered and joined as places in these: of millions of patients texts would not fit in memory.
symptoms as (
    select coalesce(list(distinct symptom order by symptom), []) as symptoms
    from registry.side_effects
),

drugs as (
    select coalesce(list(distinct drug order by drug), []) as drugs
    from registry.treatments
),

event_kinds as (
    select coalesce(list(distinct kind order by kind), []) as event_kinds
    from registry.events
),

labels as (
    select distinct kind || ': ' || label as event_label
    from registry.events
    where label is not null
),

event_labels as (
    select coalesce(list(event_label order by event_label), []) as event_labels
    from labels
)

select *
from symptoms
cross join drugs
cross join event_kinds
cross join event_labels
