-- title:   The published statements asked of a registry, which need not be theirs
-- grain:   one row per (claim_id)
-- params:  $cohort (see registry/members.sql)
-- columns: claim_id, statistic (text), answer (figure; or why there is none: one patient, drug class, drug dose,
--          nobody, not recorded), figure (number: of a count the patients of whom it is so),
--          figure_lowest (number), figure_highest (number), figure_values (text: the values found, of a statement
--          about values), n (count: of a count the patients of whom it could be so, otherwise those whose measure
--          is recorded), n_lowest (count), n_highest (count)
-- missing: what is recorded of no patient of the group is not recorded; a statement on one patient of the series,
--          a class of drugs, or the dose of another drug, whose units differ, can't be asked of others; a sex
--          unknown is not recorded; a list without entries (or no overlap, no subtype) is none of them, if the registry
--          has such entries at all
with

claims as (
    select
        *,
        rowid as position
    from beside.claims
),

-- The centre of the publication is what it calls everybody.
criteria as (
    select
        *,
        first_value(field) over (partition by population order by rowid) as first_field
    from beside.populations
    where field != 'centre'
),

populations as (
    select
        population,
        bool_or(field in ('patient_id', 'event_labels')) as is_of_one,
        bool_or(coalesce(value like '%, not specified', false)) as is_of_class,
        count(distinct field) as n_fields
    from criteria
    group by population
),

members as (
    select
        imputation,
        patient_id
    from cohort($cohort)
),

all_attributes as materialized (
    select *
    from patient_attributes
    where
        (
            field in (select criteria.field from criteria)
            or field in (select claims.measure from claims)
        )
        and not (field = 'sex' and value = 'unknown')
),

attributes as materialized (
    select all_attributes.*
    from all_attributes
    semi join members
        on
            all_attributes.imputation = members.imputation
            and all_attributes.patient_id = members.patient_id
),

-- Of lists, of overlaps and of subtypes a registry holds only what there was.
held_only as (
    select distinct all_attributes.field
    from all_attributes
    inner join duckdb_columns() as columns
        on
            all_attributes.field = columns.column_name
            and columns.table_name = 'patient_facts'
            and (columns.data_type like '%[]' or columns.column_name in ('overlap', 'subtype'))
),

recorded as (
    select distinct
        imputation,
        patient_id,
        field
    from attributes
    union
    select
        members.imputation,
        members.patient_id,
        held_only.field
    from members
    cross join held_only
),

met as (
    select distinct
        criteria.population,
        criteria.field,
        criteria.first_field,
        attributes.imputation,
        attributes.patient_id
    from criteria
    inner join attributes
        on
            criteria.field = attributes.field
            and (
                criteria.value = attributes.value
                or (
                    criteria.value is null
                    and attributes.number >= coalesce(criteria.lower, '-infinity')
                    and attributes.number <= coalesce(criteria.upper, 'infinity')
                )
            )
),

-- Whom a statement could be about: the group that its first field makes, or everybody if that is all it says.
base as (
    select
        met.population,
        met.imputation,
        met.patient_id
    from met
    inner join populations on met.population = populations.population
    where met.field = met.first_field and populations.n_fields > 1
    union all
    select
        asked.population,
        members.imputation,
        members.patient_id
    from (
        select populations.population
        from populations
        where populations.n_fields = 1
        union
        select claims.population
        from claims
        anti join populations on claims.population = populations.population
    ) as asked
    cross join members
),

fields as (
    select distinct
        population,
        field
    from criteria
),

-- Of each of them, in how many of its fields it is recorded, and met.
fields_recorded as (
    select
        base.population,
        base.imputation,
        base.patient_id,
        count(fields.field) as n_fields,
        count(recorded.field) as n_recorded,
        count(met.field) as n_met
    from base
    left join fields on base.population = fields.population
    left join recorded
        on
            fields.field = recorded.field
            and base.imputation = recorded.imputation
            and base.patient_id = recorded.patient_id
    left join met
        on
            base.population = met.population
            and fields.field = met.field
            and base.imputation = met.imputation
            and base.patient_id = met.patient_id
    group by
        base.population,
        base.imputation,
        base.patient_id
),

counts as (
    select
        population,
        imputation,
        count(*) as n_base,
        count(*) filter (where n_recorded = n_fields) as n_recorded,
        count(*) filter (where n_met = n_fields) as n_met
    from fields_recorded
    group by
        population,
        imputation
),

population_members as (
    select
        population,
        imputation,
        patient_id
    from fields_recorded
    where n_met = n_fields
),

measured as (
    select
        claims.claim_id,
        population_members.imputation,
        count(distinct recorded.patient_id) as n_measured,
        median(attributes.number) as median,
        min(attributes.number) as lowest,
        max(attributes.number) as highest,
        array_to_string(list_sort(list(distinct attributes.value)), '; ') as texts
    from claims
    inner join population_members on claims.population = population_members.population
    left join recorded
        on
            claims.measure = recorded.field
            and population_members.imputation = recorded.imputation
            and population_members.patient_id = recorded.patient_id
    left join attributes
        on
            claims.measure = attributes.field
            and population_members.imputation = attributes.imputation
            and population_members.patient_id = attributes.patient_id
    where claims.measure is not null
    group by
        claims.claim_id,
        population_members.imputation
),

by_version as (
    select
        claims.claim_id,
        case
            when claims.statistic = 'count' then coalesce(counts.n_base, 0)
            else coalesce(counts.n_met, 0)
        end as n_base,
        case
            when claims.statistic = 'count' then coalesce(counts.n_recorded, 0)
            else coalesce(measured.n_measured, 0)
        end as n,
        case claims.statistic
            when 'count' then coalesce(counts.n_met, 0)::double
            when 'median' then measured.median
            when 'min' then measured.lowest
            when 'max' then measured.highest
        end as figure,
        measured.texts
    from claims
    cross join versions
    left join counts
        on claims.population = counts.population and versions.imputation = counts.imputation
    left join measured
        on claims.claim_id = measured.claim_id and versions.imputation = measured.imputation
),

summarised as (
    select
        claim_id,
        max(n_base) as n_base_highest,
        quantile_disc(n, 0.5) as n,
        min(n) as n_lowest,
        max(n) as n_highest,
        quantile_disc(figure, 0.5) as figure,
        min(figure) as figure_lowest,
        max(figure) as figure_highest,
        quantile_disc(texts, 0.5) as texts
    from by_version
    group by claim_id
),

answered as (
    select
        claims.position,
        claims.claim_id,
        claims.statistic,
        case
            when populations.is_of_one then 'one patient'
            when populations.is_of_class then 'drug class'
            when claims.measure like 'concomitant_dose.%' then 'drug dose'
            when summarised.n_base_highest = 0 then 'nobody'
            when summarised.n_highest = 0 then 'not recorded'
            else 'figure'
        end as answer,
        if(answer = 'figure', summarised.figure, null) as figure,
        if(answer = 'figure', summarised.figure_lowest, null) as figure_lowest,
        if(answer = 'figure', summarised.figure_highest, null) as figure_highest,
        if(answer = 'figure' and claims.statistic = 'values', summarised.texts, null)
            as figure_values,
        if(answer = 'figure', summarised.n, null) as n,
        if(answer = 'figure', summarised.n_lowest, null) as n_lowest,
        if(answer = 'figure', summarised.n_highest, null) as n_highest
    from claims
    inner join summarised on claims.claim_id = summarised.claim_id
    left join populations on claims.population = populations.population
),

ordered as (
    select * exclude (position)
    from answered
    order by position asc
)

select * from ordered
