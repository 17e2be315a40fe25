-- title:   How much immunoglobulin was used, by dosing or centre, and with what response
-- grain:   one row per (value, measure)
-- params:  $cohort (see registry/members.sql), $by: dosing or centre
-- columns: value (text; a dosing, reduced: usual dose below the highest tier, which starts at 1.5 g/kg, or standard; a centre of the registry; null: all), measure (text: n_ are counts; person_years are years from the first to the last cycle and 28 days, of all patients; g_per_kg_ and grams_ are means per patient, cycle or person-year, or the median, minimum or maximum over patients; grams_per_responder is the sum over patients with a judged response and a weight, per responder among them), figure (of the middle version), figure_lowest, figure_highest (range over the versions)
-- missing: grams are those of patients whose body weight is recorded (n_weighed of n_patients), with their cycles and person-years; "not evaluable" is a judged response; patients without cycles are in no measure; a version without such patients counts 0 and has no other figure
-- disclosure: asked of cohort; label value, measure; count figure where measure = n_patients|n_weighed; rows
--              (value, measure) by figure where measure !=
--              n_patients|n_weighed|n_cycles|person_years|n_responders|n_judged|n_responders_weighed|n_judged_weighed;
--              partition measure in (value) by figure within $cohort where value is null and measure = n_patients;
--              partition value in (measure) by figure of row value is null where value is not null and measure =
--              n_patients; partition measure in (value) by figure within row measure = n_patients where measure =
--              n_weighed
with

asked as (
    select
        $by::varchar as grouping,
        max(lower_g_per_kg) as lowest_standard
    from reference.dose_tiers
),

-- Nobody else's values, but a row of everybody, so that a version without members counts 0.
members as (
    select
        everybody.imputation,
        if(everybody.is_member, everybody.cumulative_dose_g_per_kg, null) as g_per_kg,
        if(everybody.is_member, everybody.cumulative_dose_g, null) as grams,
        if(g_per_kg is null, null, everybody.n_cycles) as n_cycles,
        if(grams is null, null, everybody.n_cycles) as n_cycles_weighed,
        everybody.therapy_duration_years + 28 / 365.25 as years,
        if(g_per_kg is null, null, years) as person_years,
        if(grams is null, null, years) as person_years_weighed,
        g_per_kg is not null and everybody.response is not null as is_judged,
        g_per_kg is not null and coalesce(everybody.response = 'response', false) as responded,
        case asked.grouping
            when 'centre' then everybody.centre
            when
                'dosing'
                then if(everybody.dose_g_per_kg < asked.lowest_standard, 'reduced', 'standard')
        end as own_group,
        unnest(if(own_group is null, [null], [own_group, null])) as value
    from everybody($cohort) as everybody
    cross join asked
    where everybody.n_cycles is not null
),

by_version as (
    select
        imputation,
        value,
        count(g_per_kg) as n_patients,
        count(grams) as n_weighed,
        coalesce(sum(n_cycles), 0) as n_cycles,
        sum(n_cycles_weighed) as n_cycles_weighed,
        coalesce(sum(person_years), 0) as years,
        sum(person_years_weighed) as years_weighed,
        sum(g_per_kg) as g_per_kg,
        median(g_per_kg) as g_per_kg_median,
        min(g_per_kg) as g_per_kg_minimum,
        max(g_per_kg) as g_per_kg_maximum,
        sum(grams) as grams,
        median(grams) as grams_median,
        min(grams) as grams_minimum,
        max(grams) as grams_maximum,
        count(*) filter (where responded) as n_responders,
        count(*) filter (where is_judged) as n_judged,
        count(grams) filter (where responded) as n_responders_weighed,
        count(grams) filter (where is_judged) as n_judged_weighed,
        sum(grams) filter (where is_judged) as grams_judged
    from members
    group by
        imputation,
        value
),

measures as (
    select
        value,
        n_patients::double as n_patients,
        n_weighed::double as n_weighed,
        n_cycles::double as n_cycles,
        years::double as person_years,
        (g_per_kg / nullif(n_patients, 0))::double as g_per_kg_per_patient,
        g_per_kg_median::double as g_per_kg_per_patient_median,
        g_per_kg_minimum::double as g_per_kg_per_patient_minimum,
        g_per_kg_maximum::double as g_per_kg_per_patient_maximum,
        (g_per_kg / nullif(n_cycles, 0))::double as g_per_kg_per_cycle,
        (g_per_kg / nullif(years, 0))::double as g_per_kg_per_year,
        (grams / nullif(n_weighed, 0))::double as grams_per_patient,
        grams_median::double as grams_per_patient_median,
        grams_minimum::double as grams_per_patient_minimum,
        grams_maximum::double as grams_per_patient_maximum,
        (grams / nullif(n_cycles_weighed, 0))::double as grams_per_cycle,
        (grams / nullif(years_weighed, 0))::double as grams_per_year,
        n_responders::double as n_responders,
        n_judged::double as n_judged,
        n_responders_weighed::double as n_responders_weighed,
        n_judged_weighed::double as n_judged_weighed,
        (grams_judged / nullif(n_responders_weighed, 0))::double as grams_per_responder
    from by_version
),

measured as (
    unpivot measures
    on columns(* exclude (value))
    into name measure value figure
),

summarised as (
    select
        value,
        measure,
        quantile_disc(figure, 0.5) as figure,
        min(figure) as figure_lowest,
        max(figure) as figure_highest
    from measured
    group by
        value,
        measure
)

select * from summarised
order by value asc nulls last, measure asc
