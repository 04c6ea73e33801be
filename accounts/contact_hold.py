"""When a change of a member's data closes the recovery for a while (`RECOVERY_HOLD_HOURS`), by whatever road it comes."""

from collections.abc import Callable, Mapping
from typing import Any

# Each returns what the questions may show of a person (anything with the registry's fields); registered by its app.
QUESTION_VALUES: list[Callable[[Any], Mapping[str, str]]] = []


def hold_is_due(before: Any, after: Any) -> bool:
    """Whether the change gives the recovery another e-mail or another value to show.

    «Calle 5 # 12-34» spelled «CL 5 # 12-34» changes neither: nobody gains an answer by it.
    """
    return before.email != after.email or any(shown(before) != shown(after) for shown in QUESTION_VALUES)
