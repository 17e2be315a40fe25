-- title:   How often each side-effect occurred, by dose at onset, grade, cycle number or centre
-- grain:   one row per (symptom, place)
-- params:  $cohort (see registry/members.sql), $counted_by (what the columns are: dose, of the cycle in which it began; grade, by CTCAE; cycle, its number; centre, of the patient)
-- columns: symptom (text; null: any side-effect), place, column_name (of registry/onset_columns.sql), n_patients (count of those who had it, in a grade at worst; median and range over the versions), n_patients_lowest, n_patients_highest, n_side_effects (count), n_side_effects_lowest, n_side_effects_highest, per_100_cycles (side-effects per 100 cycles), per_100_cycles_lowest, per_100_cycles_highest, per_100_person_years (side-effects per 100 person-years), per_100_person_years_lowest, per_100_person_years_highest, n_exposed (count of the patients with a cycle in the column; in a grade, a centre, and in all: of all patients), n_exposed_lowest, n_exposed_highest, n_cycles (count of the cycles in the column), n_cycles_lowest, n_cycles_highest, person_years (years from each of these cycles to the next one of the patient, 28 days for the last), person_years_lowest, person_years_highest
-- missing: where the column of a side-effect is not recorded (see registry/onsets.sql) it counts in a column of its own, which has no exposure; a version without such a side-effect counts 0, one without exposure has no rate
-- disclosure: asked of cohort; label symptom, place, column_name; count n_patients, n_exposed; never
--              n_side_effects, per_100_cycles, per_100_person_years, n_cycles, person_years; rows (symptom) by
--              n_patients where place = 99; part n_patients of n_exposed where place != 98; partition column_name
--              in (symptom) by n_patients of row place = 99 where place != 99 and $counted_by = centre|grade; cover
--              column_name in (symptom) by n_patients of row place = 99 where place != 99 and $counted_by =
--              dose|cycle; partition column_name in (symptom) by n_exposed of row place = 99 where place != 99 and
--              $counted_by = centre; partition column_name in (symptom) by n_exposed among row place = 99 where
--              place != 99 and $counted_by = dose|cycle; cover symptom in (place) by n_patients of row symptom is
--              null where symptom is not null
with

kind as (
    select $counted_by::varchar as counted_by
),

-- Grades have the exposure of all, which the centres add up to as well as doses or cycles.
asked as (
    select
        members.patients,
        kind.counted_by,
        if(kind.counted_by = 'grade', 'centre', kind.counted_by) as exposed_by
    from members($cohort) as members
    cross join kind
    where members.left_out = 0
),

occurred as (
    select
        counts.imputation,
        counts.symptom,
        counts.place,
        sum(counts.n_patients)::bigint as n_patients,
        sum(counts.n_patients_in_all)::bigint as n_patients_in_all,
        sum(counts.n_side_effects)::bigint as n_side_effects
    from side_effect_counts as counts
    inner join asked on counts.counted_by = asked.counted_by
    where counts.seat = -1 or get_bit(asked.patients, counts.seat) = 1
    group by
        counts.imputation,
        counts.symptom,
        counts.place
),

by_version as (
    select * exclude (n_patients_in_all)
    from occurred
    union all by name
    select
        imputation,
        symptom,
        99 as place,
        sum(n_patients_in_all)::bigint as n_patients,
        sum(n_side_effects)::bigint as n_side_effects
    from occurred
    group by
        imputation,
        symptom
),

occurring as (
    select symptom
    from by_version
    group by symptom
    having sum(n_side_effects) > 0 or symptom is null
),

exposed_in_places as (
    select
        exposure.imputation,
        exposure.place,
        count(exposure.place) as n_exposed,
        count(*) filter (where exposure.is_first) as n_exposed_in_all,
        sum(exposure.n_cycles)::bigint as n_cycles,
        sum(exposure.n_days)::bigint as n_days
    from exposure
    inner join asked on exposure.counted_by = asked.exposed_by
    where get_bit(asked.patients, exposure.seat) = 1
    group by
        exposure.imputation,
        exposure.place
),

exposed as (
    select
        versions.imputation,
        onset_columns.place,
        coalesce(found.n_exposed, 0) as n_exposed,
        coalesce(found.n_cycles, 0) as n_cycles,
        coalesce(found.n_days, 0) / 365.25 as person_years
    from onset_columns
    inner join asked on onset_columns.counted_by = asked.counted_by
    cross join versions
    left join exposed_in_places as found
        on
            asked.counted_by = asked.exposed_by
            and onset_columns.place = found.place
            and versions.imputation = found.imputation
    where onset_columns.place < 99
    union all
    select
        versions.imputation,
        99 as place,
        coalesce(sum(found.n_exposed_in_all)::bigint, 0) as n_exposed,
        coalesce(sum(found.n_cycles)::bigint, 0) as n_cycles,
        coalesce(sum(found.n_days), 0) / 365.25 as person_years
    from versions
    left join exposed_in_places as found on versions.imputation = found.imputation
    group by versions.imputation
),

-- In a grade, as in all, every patient is exposed.
named_columns as (
    select
        place,
        column_name,
        if(counted_by = 'grade' and place < 98, 99, place) as exposure_place
    from onset_columns
    where counted_by = (select asked.counted_by from asked)
),

rated as (
    select
        by_version.symptom,
        by_version.place,
        by_version.n_patients,
        by_version.n_side_effects,
        100 * by_version.n_side_effects / nullif(exposed.n_cycles, 0) as per_100_cycles,
        100 * by_version.n_side_effects / nullif(exposed.person_years, 0) as per_100_person_years
    from by_version
    semi join occurring on by_version.symptom is not distinct from occurring.symptom
    inner join named_columns on by_version.place = named_columns.place
    inner join exposed
        on
            by_version.imputation = exposed.imputation
            and named_columns.exposure_place = exposed.place
),

frequencies as (
    select
        symptom,
        place,
        quantile_disc(n_patients, 0.5) as n_patients,
        min(n_patients) as n_patients_lowest,
        max(n_patients) as n_patients_highest,
        quantile_disc(n_side_effects, 0.5) as n_side_effects,
        min(n_side_effects) as n_side_effects_lowest,
        max(n_side_effects) as n_side_effects_highest,
        quantile_disc(per_100_cycles, 0.5) as per_100_cycles,
        min(per_100_cycles) as per_100_cycles_lowest,
        max(per_100_cycles) as per_100_cycles_highest,
        quantile_disc(per_100_person_years, 0.5) as per_100_person_years,
        min(per_100_person_years) as per_100_person_years_lowest,
        max(per_100_person_years) as per_100_person_years_highest
    from rated
    group by
        symptom,
        place
),

denominators as (
    select
        place,
        quantile_disc(n_exposed, 0.5) as n_exposed,
        min(n_exposed) as n_exposed_lowest,
        max(n_exposed) as n_exposed_highest,
        quantile_disc(n_cycles, 0.5) as n_cycles,
        min(n_cycles) as n_cycles_lowest,
        max(n_cycles) as n_cycles_highest,
        quantile_disc(person_years, 0.5) as person_years,
        min(person_years) as person_years_lowest,
        max(person_years) as person_years_highest
    from exposed
    group by place
),

named as (
    select
        frequencies.symptom,
        frequencies.place,
        named_columns.column_name,
        frequencies.* exclude (symptom, place),
        denominators.* exclude (place)
    from frequencies
    inner join named_columns on frequencies.place = named_columns.place
    inner join denominators on named_columns.exposure_place = denominators.place
)

select * from named
order by symptom asc nulls first, place asc
