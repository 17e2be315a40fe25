-- title:   The patients of each version in the order of their ids, as a list of them names them
-- grain:   one row per (imputation, place)
-- params:  none
-- columns: imputation, place (from 1: lane_places.by_id), seat, piece (of patient_facts), patient_id, diagnosis, individually_reported
-- missing: see patient_facts
create table patients_by_id as
with

-- A stretch of the list is read alone; by their seats its patients stand all over patient_facts.
listed as (
    select
        lane_places.imputation,
        lane_places.by_id as place,
        lane_places.seat,
        lane_places.piece,
        patient_facts.patient_id,
        patient_facts.diagnosis,
        patient_facts.individually_reported
    from lane_places
    inner join patient_facts on lane_places.seat = patient_facts.seat
)

select * from listed
order by
    imputation,
    place
