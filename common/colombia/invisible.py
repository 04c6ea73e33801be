"""Invisible characters that are pasted along with text, and their removal. Pure."""

# Unicode's category Cf («format»): soft hyphen, zero-width characters, direction marks, byte order mark, tags.
FORMAT_RANGES = [
    (0x00AD, 0x00AD), (0x0600, 0x0605), (0x061C, 0x061C), (0x06DD, 0x06DD), (0x070F, 0x070F), (0x0890, 0x0891),
    (0x08E2, 0x08E2), (0x180E, 0x180E), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x206F),
    (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0x110BD, 0x110BD), (0x110CD, 0x110CD), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0001, 0xE0001), (0xE0020, 0xE007F),
]  # fmt: skip
INVISIBLE = "".join(chr(code) for first, last in FORMAT_RANGES for code in range(first, last + 1))
SPACES = " \t\r\n\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"

_NOTHING = str.maketrans("", "", INVISIBLE)


def without_invisible(text: str) -> str:
    """The text without invisible characters."""
    return text if text.isascii() else text.translate(_NOTHING)
