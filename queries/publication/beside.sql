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
--          unknown is not recorded; a list without entries (or no overlap, no subtype) is none of them, if anybody in the
--          cohort has such an entry
-- disclosure: asked of cohort; withheld the answers are exact counts
with

-- What can't be asked of others is sorted out first.
not_asked as (
    select
        population,
        if(bool_or(field in ('patient_id', 'event_labels')), 'one patient', 'drug class') as why
    from beside.populations
    group by population
    having
        bool_or(field in ('patient_id', 'event_labels'))
        or bool_or(coalesce(value like '%, not specified', false))
),

claims as (
    select
        claims.*,
        claims.rowid as position,
        coalesce(not_asked.why, if(claims.measure like 'concomitant_dose.%', 'drug dose', null))
            as why
    from beside.claims
    left join not_asked on claims.population = not_asked.population
),

asked_claims as (
    select *
    from claims
    where why is null
),

-- The centre of the publication is what it calls everybody.
criteria as (
    select
        populations.*,
        first_value(populations.field) over (
            partition by populations.population
            order by populations.rowid
        ) as first_field
    from beside.populations
    semi join asked_claims on populations.population = asked_claims.population
    where populations.field != 'centre'
),

members as (
    select
        seat,
        imputation,
        patient_id
    from cohort($cohort)
),

attributes as materialized (
    select
        members.seat,
        patient_attributes.field,
        patient_attributes.value,
        patient_attributes.number
    from patient_attributes
    inner join members
        on
            patient_attributes.imputation = members.imputation
            and patient_attributes.patient_id = members.patient_id
    where
        (
            patient_attributes.field in (select criteria.field from criteria)
            or patient_attributes.field in (select asked_claims.measure from asked_claims)
        )
        and not (patient_attributes.field = 'sex' and patient_attributes.value = 'unknown')
),

-- Whoever it is asked of as bit strings over the seats: sets of patients would take much memory.
cohort_of_version as (
    select
        members.imputation,
        bit_or(set_bit(filter_index.nobody, members.seat, 1)) as patients
    from members
    cross join filter_index
    group by members.imputation
),

whole as (
    select
        any_value(filter_index.nobody) as nobody,
        coalesce(bit_or(cohort_of_version.patients), any_value(filter_index.nobody)) as patients
    from filter_index
    left join cohort_of_version on true
),

-- Of lists, of overlaps and of subtypes a registry holds only what there was.
recorded as (
    select
        attributes.field,
        if(
            bool_or(columns.column_name is not null),
            any_value(whole.patients),
            bit_or(set_bit(whole.nobody, attributes.seat, 1))
        ) as patients
    from attributes
    cross join whole
    left join duckdb_columns() as columns
        on
            attributes.field = columns.column_name
            and columns.table_name = 'patient_facts'
            and (columns.data_type like '%[]' or columns.column_name in ('overlap', 'subtype'))
    group by attributes.field
),

met as (
    select
        criteria.population,
        criteria.field,
        bit_or(set_bit(whole.nobody, attributes.seat, 1)) as patients
    from criteria
    inner join attributes
        on
            criteria.field = attributes.field
            and meets(
                criteria.value,
                criteria.lower,
                criteria.upper,
                attributes.value,
                attributes.number
            )
    cross join whole
    group by
        criteria.population,
        criteria.field
),

fields as (
    select distinct
        population,
        field,
        first_field
    from criteria
),

-- A statement could be about the group that its first field makes, or about everybody if it is all it says.
populations as (
    select
        asked_claims.population,
        if(
            count(fields.field) > 1,
            coalesce(
                bit_or(met.patients) filter (where fields.field = fields.first_field),
                any_value(whole.nobody)
            ),
            any_value(whole.patients)
        ) as base,
        bit_and(
            if(
                fields.field is null,
                whole.patients,
                coalesce(recorded.patients, whole.nobody)
            )
        ) as of_known,
        bit_and(
            if(fields.field is null, whole.patients, coalesce(met.patients, whole.nobody))
        ) as patients
    from (select distinct population from asked_claims) as asked_claims
    cross join whole
    left join fields on asked_claims.population = fields.population
    left join met on fields.population = met.population and fields.field = met.field
    left join recorded on fields.field = recorded.field
    group by asked_claims.population
),

measures as (
    select distinct
        population,
        measure
    from asked_claims
    where measure is not null
),

measured as (
    select
        measures.population,
        measures.measure,
        members.imputation,
        median(attributes.number) as median,
        min(attributes.number) as lowest,
        max(attributes.number) as highest,
        array_to_string(list_sort(list(distinct attributes.value)), '; ') as texts
    from measures
    inner join populations on measures.population = populations.population
    inner join attributes on measures.measure = attributes.field
    inner join members on attributes.seat = members.seat
    where get_bit(populations.patients, attributes.seat) = 1
    group by
        measures.population,
        measures.measure,
        members.imputation
),

by_version as (
    select
        claims.claim_id,
        bit_count(
            if(claims.statistic = 'count', populations.base, populations.patients)
            & coalesce(cohort_of_version.patients, whole.nobody)
        ) as n_base,
        bit_count(
            if(
                claims.statistic = 'count',
                populations.base & populations.of_known,
                populations.patients & coalesce(recorded.patients, whole.nobody)
            )
            & coalesce(cohort_of_version.patients, whole.nobody)
        ) as n,
        case claims.statistic
            when 'count'
                then
                    bit_count(
                        populations.patients & coalesce(cohort_of_version.patients, whole.nobody)
                    )::double
            when 'median' then measured.median
            when 'min' then measured.lowest
            when 'max' then measured.highest
        end as figure,
        measured.texts
    from asked_claims as claims
    cross join versions
    cross join whole
    inner join populations on claims.population = populations.population
    left join cohort_of_version on versions.imputation = cohort_of_version.imputation
    left join recorded on claims.measure = recorded.field
    left join measured
        on
            claims.population = measured.population
            and claims.measure = measured.measure
            and versions.imputation = measured.imputation
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
            when claims.why is not null then claims.why
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
    left join summarised on claims.claim_id = summarised.claim_id
),

ordered as (
    select * exclude (position)
    from answered
    order by position asc
)

select * from ordered
