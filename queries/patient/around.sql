-- title:   The patients that a list offers, around the one who is shown
-- grain:   one row per (patient_id), those of the cohort first, by their ids: those who are listed, and those asked for
-- params:  $cohort (see registry/members.sql), $version: an imputation (0 in recorded data), $patients: a list of patient ids; the list is around the first of them, or begins with the first patient if nobody has that id; $most_listed: how many the list holds at most, from 1 to 999,999
-- columns: patient_id, diagnosis (text), individually_reported (boolean), is_in_cohort (boolean, in the version shown), place (from 1, in that order; null far from the list), is_listed (boolean: false of who is asked for elsewhere in it), n_patients (count, all of the registry), n_in_cohort (count)
-- missing: an id that is asked for and that nobody has is not here
-- disclosure: asked of cohort; withheld the list of patients names every one of them
with

asked as (
    select
        $version::integer as version,
        $patients::varchar [] as patients,
        $most_listed::integer as most_listed
),

-- Those outside the cohort come after it: their keys begin where its own end.
people as materialized (
    select
        lane_places.seat,
        lane_places.by_id + if(
            get_bit(members.patients, lane_places.seat) = 1, 0, 2000000000
        )::bigint as sort_key
    from lane_places
    cross join members($cohort) as members
    where
        members.left_out = 0
        and lane_places.imputation = (select asked.version from asked)
),

ids as (
    select distinct
        unnest(patients) as patient_id,
        patient_id = patients[1] as is_shown
    from asked
),

-- In every version: the people are those of the one that is asked for, and seats say which.
wanted as (
    select
        patient_facts.seat,
        ids.is_shown
    from patient_facts
    inner join ids on patient_facts.patient_id = ids.patient_id
),

shown as (
    select coalesce(min(people.sort_key), 0) as sort_key
    from people
    inner join wanted on people.seat = wanted.seat
    where wanted.is_shown
),

-- As many as the list holds to either side, whichever of its ends is near.
counted as (
    select
        count(*) as n_patients,
        count(*) filter (where people.sort_key < 2000000000) as n_in_cohort,
        count(*) filter (where people.sort_key < shown.sort_key) as n_behind,
        coalesce(
            min(people.sort_key, asked.most_listed)
            filter (where people.sort_key >= shown.sort_key),
            []
        ) as ahead,
        coalesce(
            max(people.sort_key, asked.most_listed)
            filter (where people.sort_key < shown.sort_key),
            []
        ) as behind
    from people
    cross join shown
    cross join asked
),

nearby as (
    select unnest(list_concat(behind, ahead)) as sort_key
    from counted
),

placed as (
    select
        people.seat,
        nearby.sort_key,
        counted.n_behind - len(counted.behind)
        + row_number() over (order by nearby.sort_key) as place,
        greatest(
            least(
                counted.n_behind - asked.most_listed // 2,
                counted.n_patients - asked.most_listed
            ),
            0
        ) as n_before_list,
        place > n_before_list and place <= n_before_list + asked.most_listed as is_listed
    from nearby
    inner join people on nearby.sort_key = people.sort_key
    cross join counted
    cross join asked
),

elsewhere as (
    select people.*
    from people
    semi join wanted on people.seat = wanted.seat
    anti join placed on people.seat = placed.seat
),

found as (
    select * from placed
    union all by name
    select
        *,
        false as is_listed
    from elsewhere
),

described as (
    select
        patient_facts.patient_id,
        patient_facts.diagnosis,
        patient_facts.individually_reported,
        found.sort_key < 2000000000 as is_in_cohort,
        found.place,
        found.is_listed,
        counted.n_patients,
        counted.n_in_cohort
    from found
    cross join counted
    inner join patient_facts on found.seat = patient_facts.seat
    left join wanted on found.seat = wanted.seat
    where
        found.is_listed
        or wanted.seat is not null
    order by found.sort_key
)

select * from described
