"""Where things live and which way they flow, read from the sources: no module is imported."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAX_PAGE_LINES = 100

# From the frame inwards; a module imports from its own layer or further in.
# Pages and the frame are imported by nobody: st.navigation opens pages by path.
LAYERS = {"app": 3, "pages": 2, "lib.ui": 1, "lib": 0}
# They start the run again where a page was opened without the frame (lib/ui/cohort_state.py).
ASK_FOR_THE_FRAME = {"current_cohort", "need_frame"}
RUNS_SQL = {"execute", "executemany", "sql"}
# DuckDB can't bind a value to a kept plan, only quote it (tests/test_warehouse.py says how well).
KEEPS_PLANS = ("lib.warehouse", "Reader")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources(*folders: str) -> dict[str, Path]:
    paths = (path for folder in folders for path in sorted(ROOT.joinpath(folder).rglob("*.py")))
    return {module_name(path): path for path in paths}


FRAME_AND_PAGES = {"app": ROOT / "app.py"} | sources("pages")
# What a clinic starts without the app, and what the app starts; they need no more installed.
COMMANDS = (
    "lib.own_query_child",
    "lib.prepared.builder",
    "lib.registry.importer.__main__",
    "lib.registry.importer.child",
    "lib.registry.template",
    "lib.export.pictures_child",
    "lib.report.pdf_child",
)
MODULES = FRAME_AND_PAGES | sources("lib")
TESTS = sources("tests")


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def layer(module: str) -> int:
    return next(rank for package, rank in LAYERS.items() if within(module, package))


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, lazily too; `from a import b` gives a, and a.b if it is one."""
    package = module_name(path.parent / "__init__.py").split(".")
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            yield module
            names = (f"{module}.{alias.name}" for alias in node.names)
            yield from (name for name in names if name in MODULES)


def with_packages(module: str) -> set[str]:
    """A module and the packages around it, which are run when it is imported."""
    parts = module.split(".")
    return {".".join(parts[: n + 1]) for n in range(len(parts))}


def reached_by_the_app() -> set[str]:
    """Everything the running app can import, or a command: modules of the project and of others."""
    reached, to_visit = set(), {*FRAME_AND_PAGES, *COMMANDS}
    while to_visit:
        module = to_visit.pop()
        reached.add(module)
        if module in MODULES:
            imported = set().union(*map(with_packages, imports(MODULES[module])))
            to_visit |= imported - reached
    return reached


def distributions(modules: set[str]) -> set[str]:
    """The installed distributions that modules of others come from."""
    roots = {module.split(".")[0] for module in modules}
    others = roots - sys.stdlib_module_names - {"app", "pages", "lib", "tests"}
    known = packages_distributions()
    return {normalised(known.get(root, [root])[0]) for root in others}


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement_lines(file_name: str) -> list[str]:
    lines = (ROOT / file_name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r"))]


def required(file_name: str) -> set[str]:
    return {normalised(line.split("==")[0]) for line in requirement_lines(file_name)}


@pytest.mark.parametrize("module", MODULES)
def test_streamlit_stays_in_the_frame_the_pages_and_lib_ui(module: str):
    uses_streamlit = any(within(name, "streamlit") for name in imports(MODULES[module]))
    assert not uses_streamlit or layer(module) >= LAYERS["lib.ui"]


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_inwards(module: str):
    own = {name for name in imports(MODULES[module]) if name.split(".")[0] in {"lib", "pages"}}
    outwards = {name for name in own if layer(name) > min(layer(module), LAYERS["lib.ui"])}
    assert not outwards
    assert not any(
        within(name, root) for name in imports(MODULES[module]) for root in ("app", "tests")
    )


def test_the_running_app_never_reaches_the_reconstruction():
    building = {
        module
        for module in reached_by_the_app()
        if within(module, "lib.publication") or within(module, "ortools")
    }
    assert not building


def test_requirements_are_what_the_running_app_imports():
    assert distributions(reached_by_the_app()) == required("requirements.txt")


def test_tests_and_builds_import_only_what_is_required():
    imported = set().union(*map(imports, (MODULES | TESTS).values()))
    assert distributions(imported) <= required("requirements.txt") | required(
        "requirements-dev.txt"
    )


@pytest.mark.parametrize(
    "file_name",
    [
        "requirements.txt",
        "requirements-dev.txt",
        ".deploy/requirements-hospital.txt",
        ".deploy/requirements-supply.txt",
    ],
)
def test_requirements_are_pinned_and_justified(file_name: str):
    for line in requirement_lines(file_name):
        assert re.fullmatch(r"[\w.-]+==\S+ +# \S.*", line), line


@pytest.mark.parametrize("page", sources("pages").values(), ids=lambda path: path.stem)
def test_a_page_is_short(page: Path):
    assert len(page.read_text().splitlines()) <= MAX_PAGE_LINES


@pytest.mark.parametrize("page", sources("pages").values(), ids=lambda path: path.stem)
def test_a_page_asks_for_the_frame_before_it_draws_anything(page: Path):
    """In the first run of a server, a widget drawn without the frame never gets into the URL."""
    body = ast.parse(page.read_text()).body
    draw = next(node for node in body if getattr(node, "name", None) == "main")
    _docstring, first, *_ = draw.body
    called = next(node.func for node in ast.walk(first) if isinstance(node, ast.Call))
    assert called.id in ASK_FOR_THE_FRAME


def test_errors_are_shown_in_one_place_which_escapes_them():
    showing = [name for name, path in MODULES.items() if "st.error(" in path.read_text()]
    assert showing == ["lib.ui.frame"]


@pytest.mark.parametrize("module", MODULES)
def test_what_is_inside_streamlit_is_used_in_one_place(module: str):
    # The type of an uploaded file has no other address.
    inside = {
        name
        for name in imports(MODULES[module])
        if within(name, "streamlit.runtime") and name != "streamlit.runtime.uploaded_file_manager"
    }
    assert not inside or module == "lib.ui.streamlit_internals"


def how_to_add() -> str:
    """What the README tells a contributor to touch."""
    readme = (ROOT / "README.md").read_text()
    return readme.partition("### How to add")[2].partition("`make data`")[0]


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w./]+(?:/|\.\w+))`", how_to_add()))))
def test_a_path_in_how_to_add_exists(path: str):
    beside = (ROOT, ROOT / "lib" / "registry" / "importer", ROOT / "data" / "reference")
    assert any((folder / path).exists() for folder in beside)


@pytest.mark.parametrize(
    ("name", "path"), re.findall(r"`(\w+)(?:\(\))?` of\s+`([\w./]+)`", how_to_add())
)
def test_a_name_in_how_to_add_is_defined_where_it_says(name: str, path: str):
    text = (ROOT / path).read_text()
    assert re.search(rf"^(def {name}\(|{name}\b.* = )", text, re.MULTILINE)


@pytest.mark.parametrize("module", MODULES)
def test_sql_is_never_put_together_from_strings(module: str):
    tree = ast.parse(MODULES[module].read_text())
    keeping_plans = {
        node
        for definition in tree.body
        if (module, getattr(definition, "name", None)) == KEEPS_PLANS
        for node in ast.walk(definition)
    }
    for node in ast.walk(tree):
        runs_sql = isinstance(node, ast.Call) and getattr(node.func, "attr", None) in RUNS_SQL
        if runs_sql and node not in keeping_plans:
            for argument in node.args:
                assert not is_formatted(argument), f"line {node.lineno}"


def is_formatted(node: ast.expr) -> bool:
    """Whether an expression is an f-string, a sum, a `%` or a `.format(…)` of strings."""
    return isinstance(node, ast.JoinedStr | ast.BinOp) or (
        isinstance(node, ast.Call) and getattr(node.func, "attr", None) == "format"
    )


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("f'select {x}'", True),
        ("'select ' + x", True),
        ("'select %s' % x", True),
        ("'select {}'.format(x)", True),
        ("'select $x'", False),
        ("read(name)", False),
    ],
)
def test_formatted_sql_is_recognised(expression: str, expected: bool):
    assert is_formatted(ast.parse(expression, mode="eval").body) is expected


def test_no_module_is_called_utils():
    assert not [name for name in MODULES if re.search(r"\b(utils?|helpers?|misc)\b", name)]


@pytest.mark.xdist_group("house")
def test_a_group_of_tests_is_known_to_the_workers(request: pytest.FixtureRequest):
    """Else each worker starts servers and browsers of its own, and they wait for each other."""
    in_groups = hasattr(request.config, "workerinput") and request.config.getvalue("loadgroup")
    assert request.node.nodeid.endswith("@house") or not in_groups
