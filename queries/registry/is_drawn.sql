-- title:   Whether one of a row's dots is drawn, where all are more than a chart can show
-- grain:   one row
-- params:  nth (the dot's place in its row, from 1), n_in_row (count of the row's dots), n_rows (count of the rows), n_dots (count of all dots), most (how many may be drawn)
-- columns: is_drawn (boolean: of n_in_row dots as many are true as the row may have, evenly spread over it, the middle of each part)
-- missing: a row with few dots keeps them all: what is rare must not vanish, and of more rows than may be drawn each keeps one
create macro is_drawn(nth, n_in_row, n_rows, n_dots, most) as (
    n_dots <= most
    or n_in_row <= greatest(most // n_rows, 1)
    or (2 * nth * greatest(most // n_rows, 1) + n_in_row) // (2 * n_in_row)
    > (2 * (nth - 1) * greatest(most // n_rows, 1) + n_in_row) // (2 * n_in_row)
)
