"""The app's icon as an address that needs no file on the server.

Streamlit forgets a file of which a later run says nothing, and the browser asks for it again.
"""

from base64 import b64encode
from pathlib import Path

_FILE = Path(__file__).parents[2] / "docs" / "icon.png"
ICON = f"data:image/png;base64,{b64encode(_FILE.read_bytes()).decode()}"
