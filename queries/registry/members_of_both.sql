-- title:   Who is in each of two cohorts that are set side by side
-- grain:   one row
-- params:  first_criteria, second_criteria (see registry/members.sql), less_first (whether those in the first are left
--          out of the second)
-- columns: patients_a, patients_b (bit strings over the seats of all versions: 1 where a patient is in the first, and
--          in the second)
-- missing: see registry/members.sql
create macro members_of_both(first_criteria, second_criteria, less_first) as table
    select
        firsts.patients as patients_a,
        if(less_first, seconds.patients & ~firsts.patients, seconds.patients) as patients_b
    from members(first_criteria) as firsts
    cross join members(second_criteria) as seconds
    where firsts.left_out = 0 and seconds.left_out = 0
