"""Rows whose key another row has, found while the rows pass by, in the memory of one batch."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.registry.schema import KEYS, Table

# Two numbers become one, as long as that fits an int64.
MOST_CODES = 2**62


class RepeatedKeys:
    """Counts them in rows that come in the order of their patients: an equal key is near by.

    An unknown value is a value here: two rows that agree in all that is known are one too many.
    """

    def __init__(self, table: Table) -> None:
        patient = {column.name for column in KEYS}
        self._key = list(table.key)
        self._patient = [name for name in table.key if name in patient]
        self._others = [name for name in table.key if name not in patient]
        self._in_order = True
        self._n_repeated = 0
        # The last patient seen, who may go on in the next batch.
        self._open: pa.Table | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        """Take further rows."""
        if not self._in_order or not batch.num_rows:
            return
        rows = pa.Table.from_batches([batch]).select(self._key)
        if self._open is not None:
            rows = pa.concat_tables([self._open, rows]).combine_chunks()
        is_next = self._is_next_patient(rows)
        if is_next is None:
            self._in_order, self._open = False, None
            return
        patients = np.concatenate([[0], np.cumsum(is_next)])
        n_closed = int(np.searchsorted(patients, patients[-1]))
        self._count(rows.slice(0, n_closed), patients[:n_closed])
        self._open = rows.slice(n_closed)

    def n_repeated(self) -> int | None:
        """How many rows are one too many; None if the rows were in no order that tells it."""
        if not self._in_order:
            return None
        if self._open is not None:
            self._count(self._open, np.zeros(self._open.num_rows, np.int64))
            self._open = None
        return self._n_repeated

    def _is_next_patient(self, rows: pa.Table) -> np.ndarray | None:
        """Of each row but the first: is it of a later patient? None if one is of an earlier."""
        is_later = np.zeros(rows.num_rows - 1, bool)
        is_same = np.ones(rows.num_rows - 1, bool)
        for name in self._patient:
            column = rows[name]
            if column.null_count:
                return None
            before, after = column.slice(0, rows.num_rows - 1), column.slice(1)
            is_later |= is_same & pc.greater(after, before).to_numpy()
            is_same &= pc.equal(after, before).to_numpy()
        return is_later if (is_later | is_same).all() else None

    def _count(self, rows: pa.Table, patients: np.ndarray) -> None:
        codes = patients.astype(np.int64)
        for name in self._others:
            encoded = rows[name].combine_chunks().dictionary_encode("encode")
            n_values = max(1, len(encoded.dictionary))
            if len(codes) and int(codes.max()) >= MOST_CODES // n_values:
                codes = np.unique(codes, return_inverse=True)[1]
            codes = codes * n_values + encoded.indices.to_numpy(zero_copy_only=False)
        # Nearly in order as they come.
        codes.sort(kind="stable")
        self._n_repeated += int(np.count_nonzero(codes[1:] == codes[:-1]))
