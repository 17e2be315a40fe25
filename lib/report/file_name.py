"""What a packet's file is called: what it holds, of whom and of when, so that no two are mixed up.

As ``IVIg_dermatomyositis_1-gkg_3-patients_2026-11-26.pdf``.
"""

import re
import unicodedata
from datetime import date

from lib.ask import size_of
from lib.cohort import FIELDS_BY_NAME
from lib.report.public import ids_in
from lib.report.subject import Subject

MOST_CHARACTERS = 80
# Of the name of a registry, of which a clinic's own may be a sentence.
MOST_OF_A_REGISTRY = 24
EVERYBODY = "all"
# What is in it by the nature of the data; a clinic's registry has its own name besides.
HEADS = {"reconstructed": "IVIg", "synthetic": "IVIg-synthetic", "recorded": "IVIg"}


def file_name(subject: Subject, made: date, suffix: str, *, is_public: bool) -> str:
    """Name the file of a packet, or of its composition.

    Parameters
    ----------
    suffix
        The ending without its point.

    Returns
    -------
    str
        ASCII of at most `MOST_CHARACTERS`, without a space: data, cohort, how many patients, date.
        Of a registry that is told in steps no count; of a public packet no words of a cohort that
        might name a patient.
    """
    manifest = subject.manifest
    head = HEADS[manifest.nature]
    if manifest.nature == "recorded":
        head = f"{head}-{_shortened(_slug(manifest.name) or 'registry', MOST_OF_A_REGISTRY)}"
    ends = [*_patients(subject), f"{made.isoformat()}.{suffix}"]
    whom = [] if is_public and _may_name_a_patient(subject) else [_whom(subject)]
    room = MOST_CHARACTERS - len("_".join([head, "", *ends]))
    return "_".join([head, *(_shortened(words, room) for words in whom), *ends])


def _whom(subject: Subject) -> str:
    words = subject.cohort.words_by_field.values()
    return "_".join(filter(None, map(_slug, words))) or EVERYBODY


def _patients(subject: Subject) -> list[str]:
    """``3-patients``; ``4-to-6-patients`` where the versions differ; nothing where it's a step."""
    if subject.k:
        return []
    row = size_of(subject.source, subject.k, subject.cohort)
    lowest, highest = row["n_patients_lowest"], row["n_patients_highest"]
    if lowest != highest:
        return [f"{lowest}-to-{highest}-patients"]
    return ["1-patient" if highest == 1 else f"{highest}-patients"]


def _may_name_a_patient(subject: Subject) -> bool:
    """Whether the filter's words hold an id, or names of the registry's own that may be ids."""
    fields = subject.cohort.words_by_field
    is_local = any(FIELDS_BY_NAME[name].is_local for name in fields)
    return is_local or ids_in(subject).are_in(" ".join(fields.values()))


def _slug(words: str) -> str:
    """Words in signs that every system takes: ``1 g/kg per cycle`` is ``1-gkg``."""
    joined = words.replace("g/kg per cycle", "gkg").replace("–", "-").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", joined).encode("ascii", "ignore").decode()
    # A point stands within a number alone.
    return "-".join(re.findall(r"\d+\.\d+|[A-Za-z0-9]+", plain))


def _shortened(slug: str, room: int) -> str:
    """A slug cut between words, or within the first one if that alone is too long."""
    if len(slug) <= room:
        return slug
    cut = max(slug.rfind(sign, 0, room + 1) for sign in "-_")
    return slug[: cut if cut > 0 else room].strip("-_.")
