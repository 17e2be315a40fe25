-- title:   The columns in which side-effects are counted: by dose at onset, grade, cycle number or centre
-- grain:   one row per (counted_by, place)
-- params:  none
-- columns: counted_by (dose, grade, cycle or centre), place (order of the columns), column_name (text), lower_end (g/kg, grade or cycle number; null for a centre), upper_end (exclusive)
-- missing: "not recorded" and "all" have no ends
create table onset_columns as
with

doses as (
    select
        'dose' as counted_by,
        row_number() over (order by lower_g_per_kg desc) as place,
        label as column_name,
        lower_g_per_kg as lower_end,
        coalesce(upper_g_per_kg, 'infinity'::double) as upper_end
    from reference.dose_tiers
),

grades as (
    select
        'grade' as counted_by,
        unnest(range(1, 6)) as place,
        'Grade ' || place as column_name,
        place::double as lower_end,
        place + 1::double as upper_end
),

cycle_numbers as (
    select
        'cycle' as counted_by,
        unnest([1, 2, 3, 4, 5]) as place,
        unnest(['Cycle 1', '2–3', '4–6', '7–12', '13 and later']) as column_name,
        unnest([1, 2, 4, 7, 13])::double as lower_end,
        unnest([2, 4, 7, 13, 'infinity'::double])::double as upper_end
),

-- As everywhere by the alphabet; what more than 90 have is in no column of its own.
centres as (
    select
        'centre' as counted_by,
        row_number() over (order by centre) as place,
        centre as column_name,
        null::double as lower_end,
        null::double as upper_end
    from (select distinct patient_facts.centre from patient_facts) as found
    order by place
    limit 90
),

-- Behind all the others, however many tiers there are.
unplaced as (
    select
        unnest(['dose', 'grade', 'cycle', 'centre', 'dose', 'grade', 'cycle', 'centre'])
            as counted_by,
        unnest([98, 98, 98, 98, 99, 99, 99, 99]) as place,
        if(place = 98, 'Not recorded', 'All') as column_name,
        null::double as lower_end,
        null::double as upper_end
),

columns_in_order as (
    select * from doses
    union all
    select * from grades
    union all
    select * from cycle_numbers
    union all
    select * from centres
    union all
    select * from unplaced
)

select * from columns_in_order
