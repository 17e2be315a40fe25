-- title:   Cumulative dose in each dose tier
-- grain:   one row per (dose_tier)
-- params:  $cohort (see registry/members.sql)
-- columns: dose_tier (text: of the usual dose), n_patients (count; median and range over the versions), n_patients_lowest, n_patients_highest, n_weighed (count of those whose body weight is recorded), n_weighed_lowest, n_weighed_highest, g_per_kg (g/kg: median of the cumulative dose over patients), g_per_kg_lowest, g_per_kg_highest, grams (g: likewise, of n_weighed), grams_lowest, grams_highest
-- missing: patients without cycles have no dose tier; a version in which nobody is in a tier counts 0 and has no median there
-- disclosure: asked of cohort; label dose_tier; count n_patients, n_weighed; open n_weighed; whole n_patients =
--              n_weighed + rest; partition dose_tier in () by n_patients within $cohort; median g_per_kg of
--              n_patients; median grams of n_weighed; rows (dose_tier) by n_patients
with

tiers as (
    select
        imputation,
        dose_tier,
        count(*) filter (where is_member) as n_patients,
        count(cumulative_dose_g) filter (where is_member) as n_weighed,
        median(cumulative_dose_g_per_kg) filter (where is_member) as g_per_kg,
        median(cumulative_dose_g) filter (where is_member) as grams
    from everybody($cohort)
    where dose_tier is not null
    group by
        imputation,
        dose_tier
),

occurring as (
    select distinct dose_tier from tiers
),

-- Also the versions in which nobody at all is in a tier.
in_every_version as (
    select
        occurring.dose_tier,
        coalesce(tiers.n_patients, 0) as n_patients,
        coalesce(tiers.n_weighed, 0) as n_weighed,
        tiers.g_per_kg,
        tiers.grams
    from occurring
    cross join versions
    left join tiers
        on occurring.dose_tier = tiers.dose_tier and versions.imputation = tiers.imputation
),

summarised as (
    select
        dose_tier,
        quantile_disc(n_patients, 0.5) as n_patients,
        min(n_patients) as n_patients_lowest,
        max(n_patients) as n_patients_highest,
        quantile_disc(n_weighed, 0.5) as n_weighed,
        min(n_weighed) as n_weighed_lowest,
        max(n_weighed) as n_weighed_highest,
        quantile_disc(g_per_kg, 0.5) as g_per_kg,
        min(g_per_kg) as g_per_kg_lowest,
        max(g_per_kg) as g_per_kg_highest,
        quantile_disc(grams, 0.5) as grams,
        min(grams) as grams_lowest,
        max(grams) as grams_highest
    from in_every_version
    group by dose_tier
)

select * from summarised
order by dose_tier::double desc
