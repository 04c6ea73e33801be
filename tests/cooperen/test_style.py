"""Style: one source of colours, enough contrast, and a policy that forbids everything else."""

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from cooperen import style


def digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("path", ["/", "/acceso/", "/no-existe/"])
def test_every_inline_text_is_named_in_the_policy_and_nothing_is_allowed_wholesale(path: str, client: Client, db: Any):
    answer = client.get(path)
    policy, page = answer.headers["Content-Security-Policy"], answer.content.decode()
    inline = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", page, re.DOTALL)
    assert inline
    assert all(digest(text) in policy for text in inline)
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(r'\s(style|on\w+)="', page)


def test_scripts_stay_small():
    assert all(len(style.page_script(name).encode()) < 1536 for name in style.SCRIPTS)


@pytest.mark.parametrize("color", ["#00513b", "#1f3d7a", "#7a1f3d", "#333333"])
def test_a_dark_colour_is_taken_and_every_shade_can_be_read(color: str):
    shades = {name: style.parse(shade) for name, shade in style.shades_of(style.accent(color)).items()}
    for light in ("soft", "tint"):
        assert style.contrast(shades["accent"], shades[light]) >= 7
        assert style.contrast(shades["deep"], shades[light]) >= 7
    assert style.contrast(shades["accent"], style.WHITE) >= 7


@pytest.mark.parametrize("color", ["#00ff00", "#777777", "verde", "#12345", "#12345g"])
def test_a_colour_that_cannot_be_read_stops_the_start(color: str):
    with pytest.raises(ImproperlyConfigured, match="COOP_COLOR"):
        style.accent(color)


@pytest.mark.parametrize("name", style.SHEETS)
def test_no_colour_of_a_style_is_left_to_be_filled_in(name: str):
    assert "var(" not in style.style_of("#00513b", name)
    assert "/*" not in style.style_of("#00513b", name)
