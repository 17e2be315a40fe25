-- title:   How much immunoglobulin each patient was given in all, in one version
-- grain:   one row per (patient_id)
-- params:  $cohort (see registry/members.sql), $version (imputation; 0 in recorded data), $amount: g_per_kg or grams, $most_drawn: of more patients so many are here, evenly spread over the amounts of their tier (see registry/is_drawn.sql)
-- columns: patient_id, dose_tier (text: of the usual dose), n_cycles (count), g_per_kg (g/kg, sum over the cycles), g_per_kg_lowest, g_per_kg_highest (over the versions in which the patient belongs to the cohort), grams (g), grams_lowest, grams_highest, dose_is_open (boolean: the tier differs between versions), n_known (count of all patients of whom the amount is known)
-- missing: patients without cycles are not here, and by grams not those whose body weight is not recorded; by g_per_kg these have no grams
-- disclosure: asked of cohort; withheld each dot is a patient
with

asked as (
    select
        $version::integer as version,
        $amount::varchar as amount,
        $most_drawn::integer as most_drawn
),

cohort as materialized (
    select patients
    from members($cohort)
    where left_out = 0
),

-- Nothing but numbers is sorted: of a large registry that is most of the time.
known as materialized (
    select
        patient_facts.seat,
        patient_facts.dose_tier,
        if(
            asked.amount = 'grams',
            patient_facts.cumulative_dose_g,
            patient_facts.cumulative_dose_g_per_kg
        ) as known_amount
    from patient_facts
    cross join cohort
    inner join asked on patient_facts.imputation = asked.version
    where
        get_bit(cohort.patients, patient_facts.seat) = 1
        and known_amount is not null
),

tiers as (
    select
        dose_tier,
        count(*) as n_in_tier
    from known
    group by dose_tier
),

counted as (
    select
        count(*) as n_tiers,
        sum(n_in_tier)::bigint as n_known
    from tiers
),

in_order as (
    select
        seat,
        dose_tier,
        row_number() over (partition by dose_tier order by known_amount, seat) as nth
    from known
),

drawn as (
    select
        in_order.seat,
        counted.n_known
    from in_order
    inner join tiers on in_order.dose_tier = tiers.dose_tier
    cross join counted
    cross join asked
    where
        is_drawn(
            in_order.nth, tiers.n_in_tier, counted.n_tiers, counted.n_known, asked.most_drawn
        )
),

of_version as (
    select
        drawn.n_known,
        patient_facts.*
    from drawn
    inner join patient_facts on drawn.seat = patient_facts.seat
),

-- What is recorded stands in one version.
over_versions as (
    select
        facts.patient_id,
        min(facts.cumulative_dose_g_per_kg) as g_per_kg_lowest,
        max(facts.cumulative_dose_g_per_kg) as g_per_kg_highest,
        min(facts.cumulative_dose_g) as grams_lowest,
        max(facts.cumulative_dose_g) as grams_highest,
        min(facts.dose_tier) != max(facts.dose_tier) as dose_is_open
    from patient_facts as facts
    cross join cohort
    semi join of_version on facts.patient_id = of_version.patient_id
    where
        facts.imputation > 0
        and get_bit(cohort.patients, facts.seat) = 1
    group by facts.patient_id
),

patients as (
    select
        of_version.patient_id,
        of_version.dose_tier,
        of_version.n_cycles,
        of_version.cumulative_dose_g_per_kg as g_per_kg,
        coalesce(over_versions.g_per_kg_lowest, g_per_kg) as g_per_kg_lowest,
        coalesce(over_versions.g_per_kg_highest, g_per_kg) as g_per_kg_highest,
        of_version.cumulative_dose_g as grams,
        coalesce(over_versions.grams_lowest, grams) as grams_lowest,
        coalesce(over_versions.grams_highest, grams) as grams_highest,
        coalesce(over_versions.dose_is_open, false) as dose_is_open,
        of_version.n_known
    from of_version
    left join over_versions on of_version.patient_id = over_versions.patient_id
)

select * from patients
order by dose_tier::double desc, g_per_kg asc, patient_id asc
