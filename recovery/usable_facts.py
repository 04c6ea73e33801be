"""Which of a member's facts may be asked, as masked values. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from recovery.answer_groups import group_number
from recovery.masked_values import KINDS, national_digits

QUESTIONS = 3
LOCAL_DIGITS = 7  # a phone number without its area code: clerks leave the code out as they like


def usable_facts(
    person: Any, *, too_frequent: Mapping[str, Collection[str]], own_phones: Collection[str] = ()
) -> dict[str, str]:
    """The masked values of `person` (anything with the registry's fields) that may be asked, by kind, in order.

    `too_frequent` are the values that stand out in this registry (`measurement.py`), `own_phones` comes from `local_numbers`.
    A member with an issue date is not asked the birth date: most people fetch their document weeks after a birthday, so
    the options of one question could be matched with those of the other.
    """
    return askable(fitting_values(person, own_phones), too_frequent)


def askable(values: Mapping[str, str], too_frequent: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Those of the `fitting_values` that have an answer group and do not stand out; one date at most."""
    facts = {
        name: value
        for name, value in values.items()
        if group_number(name, value) is not None and value not in too_frequent.get(name, ())
    }
    if "issue" in facts:
        facts.pop("birth", None)
    return facts


def missing_kinds(facts: Collection[str]) -> list[str]:
    """The kinds that are not among usable `facts`, for staff and «Mis datos»; one date is as good as the other."""
    dated = "issue" in facts or "birth" in facts
    return [name for name in KINDS if name not in facts and not (dated and name in ("issue", "birth"))]


def fitting_values(person: Any, own_phones: Collection[str] = ()) -> dict[str, str]:
    """The masked values that fit the other facts of `person`.

    A phone that belongs to the cooperative, or repeats the document or the other phone, was filled in by a clerk.
    """
    values = {name: kind.mask(getattr(person, kind.field)) for name, kind in KINDS.items()}
    document = person.document[-4:]
    if values["mobile"] == values["landline"]:
        values["landline"] = ""
    for name in ("mobile", "landline"):
        number = national_digits(getattr(person, KINDS[name].field))
        if values[name] == document or number[-LOCAL_DIGITS:] in own_phones:
            values[name] = ""
    return {name: value for name, value in values.items() if value}


def local_numbers(phones: Iterable[str]) -> frozenset[str]:
    """Phone numbers as `usable_facts` compares them: the last seven digits."""
    return frozenset(national_digits(phone)[-LOCAL_DIGITS:] for phone in phones if national_digits(phone))
