"""The traits that patients are grouped by (``queries/registry/traits.sql``), in words."""

NOT_RECORDED = "not recorded"
SIDE_EFFECT_WORDS = {"yes": "any side-effect", "no": "no side-effect"}


def value_words(trait: str, value: str | None) -> str:
    """A value of a trait as it is read in a heading or at the head of a row."""
    if value is None:
        return f"{trait.replace('_', ' ')} {NOT_RECORDED}"
    if trait == "dose_tier":
        return f"{value} g/kg"
    if trait == "age_decade":
        return f"{value}–{int(value) + 9} years"
    if trait == "has_side_effect":
        return SIDE_EFFECT_WORDS[value]
    return value
