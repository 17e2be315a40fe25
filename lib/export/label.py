"""What every file says of itself, so that nobody takes its figures for more than they are."""

from dataclasses import dataclass

from lib.nature import DISCLAIMER


@dataclass(frozen=True)
class Label:
    """What the figures in a file are.

    Attributes
    ----------
    cohort
        Whom they are of, in words.
    data
        Name of the registry, and what kind of data it holds.
    version
        Of the data.
    """

    cohort: str
    data: str
    version: str

    @property
    def columns(self) -> dict[str, str]:
        """For files that are read by programs: the last columns of each row."""
        return {
            "cohort": self.cohort,
            "data": self.data,
            "data_version": self.version,
            "disclaimer": DISCLAIMER,
        }

    @property
    def line(self) -> str:
        """For files that people read."""
        return f"{self.cohort} · {self.data} · data {self.version} · {DISCLAIMER}"
