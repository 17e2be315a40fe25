"""The chart of two cohorts: how far their shares differ, with intervals where there are any."""

from collections.abc import Iterable
from dataclasses import asdict

from lib.charts import filled
from lib.charts.kept import kept
from lib.comparison import DRAWN, Difference
from lib.comparison_table import difference_text
from lib.palette import Palette


def share_chart(differences: Iterable[Difference], palette: Palette, *, imputed: bool) -> dict:
    """A dot for each difference, with its interval, or with what versions or steps leave open.

    Parameters
    ----------
    differences
        See `lib.comparison.share_differences`. What the cohorts were chosen by is not drawn: it
        would take all the room.
    imputed
        Whether rows are reconstructed: then no difference has an interval.
    """
    rows = [
        asdict(each)
        | {
            "label": each.label.replace("– ", "Usual dose "),
            "text": difference_text(each),
            "has_interval": each.lower is not None,
        }
        for each in differences
        if each.characteristic in DRAWN and each.estimate is not None and not each.is_chosen
    ]
    in_steps = not imputed and any(row["lowest"] != row["highest"] for row in rows)
    return filled(_form(palette, imputed, in_steps), differences=rows, heads=[{"a": "A", "b": "B"}])


@kept
def _form(palette: Palette, imputed: bool, in_steps: bool) -> dict:
    from lib.charts import compare_forms

    return compare_forms.differences(palette, imputed, in_steps)
