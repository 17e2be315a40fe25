-- title:   Side-effects by dose at onset
-- grain:   one row per (dose_tier, symptom)
-- params:  $cohort (see registry/members.sql)
-- columns: dose_tier (text: the tier of the cycle in which the side-effect occurred), symptom (text),
--          n_patients (count), n_patients_lowest (count), n_patients_highest (count),
--          n_side_effects (count), n_side_effects_lowest (count), n_side_effects_highest (count),
--          n_cycles (count of all cycles given in the tier), n_cycles_lowest (count),
--          n_cycles_highest (count), per_100_cycles (side-effects per 100 of these cycles),
--          per_100_cycles_lowest (rate), per_100_cycles_highest (rate)
-- missing: side-effects without a cycle are counted under the patient's usual dose; a version without
--          such a side-effect counts 0, one without a cycle in the tier has no rate
with

cohort as (
    select patients
    from members($cohort)
    where left_out = 0
),

cycles_by_version as (
    select
        doses_given.imputation,
        doses_given.dose_tier,
        sum(doses_given.n_cycles)::bigint as n_cycles
    from doses_given
    inner join cohort on get_bit(cohort.patients, doses_given.seat) = 1
    group by all
),

side_effects_by_version as (
    select
        onsets.imputation,
        onsets.dose_tier,
        onsets.symptom,
        count(distinct onsets.seat) as n_patients,
        count(*) as n_side_effects
    from onsets
    inner join cohort on get_bit(cohort.patients, onsets.seat) = 1
    group by all
),

occurring as (
    select distinct
        dose_tier,
        symptom
    from side_effects_by_version
),

grid as (
    select
        versions.imputation,
        occurring.dose_tier,
        occurring.symptom
    from occurring
    cross join versions
),

counted as (
    select
        grid.dose_tier,
        grid.symptom,
        coalesce(side_effects_by_version.n_patients, 0) as n_patients,
        coalesce(side_effects_by_version.n_side_effects, 0) as n_side_effects,
        coalesce(cycles_by_version.n_cycles, 0) as n_cycles
    from grid
    left join side_effects_by_version
        on
            grid.imputation = side_effects_by_version.imputation
            and grid.dose_tier = side_effects_by_version.dose_tier
            and grid.symptom = side_effects_by_version.symptom
    left join cycles_by_version
        on
            grid.imputation = cycles_by_version.imputation
            and grid.dose_tier = cycles_by_version.dose_tier
),

rated as (
    select
        *,
        100 * n_side_effects / nullif(n_cycles, 0) as per_100_cycles
    from counted
),

summarised as (
    select
        dose_tier,
        symptom,
        quantile_disc(n_patients, 0.5) as n_patients,
        min(n_patients) as n_patients_lowest,
        max(n_patients) as n_patients_highest,
        quantile_disc(n_side_effects, 0.5) as n_side_effects,
        min(n_side_effects) as n_side_effects_lowest,
        max(n_side_effects) as n_side_effects_highest,
        quantile_disc(n_cycles, 0.5) as n_cycles,
        min(n_cycles) as n_cycles_lowest,
        max(n_cycles) as n_cycles_highest,
        quantile_disc(per_100_cycles, 0.5) as per_100_cycles,
        min(per_100_cycles) as per_100_cycles_lowest,
        max(per_100_cycles) as per_100_cycles_highest
    from rated
    group by all
)

select * from summarised
order by dose_tier::double desc, symptom asc
