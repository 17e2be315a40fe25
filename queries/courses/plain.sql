-- title:   Names as they are compared: without case, spaces, punctuation and leading zeros
-- grain:   one row
-- params:  none
-- columns: plain (text)
-- missing: null stays null
create macro plain(spelled) as
regexp_replace(
    regexp_replace(lower(trim(spelled)), '[\s\-_./,;:]+', '-', 'g'),
    '(^|\D)0+(\d)', '\1\2', 'g'
)
