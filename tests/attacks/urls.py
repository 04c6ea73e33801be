"""Every url the portal answers, with something plausible where the pattern wants an argument."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

SAMPLES = {"int": "1", "slug": "a", "str": "a", "path": "a", "uuid": "00000000-0000-0000-0000-000000000000"}


def every_url() -> list[tuple[str, str]]:
    """Pairs of address and view name (`accounts:sign_in`), the staff realm's pages too."""
    return sorted(set(_walk(get_resolver(), "/", "")))


def _walk(resolver: URLResolver, before: str, space: str) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        address = before + _filled(str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield address, f"{space}{pattern.name}"
        else:
            yield from _walk(pattern, address, f"{space}{pattern.namespace}:" if pattern.namespace else space)


def _filled(route: str) -> str:
    route = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES[found[1] or "str"], route)
    return re.sub(r"\(\?P<\w+>[^)]*\)", "a", route).strip("^$").replace("\\Z", "")
