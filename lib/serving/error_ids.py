"""What went wrong unforeseen: told to the reader and to the log by an id, without any value.

The message of an error may hold a cell of somebody's sheet. So neither of them gets it: the log
has the kind of error and the lines of code that led to it, the reader a sentence with the id.
"""

import asyncio
import logging
import secrets
import threading
import traceback
from collections.abc import Iterator

from lib.errors import UserFacingError

# In the attributes of an error.
_ID = "error_id"
_log = logging.getLogger(__name__)


def error_id(error: BaseException) -> str:
    """Eight hexadecimal digits, the same each time for the same error."""
    return error.__dict__.setdefault(_ID, secrets.token_hex(4))


def what_happened(known_as: str) -> str:
    """The sentence for the reader."""
    return (
        f"Something went wrong that should not: error {known_as}. Try it once more; if it happens "
        "again, tell who runs the server this number: the log says under it where it happened."
    )


def as_logged(error: BaseException) -> str:
    """Kind and lines of code of an error, and of those that it came from, without their words."""
    lines = [f"error {error_id(error)}"]
    for each in _with_causes(error):
        lines.append(f"{type(each).__module__}.{type(each).__qualname__}, raised in")
        frames = traceback.walk_tb(each.__traceback__)
        lines += [
            f"  {frame.f_code.co_filename}:{line}:{frame.f_code.co_name}" for frame, line in frames
        ]
    return "\n".join(lines)


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """An error, and what each of them came from; of several together each with its own."""
    to_tell, told = [error], set()
    while to_tell:
        each = to_tell.pop(0)
        if id(each) not in told:
            told.add(id(each))
            yield each
            causes = (each.__cause__ or each.__context__, *getattr(each, "exceptions", ()))
            to_tell += [cause for cause in causes if isinstance(cause, BaseException)]


def keep_values_out_of_logs() -> None:
    """From now on no error that this process logs, in any library, brings its words along.

    Of an error that somebody has written into a sentence first the words stay: none of ours does.
    """
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    )
    logging.setLogRecordFactory(_record)
    threading.excepthook = _log_end_of_thread


def _record(*arguments: object, **options: object) -> logging.LogRecord:
    record = logging.LogRecord(*arguments, **options)
    error = record.exc_info and record.exc_info[1]
    if error:
        record.exc_text = as_logged(error)
    record.exc_info = None
    record.msg = _without_words(record.msg)
    if isinstance(record.args, tuple):
        record.args = tuple(map(_without_words, record.args))
    return record


def _without_words(argument: object) -> object:
    """An error among the arguments of a message; our own sentences hold no patient's data."""
    is_foreign = isinstance(argument, BaseException) and not isinstance(argument, UserFacingError)
    return type(argument).__qualname__ if is_foreign else argument


def log_end_of_task(loop: asyncio.AbstractEventLoop, told: dict[str, object]) -> None:
    """Handle what nobody waits for in the server's loop; Python's own way repeats the words."""
    del loop
    _log.error("A task of the server was ended by an error", exc_info=told.get("exception"))


def _log_end_of_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None and not isinstance(ended.exc_value, SystemExit):
        _log.error("A thread was ended by an error", exc_info=ended.exc_value)
