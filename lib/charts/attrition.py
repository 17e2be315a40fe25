"""The chart of a cohort's attrition: how many patients are left after each criterion."""

from lib.attrition import count
from lib.charts import filled
from lib.charts.kept import kept
from lib.palette import Palette

BARS = ("n_patients_lowest", "n_patients_highest")


def attrition(rows: list[dict], words: list[str], palette: Palette) -> dict:
    """One bar a step, under its words: who is left, and pale whom the step took.

    Parameters
    ----------
    rows
        Rows of ``cohort/attrition``.
    words
        What each step asks, see `lib.attrition.step_words`.
    """
    steps = []
    for before, row, asked in zip([rows[0], *rows], rows, words, strict=False):
        left, taken = count(row, "n_patients"), count(row, "n_taken")
        steps.append(
            {
                **{name: row[name] for name in ("step", *BARS)},
                "n_before": before["n_patients_highest"],
                "words": asked,
                "text": left if row is rows[0] else f"{count(before, 'n_patients')} → {left}",
                "taken": "" if row is rows[0] else f"{taken} taken",
            }
        )
    return filled(_form(palette), steps=steps)


@kept
def _form(palette: Palette) -> dict:
    from lib.charts import attrition_forms

    return attrition_forms.steps(palette)
