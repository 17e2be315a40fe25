-- title:   Every published statement beside what the registry gives
-- grain:   one row per (claim_id)
-- params:  none
-- columns: claim_id, section (text), locator (text), statement (text), population (text), statistic (text),
--          measure (text), published (text), decimals (as printed),
--          recomputed (number), recomputed_lowest (number), recomputed_highest (number),
--          recomputed_values (text: the values found, of a statement about values),
--          n_versions (count), n_versions_holding (count), status (reproduced in all versions, contradicted
--          in at least one, not determinable), contradictory (text: why it contradicts another statement)
-- missing: an empty population counts 0; a statement is not determinable if no version records its measure,
--          or nobody's value of a field that its population is defined by; a patient with several
--          values of a measure brings each of them
-- disclosure: withheld the statements of a publication were made of few patients, with the lowest and the highest
with

claims as (
    select
        *,
        rowid as position,
        coalesce(try_cast(decimals as integer), 0) as n_decimals,
        try_cast(value as double) as published_number
    from publication.claims
),

populations as (
    select * from publication.populations
),

attributes as materialized (
    select *
    from patient_attributes
    where
        field in (select populations.field from populations)
        or field in (select claims.measure from claims)
),

-- Criteria on different fields must all be met, those on one field are alternatives.
fields_needed as (
    select
        population,
        count(distinct field) as n_fields
    from populations
    group by population
),

fields_met as (
    select
        populations.population,
        attributes.imputation,
        attributes.patient_id,
        count(distinct populations.field) as n_fields
    from populations
    inner join attributes
        on
            populations.field = attributes.field
            and meets(
                populations.value,
                populations.lower,
                populations.upper,
                attributes.value,
                attributes.number
            )
    group by all
),

population_members as (
    select fields_met.* exclude (n_fields)
    from fields_met
    inner join fields_needed using (population, n_fields)
),

sizes as (
    select
        population,
        imputation,
        count(*) as n_patients
    from population_members
    group by all
),

unrecorded as (
    select distinct populations.population
    from populations
    anti join attributes on populations.field = attributes.field
),

measured_populations as (
    select distinct
        population,
        measure,
        statistic = 'values' as is_of_texts
    from claims
    where measure is not null
),

measures as (
    select
        measured_populations.population,
        measured_populations.measure,
        measured_populations.is_of_texts,
        population_members.imputation,
        median(attributes.number) as median,
        min(attributes.number) as lowest,
        max(attributes.number) as highest,
        list(distinct attributes.value) filter (where is_of_texts) as texts
    from measured_populations
    inner join population_members
        on measured_populations.population = population_members.population
    inner join attributes
        on
            measured_populations.measure = attributes.field
            and population_members.imputation = attributes.imputation
            and population_members.patient_id = attributes.patient_id
    group by all
),

recomputed_by_version as (
    select
        claims.claim_id,
        claims.statistic,
        claims.operator,
        claims.value,
        claims.published_number,
        power(10, claims.n_decimals) as scale,
        case claims.statistic
            when 'count' then if(unrecorded.population is null, coalesce(sizes.n_patients, 0), null)
            when 'median' then measures.median
            when 'min' then measures.lowest
            when 'max' then measures.highest
        end as number,
        array_to_string(list_sort(measures.texts), '|') as found
    from claims
    cross join versions
    left join unrecorded on claims.population = unrecorded.population
    left join sizes
        on claims.population = sizes.population and versions.imputation = sizes.imputation
    left join measures
        on
            claims.population = measures.population
            and claims.measure = measures.measure
            and (claims.statistic = 'values') = measures.is_of_texts
            and versions.imputation = measures.imputation
),

-- Rounded half up, as printed tables are; the tiny amount keeps 0.285 × 100 from falling below 28.5.
compared as (
    select
        claim_id,
        number,
        found,
        case
            when statistic = 'values' then found = value
            when operator = '=' then floor(number * scale + 0.5 + 1e-9) / scale = published_number
            when operator = '>=' then number >= published_number
            when operator = '<=' then number <= published_number
        end as holds
    from recomputed_by_version
),

summarised as (
    select
        claim_id,
        quantile_disc(number, 0.5) as recomputed,
        min(number) as recomputed_lowest,
        max(number) as recomputed_highest,
        replace(quantile_disc(found, 0.5), '|', '; ') as recomputed_values,
        count(*) as n_versions,
        count(*) filter (where holds) as n_versions_holding,
        case
            when count(number) + count(found) = 0 then 'not determinable'
            when count(*) filter (where holds) = count(*) then 'reproduced'
            else 'contradicted'
        end as status
    from compared
    group by claim_id
),

described as (
    select
        claims.claim_id,
        claims.section,
        claims.locator,
        claims.statement,
        claims.population,
        claims.statistic,
        claims.measure,
        case claims.operator when '>=' then '≥ ' when '<=' then '≤ ' else '' end
        || replace(claims.value, '|', '; ') as published,
        claims.n_decimals as decimals,
        summarised.* exclude (claim_id),
        claims.contradictory
    from claims
    inner join summarised on claims.claim_id = summarised.claim_id
    order by claims.position asc
)

select * from described
