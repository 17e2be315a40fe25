"""Which version of a reconstructed registry a section shows."""

from lib.report.subject import Inquiry, Option, ReportError

VERSION = Option("version", "Version")


def shown(inquiry: Inquiry) -> int:
    """The version that the view asks for, the first one if it asks for none; 0 in recorded data.

    Raises
    ------
    ReportError
        If there is no such version.
    """
    asked, n_versions = inquiry.choice(VERSION), inquiry.manifest.imputations
    if not n_versions or not asked:
        return inquiry.first_version
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= n_versions):
        raise ReportError(
            f"The view asks for version {asked[:60]}; there are versions 1 to {n_versions}."
        )
    return int(asked)
