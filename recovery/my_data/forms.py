"""The form of a contact change. Its fields are parsed like the cells of the member file."""

from collections.abc import Callable
from typing import Any

from django import forms

from accounts.contact_fields import COLUMNS
from accounts.forms import PLAIN, PortalForm
from common.files.cells import EMAIL, PHONE, BadCell, text

NOTHING_TYPED = "Escriba al menos un dato nuevo"


class CellField(forms.CharField):
    """A text that `parse`, of a kind of cell, turns into what the registry stores; `sentence` is the error."""

    def __init__(self, *, parse: Callable[[str], str], sentence: str, **kwargs: Any) -> None:
        super().__init__(required=False, strip=True, **kwargs)
        self.parse, self.sentence = parse, sentence

    def clean(self, value: Any) -> str:
        try:
            return self.parse((value or "")[:300])
        except BadCell as error:
            raise forms.ValidationError(self.sentence) from error


def _phone(label: str, autocomplete: str) -> CellField:
    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": autocomplete, "maxlength": "30"})
    sentence = f"Escriba el {label.lower()} completo, de 7 a 15 números"
    return CellField(label=label, parse=PHONE.parse, sentence=sentence, widget=widget)


def _text(label: str, longest: int, autocomplete: str, **kwargs: Any) -> CellField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete, "maxlength": "250"})
    sentence = f"Escriba la {label.lower()} en {longest} letras o menos"
    return CellField(label=label, parse=text(longest).parse, sentence=sentence, widget=widget, **kwargs)


class ContactForm(PortalForm):
    """E-mail, phones, address and city; an empty field stays as it is, and at least one must be filled in.

    `anchor` is the id of the form's element: an error of the whole form links to it.
    """

    anchor = "cambio"

    correo = CellField(
        label="Correo electrónico",
        parse=EMAIL.parse,
        sentence="Escriba el correo completo, por ejemplo nombre@correo.com",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "maxlength": "254", **PLAIN}),
    )
    celular = _phone("Celular", "tel")
    telefono = _phone("Teléfono fijo", "tel-local")
    direccion = _text("Dirección", 120, "address-line1", help_text="Por ejemplo, Calle 5 # 12-34, apto 302")
    ciudad = _text("Ciudad", 60, "address-level2")

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors and not self.changes():
            self.add_error(None, NOTHING_TYPED)
        return self.cleaned_data

    def changes(self) -> dict[str, str]:
        """What was filled in, by the member's field."""
        typed = {name: self.cleaned_data.get(column) for name, column in COLUMNS.items()}
        return {name: value for name, value in typed.items() if value}
