-- title:   What cost per responder rests on: the grams of judged patients, and how many responded
-- grain:   one row per (value, imputation) with such patients
-- params:  $cohort (see registry/members.sql), $by: dosing or centre
-- columns: value (as in dose/use; null: all), imputation, n_judged (count of the patients whose response is judged and whose body weight is recorded), n_responders (count of these who responded), grams_mean, grams_sd (grams per patient; standard deviation of a sample, null of one patient), correlation (of a patient's grams with response, 1 or 0; null where either is the same in all)
-- missing: "not evaluable" is a judged response; who has no judged response, no cycle or no weight is left out
-- disclosure: asked of cohort; withheld what cost per responder rests on are sums and deviations of few numbers
with

asked as (
    select
        $by::varchar as grouping,
        max(lower_g_per_kg) as lowest_standard
    from reference.dose_tiers
),

judged as (
    select
        members.imputation,
        members.cumulative_dose_g as grams,
        (members.response = 'response')::integer as responded,
        case asked.grouping
            when 'centre' then members.centre
            when
                'dosing'
                then if(members.dose_g_per_kg < asked.lowest_standard, 'reduced', 'standard')
        end as own_group,
        unnest(if(own_group is null, [null], [own_group, null])) as value
    from cohort($cohort) as members
    cross join asked
    where
        members.cumulative_dose_g is not null
        and members.response is not null
),

described as (
    select
        value,
        imputation,
        count(*) as n_judged,
        sum(responded)::bigint as n_responders,
        avg(grams) as grams_mean,
        if(n_judged > 1, stddev_samp(grams), null) as grams_sd,
        if(
            min(grams) < max(grams) and min(responded) < max(responded),
            corr(grams, responded),
            null
        ) as correlation
    from judged
    group by
        value,
        imputation
)

select * from described
order by
    value asc nulls last,
    imputation asc
