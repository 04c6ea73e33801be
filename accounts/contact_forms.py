"""New contact data, as a member or somebody for him types them; they are read like those of a registry file."""

from collections.abc import Callable
from typing import Any

from django import forms

from accounts.cells import EMAIL, PHONE, BadCell
from accounts.forms import PortalForm

UNCHANGED = "Déjelo vacío si no cambia"


class CellField(forms.CharField):
    """A text one of the registry's cells reads."""

    def __init__(self, *, parse: Callable[[str], str], sentence: str, widget: forms.Widget, **kwargs: Any) -> None:
        super().__init__(required=False, strip=True, help_text=UNCHANGED, widget=widget, **kwargs)
        self.parse, self.sentence = parse, sentence

    def clean(self, value: Any) -> str:
        try:
            return self.parse((value or "")[:300])
        except BadCell as error:
            raise forms.ValidationError(self.sentence) from error


def _phone(label: str, autocomplete: str) -> CellField:
    attrs = {"inputmode": "tel", "autocomplete": autocomplete, "maxlength": "30"}
    sentence = f"Escriba el {label.lower()} completo, de 7 a 15 números"
    return CellField(label=label, parse=PHONE.parse, sentence=sentence, widget=forms.TextInput(attrs=attrs))


class ContactForm(PortalForm):
    """E-mail and phones; an empty field stays as it is, and at least one must be filled in."""

    correo = CellField(
        label="Correo electrónico",
        parse=EMAIL.parse,
        sentence="Escriba el correo completo, por ejemplo nombre@correo.com",
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "maxlength": "254", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    celular = _phone("Celular", "tel")
    telefono = _phone("Teléfono fijo", "tel-local")

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors and not self.changes():
            self.add_error("correo", "Escriba al menos un dato nuevo")
        return self.cleaned_data

    def changes(self) -> dict[str, str]:
        """What was filled in, by the member's field."""
        names = {"correo": "email", "celular": "mobile", "telefono": "landline"}
        return {names[field]: self.cleaned_data[field] for field in names if self.cleaned_data.get(field)}
