"""A reader without a browser: a session of the real server, by Streamlit's own protocol.

What the front end does for the server is done here: it sends a rerun for each change, keeps the
messages that may be kept (`ForwardMsgCache`) and tells the server of them, and follows the address
and the page that a run ends on. Nothing is drawn.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import TypeVar
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLsResponse, UploadedFileInfo
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

# Streamlit's front end lets a message go that so many runs have not asked for.
MAX_MESSAGE_AGE_RUNS = 2
SIDEBAR = "ivig.sidebar"
# What comes back from a component: Streamlit's own name for it.
EVENTS_OF = "$$STREAMLIT_INTERNAL_KEY_{}__events"
MOST_FIELDS = 3
T = TypeVar("T")


@dataclass
class Run:
    """What one change brought: how long it took, and what was sent.

    Attributes
    ----------
    seconds
        From sending the rerun to the end of the last script that it led to: a change of page is
        two runs on the server.
    largest_bytes, n_bytes
        Of the largest message, and of all.
    elements
        Those drawn anew, and those that the reader had kept.
    """

    seconds: float = 0.0
    largest_bytes: int = 0
    n_bytes: int = 0
    elements: list[Element] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """What the page shows as an error: by name, without the words, which may be of data."""
        return [f"exception: {each.exception.type}" for each in self._all("exception")] + [
            "error on the page" for each in self._all("alert") if each.alert.format == 1
        ]

    def _all(self, kind: str) -> list[Element]:
        return [each for each in self.elements if each.WhichOneof("type") == kind]


class Reader:
    """One session. Use `reader` to open it."""

    def __init__(self, socket: ClientConnection, url: str, page: str, query: str) -> None:
        self.socket, self.url, self.page, self.query = socket, url, page, query
        self.page_hash = self.session_id = ""
        # Told every message as it came, before anything is made of it.
        self.hear: Callable[[bytes], object] = lambda _: None
        self.shown: list[Element] = []
        self.sections: list[dict] = []
        self.fields: list[dict] = []
        self._sidebar_id = ""
        self._sequence = 0
        self._n_runs = 0
        # Of the boxes for files: what is in them goes with every rerun.
        self._boxes: dict[str, WidgetState] = {}
        # By hash: the message, and the run that asked for it last.
        self._kept: dict[str, tuple[ForwardMsg, int]] = {}

    async def open(self) -> Run:
        """The first run of the session, which the address asks for."""
        return await self._rerun(BackMsg())

    async def choose(self, selection: dict) -> Run:
        """Filter: the whole selection, by field, as `lib.ui.sidebar` sends it."""
        self._sequence += 1
        return await self._send_event(
            "selection", {"sequence": self._sequence, "fields": selection}
        )

    async def go_to(self, title: str) -> Run:
        """Follow the link of another page."""
        return await self._send_event("page", title)

    @property
    def titles(self) -> list[str]:
        """Of the pages that the sidebar leads to, but the present one."""
        pages = [page for section in self.sections for page in section["pages"]]
        return [page["title"] for page in pages if not page["current"]]

    @property
    def selection(self) -> dict:
        """What the sidebar shows as selected, by field; ranges and flags are left alone."""
        chosen = {}
        for each in self.fields:
            values = [row["value"] for row in each.get("options", ()) if row["selected"]]
            if values:
                chosen[each["name"]] = values
        return chosen

    def options(self) -> list[tuple[str, str]]:
        """(field, value) of the options that a click would leave somebody of, or take away."""
        chosen = self.selection
        return [
            (each["name"], row["value"])
            for each in self.fields
            for row in each.get("options", ())
            if row["selected"]
            or (row["count"] and (each["name"] in chosen or len(chosen) < MOST_FIELDS))
        ]

    async def click(self, name: str, value: str) -> Run:
        """Click on an option of the filter, which adds it or takes it away."""
        chosen = self.selection
        chosen[name] = sorted({*chosen.get(name, ())} ^ {value})
        return await self.choose({name: values for name, values in chosen.items() if values})

    async def upload(self, files: Mapping[str, bytes]) -> Run:
        """Put files, by name, into the page's box in the place of what is in it."""
        box = next(each.file_uploader for each in self.of_kind("file_uploader"))
        message = BackMsg()
        message.file_urls_request.request_id = box.id
        message.file_urls_request.file_names.extend(files)
        await self.socket.send(message.SerializeToString())
        urls = (await self._file_urls()).file_urls
        state = WidgetState(id=box.id)
        infos = state.file_uploader_state_value.uploaded_file_info
        for (name, content), url in zip(files.items(), urls, strict=True):
            await asyncio.to_thread(_put, self.url, url.upload_url, name, content)
            infos.append(
                UploadedFileInfo(name=name, size=len(content), file_id=url.file_id, file_urls=url)
            )
        self._boxes = {box.id: state}
        return await self._rerun(BackMsg())

    async def press(self, label: str) -> Run:
        """Click on the button whose words begin so."""
        [button] = [
            each.button for each in self.of_kind("button") if each.button.label.startswith(label)
        ]
        message = BackMsg()
        message.rerun_script.widget_states.widgets.add(id=button.id, trigger_value=True)
        return await self._rerun(message)

    def of_kind(self, kind: str) -> list[Element]:
        """What of a kind is on the page."""
        return [each for each in self.shown if each.WhichOneof("type") == kind]

    async def _file_urls(self) -> FileURLsResponse:
        while True:
            data = await self.socket.recv()
            self.hear(data)
            message = ForwardMsg.FromString(data)
            if message.WhichOneof("type") == "file_urls_response":
                return message.file_urls_response

    async def _send_event(self, event: str, value: object) -> Run:
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add()
        state.id = EVENTS_OF.format(self._sidebar_id)
        state.json_trigger_value = json.dumps([{"event": event, "value": value}])
        return await self._rerun(message)

    async def _rerun(self, message: BackMsg) -> Run:
        asked = message.rerun_script
        asked.query_string = self.query
        if self.page_hash:
            asked.page_script_hash = self.page_hash
        else:
            asked.page_name = self.page
        asked.widget_states.widgets.extend(self._boxes.values())
        asked.cached_message_hashes.extend(self._kept)
        asked.context_info.timezone = "UTC"
        asked.context_info.locale = "en-US"
        asked.context_info.url = f"{self.url}/{self.page}"
        asked.context_info.color_scheme = "light"
        run, began = Run(), time.perf_counter()
        await self.socket.send(message.SerializeToString())
        while not self._receive(await self.socket.recv(), run):
            pass
        run.seconds = time.perf_counter() - began
        self._n_runs += 1
        self._kept = {
            name: (kept, last)
            for name, (kept, last) in self._kept.items()
            if self._n_runs - last <= MAX_MESSAGE_AGE_RUNS
        }
        return run

    def _receive(self, data: bytes, run: Run) -> bool:
        """Take in one message; whether it ends the run."""
        self.hear(data)
        run.n_bytes += len(data)
        run.largest_bytes = max(run.largest_bytes, len(data))
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            message = self._kept[message.ref_hash][0]
            kind = message.WhichOneof("type")
            self._kept[message.hash] = message, self._n_runs
        elif message.metadata.cacheable:
            self._kept[message.hash] = message, self._n_runs
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._draw(message.delta.new_element, run)
        elif kind == "new_session":
            self.session_id = message.new_session.initialize.session_id
            self.shown = []
        elif kind == "navigation":
            self.page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        return kind == "script_finished" and (
            message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        )

    def _draw(self, element: Element, run: Run) -> None:
        run.elements.append(element)
        self.shown.append(element)
        component = element.bidi_component
        if component.component_name == SIDEBAR:
            shown = json.loads(component.json or component.mixed.json)
            self._sidebar_id = component.id
            self.sections, self.fields = shown["sections"], shown["fields"]


def _put(url: str, path: str, name: str, content: bytes) -> None:
    """Send a file as the front end does, with the token against requests of other sites."""
    cookies = CookieJar()
    browser = build_opener(HTTPCookieProcessor(cookies))
    browser.open(f"{url}/_stcore/health", timeout=30).close()
    [token] = [each.value for each in cookies if each.name == "_streamlit_xsrf"]
    boundary = uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    request = Request(
        url + path,
        data=head.encode() + content + f"\r\n--{boundary}--\r\n".encode(),
        headers={
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "X-Xsrftoken": token,
        },
        method="PUT",
    )
    browser.open(request, timeout=60).close()


@asynccontextmanager
async def reader(
    url: str, page: str = "", query: str = "", session_id: str = ""
) -> AsyncIterator[Reader]:
    """A session of the server at `url`, connected; its first run is still to be asked for.

    With a ``session_id`` it is one whose connection was lost, and that the reader comes back to.
    """
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    # The place between is that of the token of who has logged in.
    protocols = ["streamlit", "none", session_id] if session_id else ["streamlit"]
    async with connect(address, subprotocols=protocols, max_size=None) as socket:
        yield Reader(socket, url, page, query)


def in_a_loop(asked: Coroutine[None, None, T]) -> T:
    """In a thread of its own: that of this worker may have the browser's loop running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asked).result()
