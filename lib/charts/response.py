"""Response: shares as dots with intervals, and scores over time; pure functions of rows.

No form holds data, so that a change of the filter only exchanges them.
"""

from lib.charts import filled
from lib.charts.kept import kept
from lib.charts.time_axis import linear_axis
from lib.figures import Step
from lib.palette import Palette
from lib.stats import MIN_GROUP_SIZE
from lib.time_units import DAYS_PER_MONTH

POINT_PITCH = 11
# Lines end at this many scores; with the medians no more marks than 5,000 are drawn.
MOST_SCORES = 4_500


def response_rates(groups: list[dict], palette: Palette) -> dict:
    """Share of responders in each group.

    Parameters
    ----------
    groups
        From ``lib.response.rates``.
    """
    is_shared = any(isinstance(group["n_judged"], Step) for group in groups)
    return filled(_rates_form(palette, is_shared), groups=groups, points=_points(groups))


def _points(groups: list[dict]) -> list[dict]:
    """Small groups patient by patient: responders to the right, one beside the other."""
    points = []
    for group in groups:
        if group["drawn_as"] != "points":
            continue
        n_not = group["n_judged"] - group["n_responders"]
        n_judged_no = n_not - group["n_not_evaluable"]
        for x, number, direction in ((1, group["n_responders"], -1), (0, n_not, 1)):
            points += [
                {
                    "label": group["label"],
                    "counts": group["counts"],
                    "x": x,
                    "shift": direction * POINT_PITCH * place,
                    "responded": x == 1,
                    "is_not_evaluable": x == 0 and place >= n_judged_no,
                }
                for place in range(number)
            ]
    return points or [
        {
            "label": None,
            "counts": "",
            "x": None,
            "shift": 0,
            "responded": False,
            "is_not_evaluable": False,
        }
    ]


def score_courses(
    scores: list[dict], medians: list[dict], instrument: dict, palette: Palette
) -> dict:
    """The scores of one instrument over time: a thin line a patient, and the cohort's median.

    Parameters
    ----------
    scores
        Rows of ``response/trajectories``.
    medians
        Rows of ``response/score_medians``; of quarters with enough patients a median is drawn.
    instrument
        A row of ``response/responders``: its name, range and direction.
    """
    days = [row["day"] for row in (*scores, *medians)]
    form = _scores_form(
        instrument["instrument"],
        f"{instrument['minimum']:g}–{instrument['maximum']:g}, {instrument['direction']}",
        palette,
    )
    time = linear_axis(min([0, *days]), max([DAYS_PER_MONTH, *days]))
    drawn = [row for row in medians if row["n_patients_lowest"] >= MIN_GROUP_SIZE]
    return filled(
        form,
        ticks=time.rows,
        scores=scores or [dict.fromkeys(("patient_id", "day", "score", "n_of_patient"))],
        medians=[row | {"n": f"n={row['n_patients']}"} for row in drawn]
        or [{"day": None, "median_score": None, "n": ""}],
    )


@kept
def _rates_form(palette: Palette, is_shared: bool) -> dict:
    from lib.charts import response_forms

    return response_forms.rates(palette, is_shared=is_shared)


@kept
def _scores_form(instrument: str, values: str, palette: Palette) -> dict:
    from lib.charts import response_forms

    return response_forms.scores(instrument, values, palette)
