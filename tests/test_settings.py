"""The settings of .streamlit/config.toml are ones that the pinned Streamlit reads."""

import tomllib
from pathlib import Path

import pytest
from streamlit import config

CONFIG = Path(__file__).parents[1] / ".streamlit" / "config.toml"
SETTINGS = [
    (f"{section}.{name}", value)
    for section, settings in tomllib.loads(CONFIG.read_text()).items()
    for name, value in settings.items()
    if section != "theme"
]


@pytest.mark.parametrize(("name", "value"), SETTINGS)
def test_streamlit_knows_the_setting(name: str, value: object):
    assert config.get_option(name) == value


def test_tables_have_no_export_of_their_own():
    assert ("client.disableDataExport", True) in SETTINGS
