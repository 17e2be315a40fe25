"""The app opened without a browser, and what its reader reads there."""

import json

from streamlit.testing.v1 import AppTest

from tests.browser.harness import ROOT


def open_app(page: str, params: dict[str, list[str]]) -> AppTest:
    """The app on a page, with a filter from the URL."""
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    for name, values in params.items():
        app.query_params[name] = values
    app.run()
    return app if page == "overview" else app.switch_page(f"pages/{page}.py").run()


def html_of(app: AppTest) -> str:
    """Headings, remarks and tables, as HTML."""
    return "".join(element.proto.body for element in app.get("html"))


def chart_rows(app: AppTest) -> list[dict]:
    """The data that the browser gets with the charts."""
    import pyarrow as pa

    rows: list[dict] = []
    for chart in app.get("vega_lite_chart"):
        for each in chart.proto.datasets:
            rows += pa.ipc.open_stream(each.data.data).read_all().to_pylist()
    return rows


def header_of(app: AppTest) -> dict:
    """What the page's header is given to show (see ``lib.ui.page_header``)."""
    header = next(
        each
        for each in app.get("bidi_component")
        if each.proto.component_name == "ivig.page_header"
    )
    return json.loads(header.proto.json)


def texts(app: AppTest) -> str:
    """Everything that the page says in words: header, headings, remarks, tables, notices."""
    header = header_of(app)
    written = [
        *app.markdown,
        *app.subheader,
        *app.caption,
        *app.info,
        *app.warning,
    ]
    return "\n".join(
        [header["count"], header["nature"], *(str(each.value) for each in written), html_of(app)]
    )
