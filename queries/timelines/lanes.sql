-- title:   A page of the patients of a cohort in one version, with how long they were treated
-- grain:   one row per (patient_id) of the page, in its order
-- params:  $cohort (see registry/members.sql), $version: an imputation (0 in recorded data), $sort: duration, dose, diagnosis or response, $group_by: diagnosis_group, dose_tier, response, centre or none, $page: from 1; beyond the last one it is the last one
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
        lane_places.seat,
        lane_places.n_cycles,
        case asked.group_by
            when 'diagnosis_group' then lane_places.diagnosis_group_place
            when 'dose_tier' then lane_places.dose_tier_place
            when 'response' then lane_places.response_place
            when 'centre' then lane_places.centre_place
            else 0
        end as group_place,
        case asked.sort
            when 'dose' then lane_places.by_dose
            when 'diagnosis' then lane_places.by_diagnosis
            when 'response' then lane_places.by_response
            else lane_places.by_duration
        end as sorted_place
    from lane_places
    inner join asked on lane_places.imputation = asked.version
    inner join cohort_pieces($cohort) as pieces on lane_places.piece = pieces.piece
    where get_bit(pieces.patients, lane_places.seat - pieces.first_seat) = 1
),

-- Counted first, by thousands of places: so no more of a large cohort are sorted than stand around the page.
thousands as (
    select
        group_place,
        sorted_place // 1000 as thousand,
        count(*) as n_members,
        max(n_cycles) as most_cycles
    from members
    group by
        group_place,
        thousand
),

placed as (
    select
        group_place,
        thousand,
        n_members,
        most_cycles,
        (sum(n_members) over (order by group_place, thousand))::bigint as n_up_to_here,
        n_up_to_here - n_members as n_before,
        (sum(n_members) over (partition by group_place))::bigint as n_in_group
    from thousands
),

-- As many lanes as a projector shows under the headings of their groups; of more than it shows, pages that are
-- easier to read, and shorter ones if patients have so many cycles that a chart would be slow.
pages as (
    select
        max(placed.n_up_to_here) as n_lanes,
        if(n_lanes > 32, 25, 32) as n_readable,
        -- Where nobody has a cycle, all that are readable.
        greatest(least(n_readable, 4000 // max(placed.most_cycles)), 1) as n_on_page,
        least(any_value(asked.page), (n_lanes - 1) // n_on_page + 1) as page
    from placed
    cross join asked
),

around_page as (
    select
        placed.group_place,
        placed.thousand,
        placed.n_in_group,
        placed.n_before,
        pages.n_lanes,
        pages.n_on_page,
        pages.page
    from placed
    cross join pages
    where
        placed.n_up_to_here > (pages.page - 1) * pages.n_on_page
        and placed.n_before < pages.page * pages.n_on_page
),

ranked as (
    select
        members.seat,
        around_page.*,
        around_page.n_before
        + row_number() over (
            partition by
                around_page.group_place,
                around_page.thousand
            order by members.sorted_place
        ) as rank
    from members
    inner join around_page
        on
            members.group_place = around_page.group_place
            and members.sorted_place // 1000 = around_page.thousand
),

on_page as materialized (
    select
        patient_facts.*,
        ranked.group_place,
        groups.value as group_value,
        ranked.n_in_group,
        ranked.rank,
        ranked.n_lanes,
        ranked.page
    from ranked
    inner join patient_facts on ranked.seat = patient_facts.seat
    left join trait_values as groups on ranked.group_place = groups.place
    where (ranked.rank - 1) // ranked.n_on_page = ranked.page - 1
),

-- What is recorded stands in one version.
ranges as (
    select
        patient_facts.patient_id,
        min(patient_facts.last_cycle_day) as last_cycle_day_lowest,
        max(patient_facts.last_cycle_day) as last_cycle_day_highest
    from patient_facts
    semi join on_page on patient_facts.patient_id = on_page.patient_id
    where patient_facts.imputation > 0
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
        coalesce(ranges.last_cycle_day_lowest, on_page.last_cycle_day) as last_cycle_day_lowest,
        coalesce(ranges.last_cycle_day_highest, on_page.last_cycle_day) as last_cycle_day_highest,
        on_page.group_place,
        on_page.group_value,
        on_page.n_in_group,
        on_page.rank,
        on_page.n_lanes,
        on_page.page
    from on_page
    left join ranges on on_page.patient_id = ranges.patient_id
)

select * from lanes
order by rank
