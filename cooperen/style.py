"""Style of the member pages: colours, style sheet, the two scripts, and the content security policy with their hashes.

Files are read once, at start. Settings import `content_security_policy` and `accent`, so this module
reads settings only inside functions.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
# The sheets of each kind of page; of the statement's own only that page carries the weight.
SHEETS = {
    "page": ("_style.css",),
    "statement": ("_style.css", "statements/_style.css"),
    "error": ("_error_style.css",),
}
SCRIPTS = ("show_key", "countdown")
WHITE = (255, 255, 255)
# WCAG 1.4.6 (AAA), measured on the light tint of the same colour, the background of some links.
LEAST_CONTRAST = 7

Colour = tuple[int, int, int]


def parse(text: str) -> Colour:
    """`#00513b` as three numbers; ValueError for anything else."""
    if len(text) != 7 or text[0] != "#":
        raise ValueError(text)
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def luminance(colour: Colour) -> float:
    """Relative luminance, 0 to 1, as WCAG 2 defines it."""
    parts = [c / 255 for c in colour]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """Contrast between two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def accent(text: str) -> str:
    """COOP_COLOR if its contrast on its own tint is 7:1 or more; otherwise raises ImproperlyConfigured."""
    try:
        ratio = contrast(parse(text), parse(shades_of(text)["tint"]))
    except ValueError:
        raise ImproperlyConfigured(f"COOP_COLOR debe ser un color como #00513b, y dice «{text}».") from None
    if ratio < LEAST_CONTRAST:
        raise ImproperlyConfigured(
            f"COOP_COLOR {text} es muy claro para leerse: su contraste es {ratio:.1f} y se pide {LEAST_CONTRAST}."
            " Elija uno más oscuro."
        )
    return text


def blend(colour: Colour, other: Colour, share: float) -> str:
    """`share` of the first colour and the rest of the other, as `#rrggbb`."""
    mixed = (round(a * share + b * (1 - share)) for a, b in zip(colour, other, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def shades_of(color: str) -> dict[str, str]:
    """The colours of a page, derived from the cooperative's."""
    base = parse(color)
    return {
        "accent": color,
        "deep": blend(base, (0, 0, 0), 0.72),
        "soft": blend(base, WHITE, 0.05),
        "tint": blend(base, WHITE, 0.1),
        "line": blend(base, WHITE, 0.25),
    }


@cache
def style_of(color: str, name: str = "page") -> str:
    """The style of one kind of page with the cooperative's colours inserted, minified."""
    text = "\n".join([(TEMPLATES / sheet).read_text(encoding="utf-8") for sheet in SHEETS[name]])
    for name, shade in shades_of(color).items():
        text = text.replace(f"var(--{name})", shade)
    return squeeze(text)


def squeeze(text: str) -> str:
    """A style sheet without comments and superfluous white space."""
    while "/*" in text:
        before, _, rest = text.partition("/*")
        text = before + rest.partition("*/")[2]
    text = " ".join(text.split())
    for mark in "{};,":
        text = text.replace(f" {mark}", mark).replace(f"{mark} ", mark)
    return text.replace(": ", ":").replace(";}", "}")


@cache
def page_script(name: str) -> str:
    """The text of one script without its comments."""
    text = (TEMPLATES / f"_{name}.js").read_text(encoding="utf-8")
    return "\n".join(line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("//"))


def page_style(name: str = "page") -> str:
    """The style of one kind of page, for this cooperative."""
    from django.conf import settings

    return style_of(settings.COOP_COLOR, name)


def shades() -> dict[str, str]:
    """The colours of this cooperative."""
    from django.conf import settings

    return shades_of(settings.COOP_COLOR)


def source(text: str) -> str:
    """The CSP source of an inline text: `'sha256-…'`."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def content_security_policy(color: str) -> str:
    """The policy: own files, the inline styles and scripts; everything else is forbidden."""
    styles = " ".join([source(style_of(color, name)) for name in SHEETS])
    scripts = " ".join(source(page_script(name)) for name in SCRIPTS)
    return (
        f"default-src 'none'; style-src 'self' {styles}; script-src 'self' {scripts}; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
