-- title:   Of how many patients each characteristic is told, filled in or not recorded
-- grain:   one row per (measure)
-- params:  $cohort (see registry/members.sql)
-- columns: measure (a column of patient_facts, or female), n_stated, n_stated_lowest, n_stated_highest (count of patients in whom it is recorded, or, of a reconstruction, reported or derived), n_filled_in, n_filled_in_lowest, n_filled_in_highest (count of those in whom a reconstruction filled it in, or a part of it), n_missing, n_missing_lowest, n_missing_highest (count of those in whom it is not known; median and range over the versions)
-- missing: an unknown value is in n_missing alone; what provenance does not speak of counts as filled in; a figure on cycles is filled in if any cycle of the patient is, in any version; a version in which nobody belongs to the cohort counts 0
-- disclosure: asked of cohort; label measure; count n_stated, n_filled_in, n_missing
with

-- What each measure is made of.
made_of as (
    select
        unnest([
            'age_at_first_ivig_years',
            'female',
            'diagnosis_to_first_ivig_years',
            'response',
            'dose_g_per_kg',
            'n_cycles',
            'cumulative_dose_g_per_kg',
            'cumulative_dose_g_per_kg',
            'therapy_duration_years'
        ]) as measure,
        unnest([
            'patients',
            'patients',
            'patients',
            'patients',
            'first cycle',
            'cycles',
            'cycles',
            'cycles',
            'cycles'
        ]) as table_name,
        unnest([
            'age_at_first_ivig_years',
            'sex',
            'diagnosis_to_first_ivig_years',
            'response',
            'dose_g_per_kg',
            'cycle_no',
            'cycle_no',
            'dose_g_per_kg',
            'day'
        ]) as column_name
),

-- The usual dose is stated of the cycles, as one dose throughout.
stated_parts as (
    select
        patient_id,
        table_name,
        column_name,
        status
    from registry.provenance
    union all
    select
        patient_id,
        'first cycle' as table_name,
        column_name,
        status
    from registry.provenance
    where
        table_name = 'cycles'
        and row_key = '1'
),

stated as (
    select
        stated_parts.patient_id,
        made_of.measure
    from stated_parts
    inner join made_of
        on
            stated_parts.table_name = made_of.table_name
            and stated_parts.column_name = made_of.column_name
    group by
        stated_parts.patient_id,
        made_of.measure
    having bool_and(stated_parts.status in ('reported', 'derived'))
),

cells as (
    select
        imputation,
        patient_id,
        is_member,
        unnest([
            'age_at_first_ivig_years',
            'female',
            'diagnosis_to_first_ivig_years',
            'response',
            'dose_g_per_kg',
            'n_cycles',
            'cumulative_dose_g_per_kg',
            'therapy_duration_years'
        ]) as measure,
        unnest([
            age_at_first_ivig_years is not null,
            nullif(sex, 'unknown') is not null,
            diagnosis_to_first_ivig_years is not null,
            response is not null,
            dose_g_per_kg is not null,
            n_cycles is not null,
            cumulative_dose_g_per_kg is not null,
            therapy_duration_years is not null
        ]) as is_known
    from cohort_in_versions($cohort)
),

by_version as (
    select
        cells.imputation,
        cells.measure,
        count(*) filter (
            where
            cells.is_member
            and cells.is_known
            and (cells.imputation = 0 or stated.patient_id is not null)
        ) as n_stated,
        count(*) filter (
            where
            cells.is_member
            and cells.is_known
            and cells.imputation > 0
            and stated.patient_id is null
        ) as n_filled_in,
        count(*) filter (where cells.is_member and not cells.is_known) as n_missing
    from cells
    left join stated
        on
            cells.patient_id = stated.patient_id
            and cells.measure = stated.measure
    group by
        cells.imputation,
        cells.measure
),

over_versions as (
    select
        measure,
        quantile_disc(n_stated, 0.5) as n_stated,
        min(n_stated) as n_stated_lowest,
        max(n_stated) as n_stated_highest,
        quantile_disc(n_filled_in, 0.5) as n_filled_in,
        min(n_filled_in) as n_filled_in_lowest,
        max(n_filled_in) as n_filled_in_highest,
        quantile_disc(n_missing, 0.5) as n_missing,
        min(n_missing) as n_missing_lowest,
        max(n_missing) as n_missing_highest
    from by_version
    group by measure
)

select * from over_versions
order by measure
