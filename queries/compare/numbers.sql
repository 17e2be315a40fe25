-- title:   The numbers of two cohorts side by side
-- grain:   one row per (characteristic)
-- params:  $cohort (the first cohort; see registry/members.sql), $other (the second), $less_first (whether those in
--          the first are left out of the second)
-- columns: characteristic (text: a column of patient_facts), known_a (count of patients of the first cohort in whom it
--          is known; median and range over the versions, as of every figure), known_a_lowest, known_a_highest,
--          lower_quartile_a (in the characteristic's unit), lower_quartile_a_lowest, lower_quartile_a_highest,
--          median_a, median_a_lowest, median_a_highest, upper_quartile_a, upper_quartile_a_lowest,
--          upper_quartile_a_highest, known_b (the second cohort's), known_b_lowest, known_b_highest,
--          lower_quartile_b, lower_quartile_b_lowest, lower_quartile_b_highest, median_b, median_b_lowest,
--          median_b_highest, upper_quartile_b, upper_quartile_b_lowest, upper_quartile_b_highest,
--          size_a (count of patients of the first cohort), size_a_lowest, size_a_highest, size_b (of the second),
--          size_b_lowest, size_b_highest, known_in_both (count of patients of both cohorts of whom it is known, in the version with most), numbers_a (list of
--          the patients' numbers for each version), numbers_b (list of lists)
-- missing: an unknown number is in no figure; a version in which nothing is known of a cohort has no quartiles
-- disclosure: asked of cohort, other; label characteristic; count size_a, size_b, known_a, known_b; open known_a,
--              known_b; whole size_a = known_a + rest; whole size_b = known_b + rest; median median_a of known_a;
--              median median_b of known_b; quartile lower_quartile_a, upper_quartile_a of known_a; quartile
--              lower_quartile_b, upper_quartile_b of known_b; never known_in_both, numbers_a, numbers_b
with

members_of_both as (
    select
        firsts.patients as patients_a,
        if($less_first::boolean, seconds.patients & ~firsts.patients, seconds.patients)
            as patients_b
    from members($cohort) as firsts
    cross join members($other) as seconds
    where firsts.left_out = 0 and seconds.left_out = 0
),

by_version as (
    select
        numbers.imputation,
        numbers.place,
        any_value(numbers.characteristic) as characteristic,
        coalesce(
            list(numbers.number) filter (
                where
                numbers.number is not null
                and get_bit(members_of_both.patients_a, numbers.seat) = 1
            ),
            []
        ) as numbers_a,
        coalesce(
            list(numbers.number) filter (
                where
                numbers.number is not null
                and get_bit(members_of_both.patients_b, numbers.seat) = 1
            ),
            []
        ) as numbers_b,
        count(*) filter (
            where
            numbers.number is not null
            and get_bit(members_of_both.patients_a & members_of_both.patients_b, numbers.seat) = 1
        ) as known_in_both,
        count(*) filter (where get_bit(members_of_both.patients_a, numbers.seat) = 1) as size_a,
        count(*) filter (where get_bit(members_of_both.patients_b, numbers.seat) = 1) as size_b
    from numbers
    cross join members_of_both
    group by
        numbers.imputation,
        numbers.place
),

described as (
    select
        *,
        len(numbers_a) as known_a,
        len(numbers_b) as known_b,
        list_aggregate(numbers_a, 'quantile_cont', [0.25, 0.5, 0.75]) as quartiles_a,
        list_aggregate(numbers_b, 'quantile_cont', [0.25, 0.5, 0.75]) as quartiles_b
    from by_version
),

summarised as (
    select
        place,
        any_value(characteristic) as characteristic,
        quantile_disc(known_a, 0.5) as known_a,
        min(known_a) as known_a_lowest,
        max(known_a) as known_a_highest,
        quantile_disc(quartiles_a[1], 0.5) as lower_quartile_a,
        min(quartiles_a[1]) as lower_quartile_a_lowest,
        max(quartiles_a[1]) as lower_quartile_a_highest,
        quantile_disc(quartiles_a[2], 0.5) as median_a,
        min(quartiles_a[2]) as median_a_lowest,
        max(quartiles_a[2]) as median_a_highest,
        quantile_disc(quartiles_a[3], 0.5) as upper_quartile_a,
        min(quartiles_a[3]) as upper_quartile_a_lowest,
        max(quartiles_a[3]) as upper_quartile_a_highest,
        quantile_disc(known_b, 0.5) as known_b,
        min(known_b) as known_b_lowest,
        max(known_b) as known_b_highest,
        quantile_disc(quartiles_b[1], 0.5) as lower_quartile_b,
        min(quartiles_b[1]) as lower_quartile_b_lowest,
        max(quartiles_b[1]) as lower_quartile_b_highest,
        quantile_disc(quartiles_b[2], 0.5) as median_b,
        min(quartiles_b[2]) as median_b_lowest,
        max(quartiles_b[2]) as median_b_highest,
        quantile_disc(quartiles_b[3], 0.5) as upper_quartile_b,
        min(quartiles_b[3]) as upper_quartile_b_lowest,
        max(quartiles_b[3]) as upper_quartile_b_highest,
        quantile_disc(size_a, 0.5) as size_a,
        min(size_a) as size_a_lowest,
        max(size_a) as size_a_highest,
        quantile_disc(size_b, 0.5) as size_b,
        min(size_b) as size_b_lowest,
        max(size_b) as size_b_highest,
        max(known_in_both) as known_in_both,
        list(numbers_a order by imputation) as numbers_a,
        list(numbers_b order by imputation) as numbers_b
    from described
    group by place
),

ordered as (
    select * exclude (place)
    from summarised
    order by place
)

select * from ordered
