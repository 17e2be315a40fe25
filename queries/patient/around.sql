-- title:   The patients that a list offers, around the one who is shown
-- grain:   one row per (patient_id), those of the cohort first, by their ids: those who are listed, and those asked for
-- params:  $cohort (see registry/members.sql), $version: an imputation (0 in recorded data), $patients: a list of patient ids; the list is of those whose ids are around that of the first of them, or of the first ones if nobody has that id; $most_listed: how many the list holds, from 1 to 999,999, of the cohort as far as that goes, then of the others; one more if the first of $patients is outside a full list
-- columns: patient_id, diagnosis (text), individually_reported (boolean), is_in_cohort (boolean, in the version shown), place (from 1, in that order; null where nobody is counted: far from the list, or outside a full one), is_listed (boolean: false of who else is asked for and stands elsewhere), n_patients (count, all of the registry), n_in_cohort (count)
-- missing: an id that is asked for and that nobody has is not here
-- disclosure: asked of cohort; withheld the list of patients names every one of them
with

asked as (
    select
        $version::integer as version,
        $patients::varchar [] as patients,
        $most_listed::integer as most_listed
),

-- Those of the cohort, piece by piece.
cut as (
    select
        piece,
        first_seat,
        patients
    from cohort_pieces($cohort)
    where imputation = (select asked.version from asked)
),

ids as (
    select distinct
        unnest(patients) as patient_id,
        patient_id = patients[1] as is_shown
    from asked
),

wanted as (
    select
        patients_by_id.place as by_id,
        ids.is_shown,
        coalesce(get_bit(cut.patients, patients_by_id.seat - cut.first_seat), 0) = 1
            as is_in_cohort
    from patients_by_id
    inner join ids on patients_by_id.patient_id = ids.patient_id
    inner join asked on patients_by_id.imputation = asked.version
    left join cut on patients_by_id.piece = cut.piece
),

shown as (
    select coalesce(min(by_id) filter (where is_shown), 0) as by_id
    from wanted
),

cohort_size as (
    select coalesce(sum(bit_count(patients)), 0)::bigint as n_in_cohort
    from cut
),

sized as (
    select
        versions.n_in_version as n_patients,
        cohort_size.n_in_cohort,
        least(cohort_size.n_in_cohort, asked.most_listed) as n_inside,
        least(
            versions.n_in_version - cohort_size.n_in_cohort, asked.most_listed - n_inside
        ) as n_outside
    from asked
    inner join versions on asked.version = versions.imputation
    cross join cohort_size
),

-- The cohort fills the list; only where it does not, those outside come after it.
sides as (
    select
        true as is_in_cohort,
        sized.n_inside as n_listed,
        sized.n_in_cohort as n_side,
        0 as n_before
    from sized
    union all
    select
        false as is_in_cohort,
        sized.n_outside as n_listed,
        sized.n_patients - sized.n_in_cohort as n_side,
        sized.n_in_cohort as n_before
    from sized
),

people as (
    select
        true as is_in_cohort,
        lane_places.by_id
    from lane_places
    inner join cut on lane_places.piece = cut.piece
    where get_bit(cut.patients, lane_places.seat - cut.first_seat) = 1
    union all
    select
        false as is_in_cohort,
        lane_places.by_id
    from lane_places
    inner join asked on lane_places.imputation = asked.version
    inner join sized on sized.n_outside > 0
    left join cut on lane_places.piece = cut.piece
    where coalesce(get_bit(cut.patients, lane_places.seat - cut.first_seat), 0) = 0
),

-- As many as the list holds to either side, whichever of its ends is near.
counted as (
    select
        people.is_in_cohort,
        count(*) filter (where people.by_id < shown.by_id) as n_behind,
        coalesce(
            max(people.by_id, asked.most_listed) filter (where people.by_id < shown.by_id),
            []
        ) as behind,
        coalesce(
            min(people.by_id, asked.most_listed) filter (where people.by_id >= shown.by_id),
            []
        ) as ahead
    from people
    cross join shown
    cross join asked
    group by people.is_in_cohort
),

nearby as (
    select
        *,
        unnest(list_concat(behind, ahead)) as by_id
    from counted
),

placed as (
    select
        nearby.by_id,
        nearby.is_in_cohort,
        nearby.n_behind - len(nearby.behind)
        + row_number() over (partition by nearby.is_in_cohort order by nearby.by_id)
            as place_on_side,
        greatest(least(nearby.n_behind - sides.n_listed // 2, sides.n_side - sides.n_listed), 0)
            as n_before_list,
        sides.n_before + place_on_side as place,
        place_on_side - n_before_list between 1 and sides.n_listed as is_listed
    from nearby
    inner join sides on nearby.is_in_cohort = sides.is_in_cohort
),

found as (
    select
        coalesce(placed.by_id, wanted.by_id) as by_id,
        coalesce(placed.is_in_cohort, wanted.is_in_cohort) as is_in_cohort,
        placed.place,
        coalesce(placed.is_listed, false) or coalesce(wanted.is_shown, false) as is_listed
    from placed
    full join wanted on placed.by_id = wanted.by_id
    where placed.is_listed or wanted.by_id is not null
),

described as (
    select
        patients_by_id.patient_id,
        patients_by_id.diagnosis,
        patients_by_id.individually_reported,
        found.is_in_cohort,
        found.place,
        found.is_listed,
        sized.n_patients,
        sized.n_in_cohort
    from found
    cross join sized
    cross join asked
    inner join patients_by_id
        on
            asked.version = patients_by_id.imputation
            and found.by_id = patients_by_id.place
    order by
        not found.is_in_cohort,
        found.by_id
)

select * from described
