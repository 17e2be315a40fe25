-- title:   How many patients the cohort has, and each option of the filter under all other filters
-- grain:   one row per (field, value); the row without a field is the cohort itself
-- params:  $cohort (see registry/members.sql)
-- columns: field (text; null: the cohort itself), value (text; of a binned number the bin's
--          lower end), bin_lower (number, null for texts), parent (text, the group of a diagnosis that is not
--          its own group), n_patients (count), n_patients_lowest (count), n_patients_highest (count),
--          n_under_others (count of the patients who meet the criteria on all other fields),
--          n_under_others_lowest, n_under_others_highest
-- missing: every option that occurs in the registry is listed; one that nobody has in a version counts 0 there
-- disclosure: sizes of cohort; label field, value, bin_lower, parent; count n_under_others; count n_patients where
--              field != age_at_first_ivig_years; rows (field, bin_lower) by n_patients; order value in (field)
--              under parent where field =
--              diagnoses|symptoms|sex|response|event_kinds|concomitant_drugs|prior_drugs|subtype|overlap|centre and
--              value != any|none; partition value in (field) by n_patients within n_under_others where field =
--              dose_tier|sex|response|n_cycles|therapy_duration_years|subtype|overlap|centre|individually_reported;
--              partition value in (field) by n_patients within n_under_others where field = diagnoses and parent is
--              null; partition value in (field, parent) by n_patients among their parent where parent is not null;
--              partition value in (field) by n_patients within n_under_others where field =
--              symptoms|event_kinds|concomitant_drugs|prior_drugs and value = any|none; cover value in (field) by
--              n_patients of row value = any where field = symptoms|event_kinds|concomitant_drugs|prior_drugs and
--              value != none
with

by_version as (
    select
        filter_bitmaps.place,
        sum(
            case
                when candidates.is_whole then filter_bitmaps.n_patients
                when filter_bitmaps.is_whole then candidates.n_patients
                when candidates.n_patients = 0 or filter_bitmaps.n_patients = 0 then 0
                else bit_count(filter_bitmaps.patients & candidates.patients)
            end
        )::bigint as n_patients,
        sum(candidates.n_patients)::bigint as n_under_others
    from filter_bitmaps
    inner join cut_members($cohort, true) as candidates
        on
            filter_bitmaps.piece = candidates.piece
            and filter_bitmaps.position = candidates.left_out
    group by
        filter_bitmaps.imputation,
        filter_bitmaps.place
),

summarised as (
    select
        place,
        quantile_disc(n_patients, 0.5) as n_patients,
        min(n_patients) as n_patients_lowest,
        max(n_patients) as n_patients_highest,
        quantile_disc(n_under_others, 0.5) as n_under_others,
        min(n_under_others) as n_under_others_lowest,
        max(n_under_others) as n_under_others_highest
    from by_version
    group by place
),

named as (
    select
        filter_options.field,
        filter_options.value,
        filter_options.bin_lower,
        filter_options.parent,
        summarised.n_patients,
        summarised.n_patients_lowest,
        summarised.n_patients_highest,
        summarised.n_under_others,
        summarised.n_under_others_lowest,
        summarised.n_under_others_highest
    from summarised
    inner join filter_options on summarised.place = filter_options.place
    order by summarised.place
)

select * from named
