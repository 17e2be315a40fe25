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
--          size_b_lowest, size_b_highest, known_in_both (count of patients of both cohorts of whom it is known, in the
--          version with most), numbers (list for each version of the different numbers, in ascending order), counts_a,
--          counts_b (lists alike: how many patients of the first and of the second cohort have each)
-- missing: an unknown number is in no figure; a version in which nothing is known of a cohort has no quartiles
-- disclosure: asked of cohort, other; label characteristic; count size_a, size_b, known_a, known_b; open known_a,
--              known_b; whole size_a = known_a + rest; whole size_b = known_b + rest; median median_a of known_a;
--              median median_b of known_b; quartile lower_quartile_a, upper_quartile_a of known_a; quartile
--              lower_quartile_b, upper_quartile_b of known_b; never known_in_both, numbers, counts_a, counts_b
with

told as (
    select
        patient_facts.imputation,
        get_bit(members_of_both.patients_a, patient_facts.seat) = 1 as is_a,
        get_bit(members_of_both.patients_b, patient_facts.seat) = 1 as is_b,
        patient_facts.n_cycles,
        patient_facts.cumulative_dose_g_per_kg,
        patient_facts.therapy_duration_years,
        patient_facts.age_at_first_ivig_years,
        patient_facts.diagnosis_to_first_ivig_years
    from patient_facts
    cross join members_of_both($cohort, $other, $less_first::boolean) as members_of_both
    where is_a or is_b
    -- A row without a patient, so that a version without members counts 0.
    union all by name
    select
        imputation,
        false as is_a,
        false as is_b
    from versions
),

slots as (
    select
        imputation,
        is_a,
        is_b,
        unnest(range(1, 6)) as place,
        unnest(
            [
                n_cycles::double,
                cumulative_dose_g_per_kg,
                therapy_duration_years,
                age_at_first_ivig_years::double,
                diagnosis_to_first_ivig_years
            ]
        ) as number
    from told
),

-- Equal numbers are counted: so many patients have few different ones.
counted as (
    select
        imputation,
        place,
        number,
        count(*) filter (where is_a) as n_a,
        count(*) filter (where is_b) as n_b,
        count(*) filter (where is_a and is_b) as n_both
    from slots
    group by all
),

by_version as (
    select
        imputation,
        place,
        coalesce(
            list_sort(
                list(struct_pack(number := number, n_a := n_a, n_b := n_b))
                filter (where number is not null)
            ),
            []
        ) as listed,
        coalesce(sum(n_a) filter (where number is not null), 0)::bigint as known_a,
        coalesce(sum(n_b) filter (where number is not null), 0)::bigint as known_b,
        coalesce(sum(n_both) filter (where number is not null), 0)::bigint as known_in_both,
        sum(n_a)::bigint as size_a,
        sum(n_b)::bigint as size_b
    from counted
    group by
        imputation,
        place
),

samples as (
    select
        imputation,
        place,
        'a' as sample,
        number,
        n_a::double as n_patients
    from counted
    where number is not null and n_a > 0
    union all
    select
        imputation,
        place,
        'b' as sample,
        number,
        n_b::double as n_patients
    from counted
    where number is not null and n_b > 0
),

in_order as (
    select
        *,
        sum(n_patients) over (sample_of_version order by number) as up_to,
        sum(n_patients) over sample_of_version - 1 as last_place
    from samples
    window sample_of_version as (partition by imputation, place, sample)
),

-- The two numbers that a quartile is between, in their order from 0: as DuckDB's quantile_cont.
between_numbers as (
    select
        imputation,
        place,
        sample,
        any_value(last_place) as last_place,
        min(number) filter (where up_to > 0.25 * last_place) as below_lower,
        min(number) filter (where up_to - 1 >= 0.25 * last_place) as above_lower,
        min(number) filter (where up_to > 0.5 * last_place) as below_middle,
        min(number) filter (where up_to - 1 >= 0.5 * last_place) as above_middle,
        min(number) filter (where up_to > 0.75 * last_place) as below_upper,
        min(number) filter (where up_to - 1 >= 0.75 * last_place) as above_upper
    from in_order
    group by
        imputation,
        place,
        sample
),

quartiles as (
    select
        imputation,
        place,
        sample,
        0.25 * last_place % 1 as lower_part,
        0.5 * last_place % 1 as middle_part,
        0.75 * last_place % 1 as upper_part,
        below_lower * (1 - lower_part) + above_lower * lower_part as lower_quartile,
        below_middle * (1 - middle_part) + above_middle * middle_part as median,
        below_upper * (1 - upper_part) + above_upper * upper_part as upper_quartile
    from between_numbers
),

described as (
    select
        by_version.*,
        list_transform(by_version.listed, lambda each: each.number) as numbers,
        list_transform(by_version.listed, lambda each: each.n_a) as counts_a,
        list_transform(by_version.listed, lambda each: each.n_b) as counts_b,
        firsts.lower_quartile as lower_quartile_a,
        firsts.median as median_a,
        firsts.upper_quartile as upper_quartile_a,
        seconds.lower_quartile as lower_quartile_b,
        seconds.median as median_b,
        seconds.upper_quartile as upper_quartile_b
    from by_version
    left join quartiles as firsts
        on
            by_version.imputation = firsts.imputation
            and by_version.place = firsts.place
            and firsts.sample = 'a'
    left join quartiles as seconds
        on
            by_version.imputation = seconds.imputation
            and by_version.place = seconds.place
            and seconds.sample = 'b'
),

summarised as (
    select
        place,
        quantile_disc(known_a, 0.5) as known_a,
        min(known_a) as known_a_lowest,
        max(known_a) as known_a_highest,
        quantile_disc(lower_quartile_a, 0.5) as lower_quartile_a,
        min(lower_quartile_a) as lower_quartile_a_lowest,
        max(lower_quartile_a) as lower_quartile_a_highest,
        quantile_disc(median_a, 0.5) as median_a,
        min(median_a) as median_a_lowest,
        max(median_a) as median_a_highest,
        quantile_disc(upper_quartile_a, 0.5) as upper_quartile_a,
        min(upper_quartile_a) as upper_quartile_a_lowest,
        max(upper_quartile_a) as upper_quartile_a_highest,
        quantile_disc(known_b, 0.5) as known_b,
        min(known_b) as known_b_lowest,
        max(known_b) as known_b_highest,
        quantile_disc(lower_quartile_b, 0.5) as lower_quartile_b,
        min(lower_quartile_b) as lower_quartile_b_lowest,
        max(lower_quartile_b) as lower_quartile_b_highest,
        quantile_disc(median_b, 0.5) as median_b,
        min(median_b) as median_b_lowest,
        max(median_b) as median_b_highest,
        quantile_disc(upper_quartile_b, 0.5) as upper_quartile_b,
        min(upper_quartile_b) as upper_quartile_b_lowest,
        max(upper_quartile_b) as upper_quartile_b_highest,
        quantile_disc(size_a, 0.5) as size_a,
        min(size_a) as size_a_lowest,
        max(size_a) as size_a_highest,
        quantile_disc(size_b, 0.5) as size_b,
        min(size_b) as size_b_lowest,
        max(size_b) as size_b_highest,
        max(known_in_both) as known_in_both,
        list(numbers order by imputation) as numbers,
        list(counts_a order by imputation) as counts_a,
        list(counts_b order by imputation) as counts_b
    from described
    group by place
),

ordered as (
    select
        [
            'n_cycles',
            'cumulative_dose_g_per_kg',
            'therapy_duration_years',
            'age_at_first_ivig_years',
            'diagnosis_to_first_ivig_years'
        ][place] as characteristic,
        * exclude (place)
    from summarised
    order by place
)

select * from ordered
