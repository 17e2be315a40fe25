"""The packet as a file: a preview, the making of it in a format, and saving the composition."""

import hashlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from functools import partial
from itertools import chain

import streamlit as st

from lib.ask import ask_together
from lib.datasets import OWN
from lib.errors import UserFacingError
from lib.export.pictures import svg
from lib.report.composition import MAX_FILE_BYTES, Composition
from lib.report.content import Chart, Packet, Question, Section
from lib.report.file_name import file_name
from lib.report.formats import FORMATS, WRITTEN_AT_ONCE, Format
from lib.report.making import make
from lib.report.subject import Subject
from lib.serving.audit import Action, append
from lib.serving.public import uploads_allowed
from lib.ui import audit, packet
from lib.ui.choice import choice
from lib.ui.cohort_state import current_cohort, size
from lib.ui.data import dataset, warehouse
from lib.ui.disclosure import threshold
from lib.ui.frame import show_error

# In the session: the preview and the file that were made last, each with what it was made of; with
# the preview what it asked, too.
_PREVIEW, _MADE, _TEMPLATE = "packet_preview", "packet_made", "packet_template"
PREVIEW_HEIGHT = 640
SAVED = "packet_file"
# What draws is one process, see `lib.export.pictures`: it has always something to do.
_DRAWING = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing")


def preview() -> None:
    """Draw the packet as it will read; it is made anew when something of it has changed."""
    composition = packet.present()
    asked = _asked(composition, "preview")
    kept = st.session_state.get(_PREVIEW)
    if kept is None or kept[0] != asked:
        try:
            content, questions = _previewed(composition, kept[2] if kept else [])
        except UserFacingError as error:
            show_error(error)
            return
        kept = st.session_state[_PREVIEW] = (asked, content, questions)
    # Its own policy forbids scripts and requests; every word in it is escaped.
    st.iframe(kept[1], height=PREVIEW_HEIGHT, alt="Preview of the packet")


def _previewed(composition: Composition, before: list[Question]) -> tuple[str, list[Question]]:
    """The packet as HTML, and what it asked of the cohort.

    The one ``before`` most likely asked the same: all of that is asked side by side. Charts are
    drawn while the next section is made; those of a preview that is given up, no more.
    """
    cohort, source = current_cohort(), warehouse()
    # Of a registry that is shared outside an answer may be refused: it is, where it is asked for. A
    # large one is asked section by section, so that a click ends it between two of them.
    is_quick = source.file is None and not threshold(source)
    if is_quick and size(cohort)["n_patients_highest"]:
        ask_together(source, [(each.name, each.parameters) for each in before], cohort)
    drawn_ahead: list[Future] = []
    try:
        made = _made(composition, lambda section: drawn_ahead.extend(_draw_ahead(section)))
        content = FORMATS["html"].write(made, draw=_kept_picture)
    finally:
        for each in drawn_ahead:
            each.cancel()
    questions = chain.from_iterable(section.questions for section in made.sections)
    return content.decode("utf-8"), [each for each in questions if each.cohort == cohort]


def offer_file() -> None:
    """Offer the packet in a format: make it, with its progress, then take it away."""
    labels = {each.label: each for each in FORMATS.values()}
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with row:
        wanted = labels[choice("Format", packet.FORMAT_PARAMETER, labels)]
    template = _template() if wanted.suffix == "pptx" else None
    composition = packet.present()
    asked = _asked(composition, wanted.suffix, template or b"")
    kept = st.session_state.get(_MADE)
    if kept is None or kept[0] != asked:
        asks = row.button("Make the file", icon=":material/build:", key="packet_make")
        if not asks:
            return
        try:
            name = _name(composition, wanted.suffix)
            kept = (asked, _file(composition, wanted, template), name)
            append(audit.about_present_data(Action.EXPORTED))
        except UserFacingError as error:
            show_error(error)
            return
        st.session_state[_MADE] = kept
    row.download_button(
        "Download",
        kept[1],
        file_name=kept[2],
        mime=wanted.mime,
        key="packet_download",
        on_click="ignore",
        icon=":material/download:",
        type="primary",
    )


def exchange_composition(*, fits_link: bool) -> None:
    """Offer the composition as a small file, and take one in."""
    opened = st.popover(
        "Save, open",
        type="tertiary",
        icon=":material/swap_vert:",
        key="packet_exchange",
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened:
        st.caption(
            "The link above holds the packet, too."
            if fits_link
            else "The packet is too long for a link: save it as a file."
        )
        composition = packet.present()
        st.download_button(
            "Save the composition",
            composition.to_json(),
            file_name=_name(composition, "json"),
            mime="application/json",
            key="packet_save",
            on_click="ignore",
            icon=":material/save:",
        )
        if uploads_allowed():
            st.file_uploader(
                f"Open one (JSON, at most {MAX_FILE_BYTES // 1000} kB)",
                type="json",
                max_upload_size=1,
                key=SAVED,
            )
    file = st.session_state.get(SAVED)
    if file is not None and st.session_state.get("packet_opened") != file.file_id:
        st.session_state["packet_opened"] = file.file_id
        view = packet.open_file(file.getvalue())
        if view is None:
            # What is wrong with it is said at the head of the page.
            st.rerun()
        st.switch_page("pages/report.py", query_params=view)


def _name(composition: Composition, suffix: str) -> str:
    """What the file is called of the cohort that is on the screen, made today."""
    whom = Subject(warehouse(), dataset().name, threshold(warehouse()), {}, current_cohort())
    return file_name(whom, date.today(), suffix, is_public=composition.is_public)


def _asked(composition: Composition, form: str, further: bytes = b"") -> tuple:
    """All that a file depends on."""
    source = warehouse()
    digest = hashlib.sha256(further).hexdigest()
    return composition, source.manifest.version, threshold(source), form, digest


def _made(
    composition: Composition, section_made: Callable[[Section], None] = lambda _: None
) -> Packet:
    bar = st.progress(0.0)
    try:
        return make(
            composition,
            warehouse(),
            dataset().name,
            threshold(warehouse()),
            address="" if dataset().name == OWN else (st.context.url or ""),
            progress=lambda place, n, label: bar.progress(place / n, f"{label} …"),
            section_made=section_made,
        )
    finally:
        bar.empty()


def _draw_ahead(section: Section) -> list[Future]:
    """Begin to draw a section's charts; what can be given up as long as it waits."""
    charts = (block for block in section.blocks if isinstance(block, Chart))
    begun = [warehouse().results.ahead(*_picture(each.spec), _DRAWING) for each in charts]
    return [each for each in begun if each]


def _kept_picture(spec: Mapping) -> str:
    """A chart as SVG, kept with the registry: most of a preview is as it was before."""
    return warehouse().results.get(*_picture(spec))


def _picture(spec: Mapping) -> tuple[tuple, Callable[[], str]]:
    """The key of a chart's picture, and what draws it."""
    digest = hashlib.sha256(json.dumps(spec, sort_keys=True, default=str).encode()).hexdigest()
    return ("svg", digest), partial(svg, spec)


def _file(composition: Composition, wanted: Format, template: bytes | None) -> bytes:
    options = {"template": template} if template else {}
    made = _made(composition)
    waited = st.empty()
    with st.spinner(f"Writing {wanted.label} …", show_time=True):
        try:
            return wanted.write(made, lambda n: waited.caption(waiting_words(n)), **options)
        finally:
            waited.empty()


def waiting_words(n_before: int) -> str:
    """Why a file is not being written yet."""
    others = "1 file of others is" if n_before == 1 else f"{n_before} files of others are"
    return f"{others} written first: this server writes {WRITTEN_AT_ONCE} at a time."


def _template() -> bytes | None:
    """The department's own slides, if the reader brings them."""
    if not uploads_allowed():
        return None
    file = st.file_uploader(
        "Your department's slides (optional)",
        type=["pptx", "potx"],
        max_upload_size=50,
        key=_TEMPLATE,
    )
    return file.getvalue() if file else None
