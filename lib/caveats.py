"""What has to be said of reconstructed data beside a figure, the same on every page."""

from lib.figures import counted

DRUGS_AS_TOLD = (
    "Drugs: only those that the publication names of a patient or a diagnosis. Of many patients it "
    "tells of none, or of a class such as immunosuppressants: 0 means not told, not “none”, and as "
    "nobody knows how many patients are told of in full, there is a count and no share. “Filled "
    "in”: of some of these, or of all, the publication does not tell it."
)
# Of a registry that is shared outside; the threshold, and the patients behind a number.
SMALL_CELLS = (
    "Counts stand in steps of {k}, a share is what the steps leave open. What fewer than {k} "
    "patients have, or nobody, has no row and no column, nor is told how much of it there is. "
    "“Withheld”: fewer than {k}, or nobody; a median needs {for_median} patients, a quartile "
    "{for_quartile}; lowest and highest values are never told."
)
LONG_COURSES = (
    "The versions are drawn alike from all that agree with the publication, and there are more "
    "ways to be long than short: long courses are over-represented, and totals of cycles and years "
    "with them."
)
# How the versions were made, in five sentences.
VERSIONS_MADE = """\
The publication prints figures for the whole series and tells the course of some patients, but
has no table of patients. So {m} complete tables were made: each holds everything that is told of
a single patient and, by construction, agrees with every figure that is printed. What is told of
nobody, such as most ages or body weights, was drawn at random within a plausible range,
differently in every table and without clinical weighting. A figure that comes out the same in all
{m} follows from what is printed and from our decisions where the text is ambiguous; one that does
not is shown with the range that these tables happen to have, as in 12 ⟨9–15⟩, and what is possible
may be wider. That range says how much is left open and is no confidence interval; a patient who
is only counted in the publication is nobody real.
"""


def left_out(n: int, noun: str, place: str) -> str:
    """How many groups a figure has no place for: “2 centres with as many patients or fewer …”.

    Empty if it has one for each. Of a registry that is shared outside only those count that have
    enough patients: how many others there are is not told.
    """
    if n < 1:
        return ""
    has = "has" if n == 1 else "have"
    return f"{counted(f'{n:,}', noun)} with as many patients or fewer {has} no {place}"
