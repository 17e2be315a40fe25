"""Where the project's own data stand."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
CASE_SERIES = DATA / "case_series"
DEMO_REGISTRY = DATA / "demo_registry"
PUBLICATIONS = DATA / "publications"
