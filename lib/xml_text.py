"""What no document can show: control characters and half signs.

Most of them XML can't hold, and so Word, PowerPoint and Excel; of none has a font a picture, which
PDF asks for. Those from U+0080 on are what comes of an apostrophe or € read in a wrong encoding.
"""

import re

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# So many characters a property of an Office file can hold, such as its title.
MOST_IN_A_PROPERTY = 255


def plain(text: str) -> str:
    """A text with a mark in place of what can't be shown, such as the form feed of an import."""
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
