"""Serve the app as ``python -m streamlit`` does, and say on SIGUSR1 what is alive in the process.

Nothing is collected for the count: what is there is there.
"""

import gc
import json
import os
import signal
from collections import Counter
from pathlib import Path

from streamlit.web.cli import main

# Where the counts go, by the name of the class.
COUNTS = "COUNTS_FILE"


def tell(*_: object) -> None:
    """Write how many objects there are of each class that holds data of a session."""
    from streamlit.runtime.app_session import AppSession
    from streamlit.runtime.uploaded_file_manager import UploadedFileRec

    from lib.registry.importer.reading import Reading
    from lib.warehouse import Warehouse

    classes = (AppSession, Warehouse, Reading, UploadedFileRec)
    found = Counter(type(each).__name__ for each in gc.get_objects() if isinstance(each, classes))
    target = Path(os.environ[COUNTS])
    beside = target.with_suffix(".new")
    beside.write_text(json.dumps(found), encoding="utf-8")
    beside.replace(target)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, tell)
    main(prog_name="streamlit")
