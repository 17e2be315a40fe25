-- title:   Everything that is said of one patient, with where it comes from
-- grain:   one row per (table_name, row_key, number, column_name) that the version shown has; cycles of the same dose or days stand in one row
-- params:  $patient: a patient id, $version: an imputation (0 in recorded data)
-- columns: table_name, row_key (text, null for patients; as in provenance, but cycles in one row as 1–6), number (count: which of the rows of this key; null for patients and cycles), column_name, value (text, as in the version shown), lowest, highest (the range over the versions, null for texts), alternatives (text: the values over the versions, of subtype and overlap with none where a version has none, null for numbers and for a text on which all agree), status (reported, derived, imputed, recorded), locator (text or null: where the publication says it, or what bounds it if it is imputed)
-- missing: of the table patients, what no version knows has a null value and status; elsewhere it has no row; where provenance is silent, what all versions agree on is derived and the rest imputed
-- disclosure: withheld statements are of a single patient
with

asked as (
    select
        $patient::varchar as patient,
        $version::integer as version
),

facts as (
    select *
    from patient_facts
    where patient_id = (select asked.patient from asked)
),

fact_cells as (
    select
        imputation,
        'patients' as table_name,
        null::varchar as row_key,
        unnest([
            'diagnosis',
            'subtype',
            'overlap',
            'sex',
            'age_at_first_ivig_years',
            'body_weight_kg',
            'diagnosis_to_first_ivig_years',
            'n_cycles',
            'dose_g_per_kg',
            'therapy_duration_years',
            'cumulative_dose_g_per_kg',
            'response',
            'response_basis',
            'therapy_end_reason',
            'off_label',
            'centre'
        ]) as column_name,
        unnest([
            diagnosis,
            subtype,
            overlap,
            sex,
            age_at_first_ivig_years::varchar,
            body_weight_kg::varchar,
            diagnosis_to_first_ivig_years::varchar,
            n_cycles::varchar,
            dose_g_per_kg::varchar,
            therapy_duration_years::varchar,
            cumulative_dose_g_per_kg::varchar,
            response,
            response_basis,
            therapy_end_reason,
            off_label::varchar,
            centre
        ]) as value,
        unnest(range(1, 17)) as place
    from facts
),

cycle_cells as (
    select
        imputation,
        'cycles' as table_name,
        cycle_no::varchar as row_key,
        unnest([
            'dose_g_per_kg',
            'infusion_days',
            'day'
        ]) as column_name,
        unnest([
            dose_g_per_kg::varchar,
            infusion_days::varchar,
            "day"::varchar
        ]) as value,
        unnest(range(21, 24)) as place
    from registry.cycles
    where patient_id = (select asked.patient from asked)
),

side_effects as (
    select
        *,
        row_number() over (partition by imputation, symptom order by rowid) as number
    from registry.side_effects
    where patient_id = (select asked.patient from asked)
),

side_effect_cells as (
    select
        imputation,
        'side_effects' as table_name,
        symptom as row_key,
        number,
        unnest([
            'symptom',
            'cycle_no',
            'day',
            'ctcae_grade',
            'serious',
            'led_to_discontinuation'
        ]) as column_name,
        unnest([
            symptom,
            cycle_no::varchar,
            "day"::varchar,
            ctcae_grade::varchar,
            serious::varchar,
            led_to_discontinuation::varchar
        ]) as value,
        unnest(range(31, 37)) as place
    from side_effects
),

treatments as (
    select
        *,
        row_number() over (partition by imputation, role, drug order by rowid) as number
    from registry.treatments
    where patient_id = (select asked.patient from asked)
),

treatment_cells as (
    select
        imputation,
        'treatments' as table_name,
        concat(role, ':', drug) as row_key,
        number,
        unnest([
            'drug',
            'dose',
            'dose_unit',
            'schedule',
            'start_day',
            'stop_day'
        ]) as column_name,
        unnest([
            drug,
            dose::varchar,
            dose_unit,
            schedule,
            start_day::varchar,
            stop_day::varchar
        ]) as value,
        unnest(range(41, 47)) as place
    from treatments
),

events as (
    select
        *,
        row_number() over (partition by imputation, kind, label order by rowid) as number
    from registry.events
    where patient_id = (select asked.patient from asked)
),

event_cells as (
    select
        imputation,
        'events' as table_name,
        concat_ws(': ', kind, label) as row_key,
        number,
        unnest([
            'kind',
            'day',
            'label'
        ]) as column_name,
        unnest([
            kind,
            "day"::varchar,
            label
        ]) as value,
        unnest(range(51, 54)) as place
    from events
),

cells as (
    select * from fact_cells
    union all by name
    select * from cycle_cells
    union all by name
    select * from side_effect_cells
    union all by name
    select * from treatment_cells
    union all by name
    select * from event_cells
),

over_versions as (
    select
        table_name,
        row_key,
        number,
        column_name,
        place,
        any_value(value) filter (where imputation = (select asked.version from asked)) as value,
        count(value) as n_versions,
        list_sort(list_distinct(list(value))) as all_values
    from cells
    group by all
),

versions as (
    select count(*) as n_versions from facts
),

summarised as (
    select
        over_versions.* exclude (n_versions, all_values),
        list_min(list_transform(all_values, lambda text: try_cast(text as double))) as lowest,
        list_max(list_transform(all_values, lambda text: try_cast(text as double))) as highest,
        -- Nobody has to have these: a version without one says so.
        list_concat(
            all_values,
            if(
                column_name in ('subtype', 'overlap')
                and over_versions.n_versions < versions.n_versions,
                ['none'],
                []
            )
        ) as all_texts,
        case
            when len(all_texts) > 1 and lowest is null then array_to_string(all_texts, ' · ')
        end as alternatives,
        case
            when len(all_values) = 0 then null
            when (select asked.version from asked) = 0 then 'recorded'
            when len(all_values) > 1 or over_versions.n_versions < versions.n_versions
                then 'imputed'
            else 'derived'
        end as status_if_unstated,
        -- The number of cycles is stated of the last one, the usual dose of the cycles.
        case
            when column_name = 'n_cycles' then ['cycles', value, 'cycle_no']
            when table_name = 'patients' and column_name = 'dose_g_per_kg'
                then ['cycles', '1', column_name]
            else [table_name, row_key, column_name]
        end as stated_in
    from over_versions
    cross join versions
    where table_name = 'patients' or value is not null
),

with_sources as (
    select
        summarised.* exclude (all_texts, status_if_unstated, stated_in),
        if(
            status_if_unstated = 'derived',
            coalesce(provenance.status, status_if_unstated),
            status_if_unstated
        ) as status,
        provenance.locator
    from summarised
    left join registry.provenance
        on
            provenance.patient_id = (select asked.patient from asked)
            and summarised.stated_in
            = [provenance.table_name, provenance.row_key, provenance.column_name]
),

-- Twenty cycles of one dose are one statement; their days differ and stay apart.
keyed as (
    select
        * exclude (row_key),
        if(table_name = 'cycles', row_key::integer, null) as cycle_no,
        if(table_name = 'cycles' and column_name != 'day', null, row_key) as own_key
    from with_sources
),

in_runs as (
    select
        table_name,
        own_key,
        number,
        case
            when min(cycle_no) = max(cycle_no) then min(cycle_no)::varchar
            when max(cycle_no) - min(cycle_no) + 1 = count(*)
                then concat(min(cycle_no), '–', max(cycle_no))
            else string_agg(cycle_no, ', ' order by cycle_no)
        end as run,
        column_name,
        value,
        lowest,
        highest,
        alternatives,
        status,
        locator,
        place,
        min(cycle_no) as cycle_no
    from keyed
    group by all
),

statements as (
    select
        table_name,
        coalesce(own_key, run) as row_key,
        number,
        column_name,
        value,
        lowest,
        highest,
        alternatives,
        status,
        locator
    from in_runs
    order by
        place // 10,
        if(table_name = 'cycles', place, null),
        cycle_no,
        own_key,
        number,
        place
)

select * from statements
