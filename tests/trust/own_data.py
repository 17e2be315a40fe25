"""Sessions of a served app, each with a registry of its own that holds a canary."""

from tests.reader import Reader, Run
from tests.registry.clinic import as_csv

DIAGNOSES = ("dermatomyositis", "pemphigus vulgaris")


def canary(number: int) -> str:
    """A word that stands nowhere else, and in no other canary."""
    return f"Kanarienvogel{number:06}"


def sheets_with(word: str) -> dict[str, bytes]:
    """Two CSV files of two patients; the word is in their names, in every id and every centre."""
    ids = [f"{word}-1", f"{word}-2"]
    patients = [
        ["patient_id", "centre", "diagnosis", "sex", "age_at_first_ivig_years"],
        *(
            [one, f"Klinik {one}", what, "female", 54]
            for one, what in zip(ids, DIAGNOSES, strict=True)
        ),
    ]
    cycles = [
        ["patient_id", "cycle_no", "day", "dose_g_per_kg"],
        *([one, number + 1, 28 * number, 2] for one in ids for number in range(3)),
    ]
    return {
        f"patients {word}.csv": as_csv(patients).encode(),
        f"cycles {word}.csv": as_csv(cycles).encode(),
    }


async def bring(session: Reader, word: str) -> list[Run]:
    """Upload such files on the page Import, which is open, and have them shown."""
    runs = [await session.upload(sheets_with(word))]
    # Where other work takes the machine a reader is told to try again, and does.
    while any("server is busy" in each.alert.body for each in session.of_kind("alert")):
        await session.upload({})
        runs = [await session.upload(sheets_with(word))]
    runs.append(await session.press("Show it"))
    assert session.query == "dataset=own", session.query
    return runs
