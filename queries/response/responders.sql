-- title:   Who responded by the published rule of each clinical score
-- grain:   one row per (instrument, rule) and one for an instrument without a rule
-- params:  $cohort (see registry/members.sql)
-- columns: instrument (text), rule (text: a threshold as in reference.instruments, null without one), minimum, maximum (points), direction, response_rule, reference, rule_kind (text), threshold (points, or percent of the baseline), is_share (boolean: percent), within_days (days), not_checked (text), n_scored, n_scored_lowest, n_scored_highest (patients with any score), n_without_baseline, n_without_baseline_lowest, n_without_baseline_highest, n_expected, n_expected_lowest, n_expected_highest (of whom the rule asks for a later score: those with a baseline; of the rule kind reach all with any score), n_without_later, n_without_later_lowest, n_without_later_highest (of these, no later score), n_unscored, n_unscored_lowest, n_unscored_highest (patients of the cohort without any score by the instrument), n_patients, n_patients_lowest, n_patients_highest (of the cohort), n_assessed, n_assessed_lowest, n_assessed_highest (patients to whom the rule applies), n_responders, n_responders_lowest, n_responders_highest, n_no_room, n_no_room_lowest, n_no_room_highest (of n_assessed, those whose baseline settles the answer: too low to fall so far, or already where it should end; all counts: median and range over the versions)
-- missing: baseline is the last score up to day 0, the day of the first infusion included; it is compared with the last score after day 0 (up to within_days); who lacks either is counted and left out, but for the rule kind reach, whose score has no baseline; a version without scores counts 0
-- disclosure: asked of cohort; label instrument, rule, minimum, maximum, direction, response_rule, reference,
--              rule_kind, threshold, is_share, within_days, not_checked; count n_scored, n_without_baseline,
--              n_expected, n_without_later, n_unscored, n_patients, n_assessed, n_responders, n_no_room; open
--              n_scored, n_unscored, n_assessed; whole n_patients = n_scored + n_unscored; whole n_scored =
--              n_without_baseline + n_expected where rule_kind != reach; whole n_scored = n_expected where
--              rule_kind = reach; parts n_expected of n_patients where rule_kind = reach; part n_without_baseline
--              of n_expected where rule_kind = reach; whole n_expected = n_without_later + n_assessed where rule
--              is not null; part n_without_later, n_assessed of n_expected where rule is null; part n_responders
--              of n_assessed; part n_no_room of n_assessed; rows (instrument) by n_scored
with

members as (
    select
        imputation,
        patient_id
    from cohort($cohort)
),

rules as (
    select
        instruments.*,
        unnest(coalesce(string_split(thresholds, ';'), [null])) as rule,
        try_cast(rtrim(rule, '%') as double) as threshold,
        coalesce(suffix(rule, '%'), false) as is_share
    from reference.instruments
),

placed as (
    select
        row_number() over () as place,
        *
    from rules
),

scores as (
    select
        assessments.imputation,
        assessments.patient_id,
        assessments.instrument,
        assessments."day",
        assessments.score,
        assessments."day" <= coalesce(instruments.within_days, 'infinity'::double) as is_in_time
    from registry.assessments
    semi join members
        on
            assessments.imputation = members.imputation
            and assessments.patient_id = members.patient_id
    inner join reference.instruments on assessments.instrument = instruments.instrument
),

courses as (
    select
        imputation,
        instrument,
        arg_max(score, "day") filter (where "day" <= 0) as baseline,
        arg_max(score, "day") filter (where "day" > 0 and is_in_time) as last_score
    from scores
    group by
        imputation,
        patient_id,
        instrument
),

-- A little less than the threshold: thirty percent of ten is three, whatever a computer makes of it.
applied as (
    select
        courses.imputation,
        placed.place,
        courses.baseline is null as has_no_baseline,
        courses.baseline is not null
        or coalesce(placed.rule_kind = 'reach', false) as is_expected,
        is_expected and courses.last_score is null as has_no_later,
        placed.rule is not null
        and is_expected
        and courses.last_score is not null as is_assessed,
        if(placed.is_share, placed.threshold / 100 * courses.baseline, placed.threshold)
        - 1e-8 as required,
        case placed.rule_kind
            when 'fall'
                then
                    courses.baseline - courses.last_score >= required
                    and courses.baseline > courses.last_score
            when 'reach' then courses.last_score >= placed.threshold
            when 'end at' then courses.last_score <= placed.threshold
        end as has_responded,
        case placed.rule_kind
            when 'fall'
                then
                    courses.baseline - placed.minimum < required
                    or courses.baseline = placed.minimum
            when 'end at' then courses.baseline <= placed.threshold
        end as has_no_room
    from courses
    inner join placed on courses.instrument = placed.instrument
),

counted as (
    select
        imputation,
        place,
        count(*) as n_scored,
        count(*) filter (where has_no_baseline) as n_without_baseline,
        count(*) filter (where is_expected) as n_expected,
        count(*) filter (where has_no_later) as n_without_later,
        count(*) filter (where is_assessed) as n_assessed,
        count(*) filter (where is_assessed and has_responded) as n_responders,
        count(*) filter (where is_assessed and has_no_room) as n_no_room
    from applied
    group by
        imputation,
        place
),

sizes as (
    select
        imputation,
        count(*) as n_patients
    from members
    group by imputation
),

by_version as (
    select
        placed.place,
        coalesce(sizes.n_patients, 0) as n_patients,
        coalesce(counted.n_scored, 0) as n_scored,
        coalesce(sizes.n_patients, 0) - coalesce(counted.n_scored, 0) as n_unscored,
        coalesce(counted.n_without_baseline, 0) as n_without_baseline,
        coalesce(counted.n_expected, 0) as n_expected,
        coalesce(counted.n_without_later, 0) as n_without_later,
        coalesce(counted.n_assessed, 0) as n_assessed,
        coalesce(counted.n_responders, 0) as n_responders,
        coalesce(counted.n_no_room, 0) as n_no_room
    from placed
    cross join versions
    left join counted
        on
            placed.place = counted.place
            and versions.imputation = counted.imputation
    left join sizes on versions.imputation = sizes.imputation
),

summarised as (
    select
        place,
        quantile_disc(n_scored, 0.5) as n_scored,
        min(n_scored) as n_scored_lowest,
        max(n_scored) as n_scored_highest,
        quantile_disc(n_without_baseline, 0.5) as n_without_baseline,
        min(n_without_baseline) as n_without_baseline_lowest,
        max(n_without_baseline) as n_without_baseline_highest,
        quantile_disc(n_expected, 0.5) as n_expected,
        min(n_expected) as n_expected_lowest,
        max(n_expected) as n_expected_highest,
        quantile_disc(n_without_later, 0.5) as n_without_later,
        min(n_without_later) as n_without_later_lowest,
        max(n_without_later) as n_without_later_highest,
        quantile_disc(n_unscored, 0.5) as n_unscored,
        min(n_unscored) as n_unscored_lowest,
        max(n_unscored) as n_unscored_highest,
        quantile_disc(n_patients, 0.5) as n_patients,
        min(n_patients) as n_patients_lowest,
        max(n_patients) as n_patients_highest,
        quantile_disc(n_assessed, 0.5) as n_assessed,
        min(n_assessed) as n_assessed_lowest,
        max(n_assessed) as n_assessed_highest,
        quantile_disc(n_responders, 0.5) as n_responders,
        min(n_responders) as n_responders_lowest,
        max(n_responders) as n_responders_highest,
        quantile_disc(n_no_room, 0.5) as n_no_room,
        min(n_no_room) as n_no_room_lowest,
        max(n_no_room) as n_no_room_highest
    from by_version
    group by place
),

with_rules as (
    select
        placed.instrument,
        placed.rule,
        placed.minimum,
        placed.maximum,
        placed.direction,
        placed.response_rule,
        placed.reference,
        placed.rule_kind,
        placed.threshold,
        placed.is_share,
        placed.within_days,
        placed.not_checked,
        summarised.* exclude (place)
    from placed
    inner join summarised on placed.place = summarised.place
    order by placed.place
)

select * from with_rules
