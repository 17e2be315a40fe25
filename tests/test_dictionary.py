"""The dictionary says what the schema says, and a search finds it."""

from lib.registry.dictionary import dictionary, matching, reference_lists
from lib.registry.schema import TABLES


def test_every_column_of_every_table_is_explained():
    rows = dictionary().rows
    assert {row[:2] for row in rows} == {
        (t.name, c.name) for t in TABLES.values() for c in t.columns
    }
    assert all(meaning for _, _, meaning, *_ in rows)


def test_ranges_values_and_lists_are_said_in_words():
    allowed = {row[:2]: row[4] for row in dictionary().rows}
    assert allowed["patients", "age_at_first_ivig_years"] == "0 to 120"
    assert allowed["cycles", "day"] == "0 or more"
    assert allowed["patients", "sex"] == "female, male, diverse, unknown"
    assert allowed["patients", "diagnosis"] == "one of the list “diagnoses”"


def test_a_search_needs_all_its_words_in_any_case():
    table = dictionary()
    found = matching(table, "DOSE kg")
    assert "dose_g_per_kg" in {column for _, column, *_ in found.rows}
    assert len(found.rows) < len(table.rows)
    assert matching(table, "nothing like it").rows == []
    assert matching(table, "  ") == table


def test_codes_are_found_in_the_lists():
    diagnoses = matching(reference_lists()["diagnoses"], "m33.1")
    assert [row[0] for row in diagnoses.rows] == ["dermatomyositis"]
