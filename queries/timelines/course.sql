-- title:   What happened to patients, in one version: cycles, side-effects, other drugs, events
-- grain:   one row per (patient_id, table_name, row_key, number)
-- params:  $patients: a list of patient ids, $version: an imputation (0 in recorded data)
-- columns: patient_id, table_name, row_key (text, as in provenance: the cycle's number, the symptom, role:drug, kind: label), number (count: which of the rows of this key), kind (text: cycle, side-effect, the drug's role, or the event's kind), statement (text), dose_g_per_kg (g/kg, cycles only), dose_tier (text, cycles only), ctcae_grade (1 to 5, side-effects only), day, stop_day (days since first IVIg), status, day_status (reported, derived, imputed, recorded), locator, day_locator (text or null)
-- missing: day and day_status are null where no day is known; a side-effect without a day stands on that of its cycle, and nobody vouches for it; what provenance does not speak of counts as imputed
-- disclosure: withheld what happened to single patients
with

asked as (
    select
        $patients::varchar [] as patients,
        $version::integer as version
),

-- Joined rather than looked for in a list: so DuckDB skips the rows of all others.
wanted as (
    select
        unnest(patients) as patient_id,
        version as imputation
    from asked
),

-- What is recorded is certain; what nobody vouches for in a reconstruction is filled in.
otherwise as (
    select if(version = 0, 'recorded', 'imputed') as status
    from asked
),

sources as materialized (
    select provenance.*
    from registry.provenance
    semi join wanted on provenance.patient_id = wanted.patient_id
),

cycles as (
    select
        cycles.patient_id,
        'cycles' as table_name,
        cycles.cycle_no::varchar as row_key,
        'cycle' as kind,
        concat(
            format('cycle {}: {:g} g/kg', cycles.cycle_no, cycles.dose_g_per_kg),
            ' over ' || cycles.infusion_days || if(cycles.infusion_days = 1, ' day', ' days')
            || if(coalesce(lasting.status, otherwise.status) = 'imputed', ' (○ filled in)', '')
        ) as statement,
        cycles.dose_g_per_kg,
        cycles."day",
        'dose_g_per_kg' as stated_in,
        'day' as dated_in,
        cycles.cycle_no as place
    from registry.cycles as cycles
    semi join wanted
        on cycles.imputation = wanted.imputation and cycles.patient_id = wanted.patient_id
    cross join otherwise
    left join sources as lasting
        on
            cycles.patient_id = lasting.patient_id
            and lasting.table_name = 'cycles'
            and cycles.cycle_no::varchar = lasting.row_key
            and lasting.column_name = 'infusion_days'
),

side_effects as (
    select
        side_effects.patient_id,
        'side_effects' as table_name,
        symptom as row_key,
        'side-effect' as kind,
        concat(
            symptom,
            ' after cycle ' || side_effects.cycle_no,
            ', CTCAE grade ' || ctcae_grade,
            if(serious, ', serious', null),
            if(led_to_discontinuation, ', led to discontinuation', null)
        ) as statement,
        ctcae_grade,
        coalesce(side_effects."day", cycles."day") as "day",
        'symptom' as stated_in,
        if(side_effects."day" is null, null, 'day') as dated_in,
        side_effects.rowid as place
    from registry.side_effects as side_effects
    semi join wanted
        on
            side_effects.imputation = wanted.imputation
            and side_effects.patient_id = wanted.patient_id
    left join cycles
        on
            side_effects.patient_id = cycles.patient_id
            and side_effects.cycle_no = cycles.place
),

treatments as (
    select
        patient_id,
        'treatments' as table_name,
        concat(role, ':', drug) as row_key,
        role as kind,
        concat(
            drug,
            format(' {:g}', dose) || coalesce(' ' || dose_unit, ''),
            ' (' || schedule || ')'
        ) as statement,
        start_day as "day",
        stop_day,
        'drug' as stated_in,
        'start_day' as dated_in,
        rowid as place
    from registry.treatments
    semi join wanted
        on treatments.imputation = wanted.imputation and treatments.patient_id = wanted.patient_id
),

events as (
    select
        patient_id,
        'events' as table_name,
        concat_ws(': ', kind, label) as row_key,
        kind,
        row_key as statement,
        "day",
        'kind' as stated_in,
        'day' as dated_in,
        rowid as place
    from registry.events
    semi join wanted
        on events.imputation = wanted.imputation and events.patient_id = wanted.patient_id
),

everything as (
    select * from cycles
    union all by name
    select * from side_effects
    union all by name
    select * from treatments
    union all by name
    select * from events
),

-- A window over so few rows would take a quarter of the time of all.
places as (
    select
        patient_id,
        table_name,
        row_key,
        list_sort(list(place)) as in_order
    from everything
    group by all
),

numbered as (
    select
        everything.*,
        list_position(places.in_order, everything.place) as number
    from everything
    inner join places
        on
            everything.patient_id = places.patient_id
            and everything.table_name = places.table_name
            and everything.row_key = places.row_key
),

with_sources as (
    select
        numbered.patient_id,
        numbered.table_name,
        numbered.row_key,
        numbered.number,
        numbered.kind,
        numbered.statement,
        numbered.dose_g_per_kg,
        dose_tiers.dose_tier,
        numbered.ctcae_grade,
        numbered."day",
        numbered.stop_day,
        coalesce(stated.status, otherwise.status) as status,
        if(numbered."day" is null, null, coalesce(dated.status, otherwise.status)) as day_status,
        stated.locator,
        dated.locator as day_locator
    from numbered
    cross join otherwise
    left join reference.dose_tiers
        on
            numbered.dose_g_per_kg >= dose_tiers.lower_g_per_kg
            and numbered.dose_g_per_kg < coalesce(dose_tiers.upper_g_per_kg, 'infinity'::double)
    left join sources as stated
        on
            numbered.patient_id = stated.patient_id
            and numbered.table_name = stated.table_name
            and numbered.row_key = stated.row_key
            and numbered.stated_in = stated.column_name
    left join sources as dated
        on
            numbered.patient_id = dated.patient_id
            and numbered.table_name = dated.table_name
            and numbered.row_key = dated.row_key
            and numbered.dated_in = dated.column_name
)

select * from with_sources
order by
    patient_id,
    table_name,
    "day" nulls last,
    row_key,
    number
