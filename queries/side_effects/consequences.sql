-- title:   Which side-effects made patients stop IVIg, and which were serious
-- grain:   one row per (symptom)
-- params:  $cohort (see registry/members.sql)
-- columns: symptom (text; null: any side-effect), n_patients (count of those who had it; median and range over the versions), n_patients_lowest, n_patients_highest, n_stopped (count of the patients who stopped because of it; of any side-effect also those of whom only the reason why IVIg ended says so), n_stopped_lowest, n_stopped_highest, n_stopping_recorded (count of the patients of whom it is known whether they did), n_stopping_recorded_lowest, n_stopping_recorded_highest, n_serious (count of the patients in whom it was serious), n_serious_lowest, n_serious_highest, n_seriousness_recorded (count of the patients of whom that is recorded), n_seriousness_recorded_lowest, n_seriousness_recorded_highest
-- missing: a patient of whom it is not recorded is in n_patients alone; a version without such a side-effect counts 0
-- disclosure: asked of cohort; label symptom; count n_patients, n_stopped, n_stopping_recorded, n_serious,
--              n_seriousness_recorded; rows (symptom) by n_patients; open n_stopping_recorded,
--              n_seriousness_recorded; whole n_patients = n_stopping_recorded + rest; whole n_patients =
--              n_seriousness_recorded + rest; part n_patients of $cohort; part n_stopped of n_stopping_recorded;
--              part n_serious of n_seriousness_recorded; cover symptom in () by n_patients, n_serious of row
--              symptom is null where symptom is not null; partition symptom in () by n_stopped among row symptom
--              is null where symptom is not null
with

cohort as (
    select patients
    from members($cohort)
    where left_out = 0
),

-- By centre, as a patient has one: so each symptom of a patient is one row.
by_version as (
    select
        counts.imputation,
        counts.symptom,
        sum(counts.n_patients_in_all)::bigint as n_patients,
        sum(counts.n_stopped)::bigint as n_stopped,
        sum(counts.n_stopping_recorded)::bigint as n_stopping_recorded,
        sum(counts.n_serious)::bigint as n_serious,
        sum(counts.n_seriousness_recorded)::bigint as n_seriousness_recorded
    from side_effect_counts as counts
    cross join cohort
    where
        counts.counted_by = 'centre'
        and (counts.seat = -1 or get_bit(cohort.patients, counts.seat) = 1)
    group by
        counts.imputation,
        counts.symptom
),

summarised as (
    select
        symptom,
        quantile_disc(n_patients, 0.5) as n_patients,
        min(n_patients) as n_patients_lowest,
        max(n_patients) as n_patients_highest,
        quantile_disc(n_stopped, 0.5) as n_stopped,
        min(n_stopped) as n_stopped_lowest,
        max(n_stopped) as n_stopped_highest,
        quantile_disc(n_stopping_recorded, 0.5) as n_stopping_recorded,
        min(n_stopping_recorded) as n_stopping_recorded_lowest,
        max(n_stopping_recorded) as n_stopping_recorded_highest,
        quantile_disc(n_serious, 0.5) as n_serious,
        min(n_serious) as n_serious_lowest,
        max(n_serious) as n_serious_highest,
        quantile_disc(n_seriousness_recorded, 0.5) as n_seriousness_recorded,
        min(n_seriousness_recorded) as n_seriousness_recorded_lowest,
        max(n_seriousness_recorded) as n_seriousness_recorded_highest
    from by_version
    group by symptom
    having symptom is null or max(n_patients) > 0
)

select * from summarised
order by symptom asc nulls first
