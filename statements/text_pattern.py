"""A pattern that finds a word in a concept regardless of case and accents. Pure."""

import re

# Both cases are named: a database may know the capitals of ASCII only.
ALIKE = ["aáàäâ", "eéèëê", "iíìïî", "oóòöô", "uúùüû", "nñ", "cç"]
CLASSES = {letter: f"[{group}{group.upper()}]" for group in ALIKE for letter in group}


def pattern_of(text: str) -> str:
    """A regular expression that finds «Nómina» for «nomina»; no character of the text has a special meaning in it."""
    return "".join(CLASSES.get(letter, re.escape(letter)) for letter in text.lower())
