"""The fields of the member door: they clean what was typed and hold the sentences; `sign_in.py` decides."""

from collections.abc import Callable
from typing import Any

from django import forms

from accounts.attack_mode import Word
from accounts.keys import CHOSEN_DIGITS, LENGTHS, holds_given, is_common
from accounts.sign_in import Unfit
from common.caps import CappedForm
from common.colombia.documents import WRONG_LENGTH, BadDocument, clean_document
from common.colombia.invisible import INVISIBLE, SPACES

MISSING_WORD = "Escriba la palabra de la imagen"
WRONG_WORD = "La palabra no es igual a la de la imagen. Escriba la nueva palabra"
PLAIN = {"spellcheck": "false", "autocapitalize": "none"}
WRONG_PAIR = "El documento o la clave no coinciden. Revise los dos datos e intente de nuevo."
WRONG_CURRENT = "El documento o la clave actual no coinciden. Revise los dos datos e intente de nuevo."
EASY = "Elija otra clave: esa es fácil de adivinar"
COMMON = f"{EASY}. Es una serie, un año o una que usa mucha gente."
IN_DOCUMENT = f"{EASY}. Está en su documento."
PERSONAL = f"{EASY}. Está en su documento, sus teléfonos o su fecha de nacimiento."
UNFIT = {Unfit.COMMON: COMMON, Unfit.PERSONAL: PERSONAL, Unfit.USED_BEFORE: "Elija otra clave: esa la usó hace poco"}
KEY_SPACES = str.maketrans("", "", SPACES + INVISIBLE)


class DocumentField(forms.CharField):
    """A document number, however it is typed."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "username", "maxlength": "20", **PLAIN}
        kwargs = {"label": "Documento", "help_text": "Sin espacios, puntos, comas o guiones", "strip": False, **kwargs}
        messages = {"too_long": WRONG_LENGTH}
        super().__init__(required=False, widget=forms.TextInput(attrs=attrs), error_messages=messages, **kwargs)

    def clean(self, value: Any) -> str:
        try:
            return clean_document(value or "")
        except BadDocument as error:
            raise forms.ValidationError(str(error)) from error


class KeyField(forms.CharField):
    """A key of digits. Never shown again: an error empties it."""

    def __init__(self, *, empty: str, autocomplete: str = "current-password", **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": autocomplete, "maxlength": "12", **PLAIN}
        widget = forms.PasswordInput(render_value=False, attrs=attrs)
        super().__init__(required=False, strip=False, widget=widget, **kwargs)
        self.empty = empty

    def clean(self, value: Any) -> str:
        key = (value or "").translate(KEY_SPACES)
        if not key:
            raise forms.ValidationError(self.empty)
        if not (key.isascii() and key.isdigit()):
            raise forms.ValidationError("La clave lleva solo números")
        return key


def _known_length(key: str) -> str:
    if key and len(key) not in LENGTHS:
        raise forms.ValidationError("La clave tiene 4, 5 o 6 números")
    return key


class PortalForm(CappedForm):
    """What every form of the member pages shares."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class PictureForm(PortalForm):
    """A form that may ask for the word of a picture: always in the recovery, in attack mode at sign-in and change."""

    def ask_for_word(self, key: str = "") -> None:
        """Add the picture's hidden key and the field for its word; `key` names the picture to show."""
        self.fields["captcha_0"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.fields["captcha_1"] = forms.CharField(
            label="Escriba la palabra de la imagen",
            help_text="No importan mayúsculas ni tildes",
            error_messages={"required": MISSING_WORD},
            widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": "20", **PLAIN}),
        )
        if key:
            self.with_picture(key)

    def word(self) -> Word:
        """The picture's key and the word typed for it, as they were sent."""
        return Word(self.data.get("captcha_0") or "", self.data.get("captcha_1") or "")

    @property
    def asks_for_word(self) -> bool:
        return "captcha_1" in self.fields

    def right_word(self, uses_up: Callable[[str, str], bool]) -> bool:
        """Use the picture up, whatever else is wrong; a wrong word puts its sentence on the form."""
        if uses_up(self.data.get("captcha_0") or "", self.data.get("captcha_1") or ""):
            return True
        if "captcha_1" not in self.errors:
            self.refuse_word()
        return False

    def refuse_word(self, missing: bool = False) -> None:
        """Put the sentence of a wrong or missing word on the form."""
        if not self.asks_for_word:
            self.ask_for_word()
        self.add_error("captcha_1", MISSING_WORD if missing else WRONG_WORD)

    def with_picture(self, key: str) -> None:
        """Show a new picture: its key in the hidden field, its word still to be typed."""
        if self.is_bound:
            self.data = {**{name: self.data.get(name) for name in self.data}, "captcha_0": key, "captcha_1": ""}
        self.initial = {**self.initial, "captcha_0": key, "captcha_1": ""}


class SignInForm(PictureForm):
    documento = DocumentField()
    clave = KeyField(
        label="Clave de consultas",
        empty="Escriba su clave",
        help_text="Su clave tiene 5 números. Si le dieron una temporal o inicial, escríbala completa (4 o 6 números)",
    )

    def clean_clave(self) -> str:
        return _known_length(self.cleaned_data["clave"])

    def typed(self) -> dict[str, Any]:
        """The arguments of `sign_in`."""
        return {"document": self.cleaned_data["documento"], "key": self.cleaned_data["clave"], "word": self.word()}


class ChangeKeyForm(PictureForm):
    documento = DocumentField()
    clave_actual = KeyField(
        label="Clave actual",
        empty="Escriba su clave actual",
        help_text="La que usó para entrar: temporal, inicial o la suya",
    )
    clave_nueva = KeyField(
        label="Nueva clave",
        empty="Escriba la nueva clave",
        autocomplete="new-password",
        help_text="5 números. No use su documento, su año de nacimiento ni 12345",
    )
    clave_confirmacion = KeyField(
        label="Confirme la nueva clave",
        empty="Escriba otra vez la nueva clave",
        autocomplete="new-password",
        help_text="Escriba otra vez los mismos 5 números",
    )

    def clean_clave_actual(self) -> str:
        return _known_length(self.cleaned_data["clave_actual"])

    def clean_clave_nueva(self) -> str:
        key = self.cleaned_data["clave_nueva"]
        if len(key) != CHOSEN_DIGITS:
            raise forms.ValidationError("La nueva clave debe tener 5 números")
        if is_common(key):
            raise forms.ValidationError(COMMON)
        if key in (self.cleaned_data.get("documento") or ""):
            raise forms.ValidationError(IN_DOCUMENT)
        return key

    def clean(self) -> dict[str, Any]:
        new, current = self.cleaned_data.get("clave_nueva"), self.cleaned_data.get("clave_actual")
        confirmation = self.cleaned_data.get("clave_confirmacion")
        if new and new == current:
            self.add_error("clave_nueva", "La nueva clave debe ser diferente de la actual")
        elif new and current and holds_given(new, current):
            self.add_error("clave_nueva", "Elija otra clave: esa repite la que le dimos")
        if new and confirmation and new != confirmation:
            self.add_error("clave_confirmacion", "La confirmación no es igual a la nueva clave")
        return self.cleaned_data

    def typed(self) -> dict[str, Any]:
        """The arguments of `change_key`."""
        data = self.cleaned_data
        keys = {"current": data["clave_actual"], "new_key": data["clave_nueva"]}
        return {"document": data["documento"], **keys, "word": self.word()}


class DisownForm(PortalForm):
    documento = DocumentField()
    codigo = forms.CharField(
        label="Código del correo",
        help_text="Son los 10 números que vienen al final del correo que le enviamos",
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "20"}),
    )

    def clean_codigo(self) -> str:
        code = (self.cleaned_data["codigo"] or "").translate(KEY_SPACES)
        if not code:
            raise forms.ValidationError("Escriba el código del correo")
        if not (code.isascii() and code.isdigit() and len(code) == 10):
            raise forms.ValidationError("El código tiene 10 números")
        return code
