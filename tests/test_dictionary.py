"""The dictionary says what the schema says, and a search finds it."""

from lib.registry.dictionary import dictionary, matching, reference_lists
from lib.registry.schema import TABLES


def test_every_column_of_every_table_is_explained():
    rows = dictionary()
    listed = set(zip(rows["Table"], rows["Column"], strict=True))
    assert listed == {(t.name, c.name) for t in TABLES.values() for c in t.columns}
    assert (rows["Meaning"] != "").all()


def test_ranges_values_and_lists_are_said_in_words():
    allowed = dictionary().set_index(["Table", "Column"])["Allowed"]
    assert allowed["patients", "age_at_first_ivig_years"] == "0 to 120"
    assert allowed["cycles", "day"] == "0 or more"
    assert allowed["patients", "sex"] == "female, male, diverse, unknown"
    assert allowed["patients", "diagnosis"] == "one of the list “diagnoses”"


def test_a_search_needs_all_its_words_in_any_case():
    rows = dictionary()
    found = matching(rows, "DOSE kg")
    assert "dose_g_per_kg" in set(found["Column"])
    assert len(found) < len(rows)
    assert matching(rows, "nothing like it").empty
    assert len(matching(rows, "  ")) == len(rows)


def test_codes_are_found_in_the_lists():
    diagnoses = matching(reference_lists()["diagnoses"], "m33.1")
    assert diagnoses["diagnosis"].tolist() == ["dermatomyositis"]
