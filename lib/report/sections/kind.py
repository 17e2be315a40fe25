"""What a section is, and the blocks that all of them are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lib.beside import Told
from lib.charts import subtitled_for
from lib.figures import MISSING, counted
from lib.palette import LIGHT
from lib.report.content import Bars, Block, Chart, Table, Words
from lib.report.subject import Inquiry, Option
from lib.tables import RANGE, TextTable, unsized, versions_note

# A packet is printed: whatever theme the reader's screen has, it is light.
PALETTE = LIGHT
# Of what a figure says: as many characters fit two lines of a slide.
LONGEST_TITLE = 90


@dataclass(frozen=True)
class Kind:
    """One kind of section.

    Attributes
    ----------
    title
        The question that it answers.
    build
        Asks for its figures; says in a remark what there is not.
    options
        What can be chosen for it.
    names_patients
        Whether it shows single patients by their ids.
    needs_patients
        Whether it has nothing to say of an empty cohort.
    """

    name: str
    label: str
    title: str
    build: Callable[[Inquiry], Iterator[Block]]
    options: tuple[Option, ...] = ()
    names_patients: bool = False
    needs_patients: bool = True


def outcome_words(responded: str, side_effects: str, *, only_certain: bool = False) -> str:
    """What came of it as a title, from two figures ``29/32``: of whom the response is recorded.

    Parameters
    ----------
    only_certain
        Whether what differs between the versions is left out; then it may be empty.
    """
    told = [
        f"{responded.replace('/', ' of ')} with a recorded response responded"
        if "/" in responded
        else "No response is recorded",
        f"{side_effects.replace('/', ' of ')} had side-effects",
    ]
    said = "; ".join(each for each in told if not (only_certain and differs(each)))
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def differs(text: str) -> bool:
    """Whether a text has a figure that differs between the versions, with its range."""
    return "⟨" in text


def left_out(n: int, what: str) -> list[str]:
    """How many, such as of a ``diagnosis group``, a figure lacks, as nobody is there; may be empty.

    Of a registry that is shared outside nobody is among the few, of whom nothing is said.
    """
    if not n:
        return []
    return [f"Left out, as nobody of the cohort is there: {counted(str(n), what)}."]


def of_somebody(told: Told) -> Told:
    """A table without columns of nobody, and how many they were; the last one, of all, stays."""
    columns = list(zip(told.table.columns, *told.table.rows, strict=True))
    kept = [place for place, cells in enumerate(columns) if not _is_of_nobody(*cells)]
    kept = sorted({0, *kept, len(columns) - 1})
    if len(kept) == len(columns):
        return told
    rows = [tuple(row[place] for place in kept) for row in told.table.rows]
    table = TextTable(tuple(told.table.columns[place] for place in kept), rows)
    further = left_out(len(columns) - len(kept), "column")
    return told._replace(table=table, notes=[*told.notes, *further])


def _is_of_nobody(head: str, *cells: str) -> bool:
    """Whether a column has no figure but of how many nothing is: ``0``, and dashes."""
    _, size = unsized(head)
    return size.partition(" ")[0] in ("", "0") and MISSING in cells and {*cells} <= {MISSING, "0"}


def remark(text: str) -> Words:
    """Why there is nothing to see, or what must not be concluded."""
    return Words(text, is_remark=True)


def table(
    inquiry: Inquiry, title: str, told: Told, further: Iterable[str] = (), says: str = ""
) -> Table:
    """A table with its notes, and what its angle brackets mean."""
    notes = [*told.notes, *further]
    # In steps they are what these leave open, as a note of its own says.
    if not inquiry.k and not any(RANGE in note for note in notes):
        notes += versions_note(told.table, inquiry.manifest.imputations)
    return Table(title, told.table, tuple(notes), says)


def chart(
    inquiry: Inquiry,
    spec: dict,
    notes: Iterable[str] = (),
    says: str = "",
    bars: Bars | None = None,
) -> Chart:
    """A chart from its specification, which holds its question and its description."""
    told = subtitled_for(spec, inquiry.manifest, inquiry.subject.k)
    alt = f"{spec['description']} {says}".strip()
    return Chart(spec["title"]["text"], told, alt, tuple(notes), says, bars)
