"""What our server has before and beside Streamlit's own."""

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from lib.serving.gate import Gate
from lib.serving.public import is_public, uploads_allowed


def _may_upload(session_id: str) -> bool:
    from lib.ui.login import is_let_in

    return uploads_allowed() and is_let_in(session_id)


async def _healthz(request: Request) -> PlainTextResponse:
    """Say that the server answers, for whoever watches it; it tells nothing of data or readers."""
    del request
    return PlainTextResponse("ok")


ROUTES = [Route("/healthz", _healthz)]
MIDDLEWARE = [Middleware(Gate, is_public=is_public, may_upload=_may_upload)]
