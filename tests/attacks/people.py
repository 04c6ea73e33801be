"""A person as the registry's fields describe one, for tests of single facts; `households.py` has whole registries."""

from dataclasses import dataclass
from datetime import date


@dataclass
class Person:
    document: str
    birth_date: date | None
    issue_date: date | None
    mobile: str
    landline: str
    address: str
