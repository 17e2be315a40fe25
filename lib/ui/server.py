"""What our server has before and beside Streamlit's own."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from lib.serving.gate import Gate
from lib.serving.public import is_public, uploads_allowed
from lib.ui.streamlit_internals import start_page

PAGES = Path(__file__).parents[2] / "pages"


def _may_upload(session_id: str) -> bool:
    from lib.ui.login import is_let_in

    return uploads_allowed() and is_let_in(session_id)


async def _healthz(request: Request) -> PlainTextResponse:
    """Say that the server answers, for whoever watches it; it tells nothing of data or readers."""
    del request
    return PlainTextResponse("ok")


async def _start_page(request: Request) -> HTMLResponse:
    """Any page: what is on it comes later, over the websocket."""
    del request
    return HTMLResponse(start_page(), headers={"Cache-Control": "no-cache"})


def paths_of_pages(base: str) -> list[str]:
    """Where the pages are; ``base`` is Streamlit's ``server.baseUrlPath``, most often empty."""
    root = f"/{base.strip('/')}/" if base.strip("/") else "/"
    return [root, *(f"{root}{page.stem}" for page in sorted(PAGES.glob("*.py")))]


ROUTES = [
    Route("/healthz", _healthz),
    *(Route(path, _start_page) for path in paths_of_pages(st.get_option("server.baseUrlPath"))),
]
MIDDLEWARE = [Middleware(Gate, is_public=is_public, may_upload=_may_upload)]
