-- title:   What share of each of two cohorts has what, and how far the shares differ
-- grain:   one row per (characteristic, value)
-- params:  $cohort (the first cohort; see registry/members.sql), $other (the second), $less_first (whether those in
--          the first are left out of the second)
-- columns: characteristic (text: a column of patient_facts, or female), value (text: the category or drug; empty where
--          there is none), n_a (count of patients of the first cohort who have it; median and range over the versions,
--          as of every figure), n_a_lowest, n_a_highest, known_a (count of those of whom it is known), known_a_lowest,
--          known_a_highest, share_a (n_a of known_a, from 0 to 1), share_a_lowest, share_a_highest, n_b (the second
--          cohort's), n_b_lowest, n_b_highest, known_b, known_b_lowest, known_b_highest, share_b, share_b_lowest,
--          share_b_highest, difference (share_a less share_b, from -1 to 1), difference_lowest, difference_highest,
--          size_a (count of patients of the first cohort), size_a_lowest, size_a_highest, size_b (of the second),
--          size_b_lowest, size_b_highest, known_in_both (count of patients of both cohorts of whom it is known, in the version with most)
-- missing: see registry/answers.sql; a version in which it is known of nobody in a cohort has no share of it
-- disclosure: asked of cohort, other; label characteristic, value; count size_a, size_b, n_a, known_a, n_b,
--              known_b; open known_a, known_b where characteristic =
--              response|serious_side_effect|stopped_for_side_effect|female|diagnosis_group|dose_tier; whole size_a
--              = known_a + rest; whole size_b = known_b + rest; never known_in_both; part n_a of known_a where
--              characteristic != diagnosis_group|dose_tier; part n_b of known_b where characteristic !=
--              diagnosis_group|dose_tier; partition value in (characteristic) by n_a of known_a where
--              characteristic = diagnosis_group|dose_tier; partition value in (characteristic) by n_b of known_b
--              where characteristic = diagnosis_group|dose_tier; partition value in (characteristic) by n_a among
--              known_a where characteristic = prior_drugs|concomitant_drugs; partition value in (characteristic) by
--              n_b among known_b where characteristic = prior_drugs|concomitant_drugs; share share_a = n_a of
--              known_a; share share_b = n_b of known_b; difference difference = share_a less share_b
with

members_by_version as (
    select
        versions.imputation,
        (members_of_both.patients_a::blob)[versions.first_byte:versions.last_byte]::bit
            as patients_a,
        (members_of_both.patients_b::blob)[versions.first_byte:versions.last_byte]::bit
            as patients_b
    from members_of_both($cohort, $other, $less_first::boolean) as members_of_both
    cross join versions
),

counted as (
    select
        answers.place,
        answers.characteristic,
        answers.value,
        bit_count(answers.with_it & members_by_version.patients_a) as n_a,
        bit_count(answers.known & members_by_version.patients_a) as known_a,
        bit_count(answers.with_it & members_by_version.patients_b) as n_b,
        bit_count(answers.known & members_by_version.patients_b) as known_b,
        bit_count(
            answers.known & members_by_version.patients_a & members_by_version.patients_b
        ) as known_in_both,
        bit_count(members_by_version.patients_a) as size_a,
        bit_count(members_by_version.patients_b) as size_b,
        n_a / nullif(known_a, 0) as share_a,
        n_b / nullif(known_b, 0) as share_b,
        share_a - share_b as difference
    from answers
    inner join members_by_version on answers.imputation = members_by_version.imputation
),

summarised as (
    select
        place,
        any_value(characteristic) as characteristic,
        any_value(value) as value,
        quantile_disc(n_a, 0.5) as n_a,
        min(n_a) as n_a_lowest,
        max(n_a) as n_a_highest,
        quantile_disc(known_a, 0.5) as known_a,
        min(known_a) as known_a_lowest,
        max(known_a) as known_a_highest,
        quantile_disc(share_a, 0.5) as share_a,
        min(share_a) as share_a_lowest,
        max(share_a) as share_a_highest,
        quantile_disc(n_b, 0.5) as n_b,
        min(n_b) as n_b_lowest,
        max(n_b) as n_b_highest,
        quantile_disc(known_b, 0.5) as known_b,
        min(known_b) as known_b_lowest,
        max(known_b) as known_b_highest,
        quantile_disc(share_b, 0.5) as share_b,
        min(share_b) as share_b_lowest,
        max(share_b) as share_b_highest,
        quantile_disc(difference, 0.5) as difference,
        min(difference) as difference_lowest,
        max(difference) as difference_highest,
        quantile_disc(size_a, 0.5) as size_a,
        min(size_a) as size_a_lowest,
        max(size_a) as size_a_highest,
        quantile_disc(size_b, 0.5) as size_b,
        min(size_b) as size_b_lowest,
        max(size_b) as size_b_highest,
        max(known_in_both) as known_in_both
    from counted
    group by place
),

ordered as (
    select * exclude (place)
    from summarised
    order by place
)

select * from ordered
