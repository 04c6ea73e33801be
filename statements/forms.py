"""The form that filters movements by period and word."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.http import QueryDict

from common.caps import CappedForm
from common.colombia.formats import fecha_corta

DAY_SHAPES = (
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
    r"(?P<day>\d{1,2})[/. -](?P<month>\d{1,2})[/. -](?P<year>\d{4})",
    r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})",
)


def parse_day(text: str) -> dt.date:
    """A day as a browser's calendar sends it (2021-10-01) or as people write it (1/10/2021, 01-10-2021, 01102021).

    Raises ValueError for anything else.
    """
    found = next(filter(None, (re.fullmatch(shape, text.strip(), re.ASCII) for shape in DAY_SHAPES)), None)
    if not found:
        raise ValueError(text)
    return dt.date(**{part: int(number) for part, number in found.groupdict().items()})


class DayInput(forms.TextInput):
    """The browser's calendar; a text input for a value that is no date, which a calendar would show as empty."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        try:
            context["widget"].update(type="date", value=parse_day(value).isoformat() if value else None)
        except ValueError:
            context["widget"]["type"] = "text"
        return context


class DayField(forms.CharField):
    widget = DayInput

    def clean(self, value: Any) -> dt.date | None:
        text = super().clean(value)
        try:
            return parse_day(text) if text else None
        except ValueError:
            raise forms.ValidationError(f"En «{self.label}» escriba la fecha así: 01/10/2021") from None


class PeriodForm(CappedForm):
    """`desde`, `hasta` and `texto` of the statement's address; all may be empty."""

    desde = DayField(label="Desde", required=False)
    hasta = DayField(label="Hasta", required=False)
    texto = forms.CharField(
        label="Que contenga",
        help_text="Una palabra del concepto, por ejemplo: nómina",
        required=False,
        max_length=60,
        error_messages={"max_length": "Escriba una palabra más corta"},
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )
    use_required_attribute = False

    def __init__(self, sent: QueryDict) -> None:
        super().__init__(sent, label_suffix="")

    def in_words(self) -> str:
        """The filter in words, for the heading of the list; "" without a filter or with one that is not valid."""
        if not self.is_valid():
            return ""
        since, until, text = (self.cleaned_data[name] for name in ("desde", "hasta", "texto"))
        said = [f"desde el {fecha_corta(since)}"] if since else []
        said += [f"hasta el {fecha_corta(until)}"] if until else []
        said += [f"con «{text}»"] if text else []
        return ", ".join(said)

    def clean_texto(self) -> str:
        return " ".join(self.cleaned_data["texto"].split())

    def clean(self) -> None:
        since, until = self.cleaned_data.get("desde"), self.cleaned_data.get("hasta")
        if since and until and since > until:
            self.add_error("hasta", "La fecha final debe ser la misma de la inicial o una posterior")
