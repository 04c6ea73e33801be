"""The file that settings come from (`.env`, or the one ENV_FILE names), and the line each one stands in.

django-environ reads it; what that would skip in silence (an indented line, `NAME = value`, `NAME: value`, a byte-order mark)
and a name that no setting has are refused here, with the file and the line.
"""

import os
import re
from difflib import get_close_matches
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

LINE = re.compile(r"(?:export )?([A-Za-z_0-9]+)=")  # what django-environ reads
IGNORED = re.compile(r"#|$")

_lines: dict[str, int] = {}  # name -> line of the file; empty if a name comes from the process's environment
_path = Path()


def read(default: Path) -> None:
    """Read the file into the environment, whose own variables win. Raises ImproperlyConfigured if it cannot be read."""
    global _path
    given = os.environ.get("ENV_FILE")
    _path = Path(given or default)
    _lines.clear()
    if given or _path.exists():
        _lines.update(_lines_of(_path))
    environ.Env.read_env(_path)


def _lines_of(path: Path) -> dict[str, int]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise ImproperlyConfigured(f"No se puede leer {path} ({error.strerror}). Corrija ENV_FILE o los permisos.") from error
    except UnicodeDecodeError as error:
        raise ImproperlyConfigured(f"{path} no está en UTF-8. Guárdelo de nuevo en esa codificación.") from error
    found = {}
    for number, line in enumerate(lines, 1):
        if match := LINE.match(line):
            found.update({} if match[1] in os.environ else {match[1]: number})
        elif not IGNORED.match(line.strip("\r")):
            how = "Escriba NOMBRE=valor desde el comienzo del renglón, sin espacios antes del signo igual."
            raise ImproperlyConfigured(f"No se entiende la línea {number} de {path}. {how}")
    return found


def place_of(name: str) -> str:
    """Where a setting was read, to end a sentence with: « (/etc/portal/portal.env, línea 7)» or « (en el entorno)»."""
    if name in _lines:
        return f" ({_path}, línea {_lines[name]})"
    return " (en el entorno)" if os.environ.get(name) else ""


def path() -> Path:
    return _path


def refuse_unknown(known: set[str]) -> None:
    """Raise ImproperlyConfigured for a name of the file that is not in `known`. The process's environment may hold any."""
    for name, number in _lines.items():
        if name not in known:
            close = get_close_matches(name, known, 1)
            hint = f"¿Quiso decir {close[0]}?" if close else "Quítelo, o mire los nombres en .env.example."
            raise ImproperlyConfigured(f"Nadie lee {name} ({_path}, línea {number}). {hint}")
