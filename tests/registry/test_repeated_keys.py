"""Rows with the same key, counted as they pass by: as pandas counts them in all rows at once."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lib.registry.repeated_keys import RepeatedKeys
from lib.registry.schema import TREATMENTS

ROW = st.fixed_dictionaries(
    {
        "imputation": st.integers(0, 2),
        "patient_id": st.sampled_from(["A", "B", "b", "Ä"]),
        "drug": st.sampled_from(["prednisolone", "azathioprine"]),
        "role": st.sampled_from(["prior", "concomitant"]),
        "dose": st.sampled_from([None, 0.0, 5.0, 7.5]),
        "schedule": st.sampled_from([None, "", "daily"]),
        "start_day": st.sampled_from([None, -1, 0, 30]),
    }
)


def n_repeated(rows: list[dict], size: int) -> int | None:
    keys = RepeatedKeys(TREATMENTS)
    table = pa.Table.from_pylist(rows, TREATMENTS.arrow_schema)
    for batch in table.to_batches(max_chunksize=size):
        keys.add(batch)
    return keys.n_repeated()


@given(rows=st.lists(ROW, max_size=60), size=st.integers(1, 20))
def test_in_the_order_of_patients_they_are_counted(rows: list[dict], size: int):
    # As Arrow and DuckDB order texts: by their bytes.
    rows.sort(key=lambda row: (row["imputation"], row["patient_id"].encode()))
    table = pa.Table.from_pylist(rows, TREATMENTS.arrow_schema).to_pandas()
    expected = int(table.duplicated(list(TREATMENTS.key)).sum()) if rows else 0
    assert n_repeated(rows, size) == expected


def test_without_that_order_nothing_is_claimed():
    first = {"imputation": 0, "patient_id": "B", "drug": "prednisolone", "role": "prior"}
    assert n_repeated([first, first | {"patient_id": "A"}], 1) is None
    assert n_repeated([first, first | {"patient_id": None}], 2) is None
    assert n_repeated([first | {"imputation": 1}, first], 2) is None
