"""What XML, and so Word, PowerPoint and Excel, can't hold: control characters and half signs.

Nor has any font a picture of them, so that a PDF can't show them.
"""

import re

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# So many characters a property of an Office file can hold, such as its title.
MOST_IN_A_PROPERTY = 255


def plain(text: str) -> str:
    """A text with a mark in place of what XML can't hold, such as the form feed of an import."""
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
