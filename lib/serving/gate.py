"""What stands before Streamlit's own server: every request passes it, and every answer."""

import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from lib.serving.error_ids import error_id, what_happened
from lib.serving.headers import security_headers
from lib.serving.hosts import ALLOWED_HOSTS, is_allowed

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_log = logging.getLogger(__name__)
_UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/")
# Streamlit's own fonts are not: the browser is to keep them.
_MADE_OF_DATA = re.compile(r"(?<!/static)/media/")
# Closing code of a websocket: against the server's policy. The browser is answered 403.
_REFUSED = 1008
WRONG_HOST = (
    "This server does not answer under this name. Ask who runs it for its address; the names it "
    f"answers under are the setting {ALLOWED_HOSTS}."
)
NO_UPLOAD = "This server takes no file from this session: uploads are turned off, or need a login."


class Gate:
    """Refuses foreign host names and uploads that are not allowed; writes the security headers.

    Parameters
    ----------
    app
        The server behind it.
    is_public
        Whether the server has nothing but published and synthetic data.
    may_upload
        Whether a session, by its id, may bring a file.
    """

    def __init__(
        self, app: Callable, is_public: Callable[[], bool], may_upload: Callable[[str], bool]
    ) -> None:
        self._app, self._is_public, self._may_upload = app, is_public, may_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request, as ASGI hands it over, and see to its answer."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        is_right_host = is_allowed(_header(scope, b"host"))
        if scope["type"] == "websocket":
            if is_right_host:
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": _REFUSED})
            return
        send = self._with_headers(scope["path"], send)
        upload = _UPLOAD.search(scope["path"])
        if not is_right_host:
            await _say(send, 400, WRONG_HOST)
        elif upload and scope["method"] == "PUT" and not self._may_upload(upload["session"]):
            await _say(send, 403, NO_UPLOAD)
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def sent(message: MutableMapping[str, Any]) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception as error:
            if has_begun:
                raise
            _log.exception("A request was not answered")
            await _say(send, 500, what_happened(error_id(error)))

    def _with_headers(self, path: str, send: Send) -> Send:
        is_made_of_data = bool(_MADE_OF_DATA.search(path))
        ours = security_headers(is_public=self._is_public(), is_made_of_data=is_made_of_data)
        names = {name for name, _ in ours}

        async def sent(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                theirs = [each for each in message["headers"] if each[0].lower() not in names]
                message = {**message, "headers": [*theirs, *ours]}
            await send(message)

        return sent


def _header(scope: Scope, name: bytes) -> str:
    return next((value for key, value in scope["headers"] if key == name), b"").decode("latin-1")


async def _say(send: Send, status: int, sentence: str) -> None:
    """Answer with a sentence."""
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode()})
