-- title:   A page of the patients of a cohort in one version, with how long they were treated
-- grain:   one row per (patient_id) of the page, in its order
-- params:  $cohort (see registry/members.sql), $version: an imputation (0 in recorded data), $sort: duration, dose, diagnosis or response, $group_by: a trait of registry/traits.sql with one value a patient, or none, $page: from 1; beyond the last one it is the last one
-- columns: patient_id, diagnosis, diagnosis_group (text), individually_reported (boolean), dose_tier, dose_g_per_kg (g/kg, usual dose), response, therapy_end_reason (text or null), n_cycles (count), last_cycle_day, last_cycle_day_lowest, last_cycle_day_highest (days since first IVIg; the version's, and the range over all versions), group_place (0: not grouped; else the group's place in reading order), group_value (text; null: not recorded), n_in_group (count, all pages), rank (from 1, over all pages), n_lanes (count, all pages), page (shown, from 1)
-- missing: the figures on cycles are null for a patient without a cycle; who lacks what is sorted or grouped by comes last
-- disclosure: asked of cohort; withheld each lane is a patient
with

asked as (
    select
        $version::integer as version,
        $sort::varchar as sort,
        $group_by::varchar as group_by,
        $page::integer as page
),

members as (
    select
        members.*,
        coalesce(groups.place, 0) as group_place,
        groups.value as group_value,
        sorted.place as sorted_place
    from cohort($cohort) as members
    left join traits as groups
        on
            members.seat = groups.seat
            and groups.trait = (select asked.group_by from asked)
    left join traits as sorted
        on
            members.seat = sorted.seat
            and sorted.trait = (
                select if(asked.sort = 'diagnosis', 'diagnosis_group', asked.sort) from asked
            )
    where members.imputation = (select asked.version from asked)
),

ranked as (
    select
        members.*,
        count(*) over (partition by members.group_place) as n_in_group,
        count(*) over () as n_lanes,
        -- As many lanes as a projector shows under the headings of their groups, and fewer if they have so many
        -- cycles that a chart would be slow.
        coalesce(least(32, greatest(4000 // max(members.n_cycles) over (), 1)), 32) as n_on_page,
        row_number() over (
            order by
                members.group_place asc,
                members.sorted_place asc,
                if(asked.sort = 'dose', members.dose_g_per_kg, null) desc nulls last,
                if(asked.sort = 'diagnosis', members.diagnosis, null) asc,
                coalesce(members.last_cycle_day, 0) desc,
                members.patient_id asc
        ) as rank,
        least(asked.page, (n_lanes - 1) // n_on_page + 1) as page
    from members
    cross join asked
),

on_page as (
    select *
    from ranked
    where (rank - 1) // n_on_page = page - 1
),

ranges as (
    select
        patient_facts.patient_id,
        min(patient_facts.last_cycle_day) as last_cycle_day_lowest,
        max(patient_facts.last_cycle_day) as last_cycle_day_highest
    from patient_facts
    semi join on_page on patient_facts.patient_id = on_page.patient_id
    group by patient_facts.patient_id
),

lanes as (
    select
        on_page.patient_id,
        on_page.diagnosis,
        on_page.diagnosis_group,
        on_page.individually_reported,
        on_page.dose_tier,
        on_page.dose_g_per_kg,
        on_page.response,
        on_page.therapy_end_reason,
        on_page.n_cycles,
        on_page.last_cycle_day,
        ranges.last_cycle_day_lowest,
        ranges.last_cycle_day_highest,
        on_page.group_place,
        on_page.group_value,
        on_page.n_in_group,
        on_page.rank,
        on_page.n_lanes,
        on_page.page
    from on_page
    inner join ranges on on_page.patient_id = ranges.patient_id
)

select * from lanes
order by rank
