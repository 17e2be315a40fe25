"""Errors a user is meant to read: what happened, which value, what is allowed, what to do."""


class UserFacingError(Exception):
    """A problem whose message is shown as it stands, without a traceback.

    The message never holds a patient's data: it may reach a log.
    """


class RegistryError(UserFacingError):
    """A registry folder is missing, damaged, or not in the shape of the schema."""


class RegistryThereError(RegistryError):
    """There is a registry already where one was to be made."""


class OpeningStoppedError(RegistryError):
    """The preparation of a large registry was stopped."""

    def __init__(self) -> None:
        super().__init__(
            "Preparing this registry was stopped, and what was begun is deleted. Open it again to "
            "begin anew, or choose another one."
        )


class NotPreparedYetError(Exception):
    """A part of a large registry is asked for that is prepared after the others are shown.

    No problem to be shown: the frame says how far that part is, in the place of the page.
    """


class PublicationError(UserFacingError):
    """A publication's facts and claims are malformed or can't hold together."""


class SourceError(UserFacingError):
    """A file of the user can't be read as sheets of data."""


class QueryRefusedError(UserFacingError):
    """A reader's own query can't be run, or was stopped."""


class QueryStoppedError(QueryRefusedError):
    """A query was stopped for want of time or memory; the next try may go better."""


class WithheldError(UserFacingError):
    """What was asked for may not be shown of a registry that is shared outside."""
