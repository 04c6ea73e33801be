"""Forms of the staff realm; the rules are in `actions.py`."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.contact_fields import COLUMNS
from accounts.forms import DocumentField, PortalForm
from accounts.models import Member
from common.colombia.invisible import without_invisible
from recovery.my_data.forms import ContactForm

WRONG = "El documento, la contraseña o el código no coinciden. Revise los tres e intente de nuevo."
WRONG_CODE = "El código no coincide. Espere a que la aplicación muestre otro y escríbalo."
SHORTEST_FILE_PASSWORD = 8
LONGEST_PASSWORD = 128  # characters; more would only cost time


class SecretField(forms.CharField):
    """A password field: never rendered back, not stripped."""

    def __init__(self, *, label: str, empty: str, autocomplete: str = "current-password", help_text: str = "") -> None:
        attrs = {"autocomplete": autocomplete, "spellcheck": "false", "autocapitalize": "none", "maxlength": "256"}
        widget = forms.PasswordInput(render_value=False, attrs=attrs)
        super().__init__(label=label, required=False, strip=False, widget=widget, help_text=help_text)
        self.empty = empty

    def clean(self, value: Any) -> str:
        password = value or ""
        if not password:
            raise forms.ValidationError(self.empty)
        if len(password) > LONGEST_PASSWORD:
            raise forms.ValidationError(f"La contraseña tiene más de {LONGEST_PASSWORD} letras")
        return password


class CodeField(forms.CharField):
    """A TOTP or backup code; emptied by every error."""

    def __init__(self, *, help_text: str) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", "maxlength": "20"}
        super().__init__(
            label="Código de la aplicación",
            required=False,
            widget=forms.PasswordInput(render_value=False, attrs=attrs),
            help_text=help_text,
        )

    def clean(self, value: Any) -> str:
        return super().clean(without_invisible(value or ""))


class StaffSignInForm(PortalForm):
    documento = DocumentField()
    contrasena = SecretField(label="Contraseña", empty="Escriba su contraseña")
    codigo = CodeField(help_text="6 números, o un código de respaldo. Si es su primer ingreso, déjelo vacío")


class EnrolmentForm(PortalForm):
    codigo = CodeField(help_text="Los 6 números que muestra ahora la aplicación")

    def clean_codigo(self) -> str:
        code = self.cleaned_data["codigo"]
        if not code:
            raise forms.ValidationError("Escriba el código que muestra la aplicación")
        return code


class PasswordForm(PortalForm):
    contrasena = SecretField(label="Contraseña actual", empty="Escriba su contraseña actual")
    nueva = SecretField(
        label="Nueva contraseña",
        empty="Escriba la nueva contraseña",
        autocomplete="new-password",
        help_text="Al menos 12 letras o números. Una frase es más fácil de recordar",
    )
    confirmacion = SecretField(
        label="Confirme la nueva contraseña", empty="Escriba otra vez la nueva contraseña", autocomplete="new-password"
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_nueva(self) -> str:
        password = self.cleaned_data["nueva"]
        validate_password(password, self.member)
        return password

    def clean(self) -> dict[str, Any]:
        new, again = self.cleaned_data.get("nueva"), self.cleaned_data.get("confirmacion")
        if new and again and new != again:
            self.add_error("confirmacion", "La confirmación no es igual a la nueva contraseña")
        return self.cleaned_data


HOW = [("cédula física", "Cédula física"), ("preguntas por teléfono", "Preguntas por teléfono"), ("otra", "Otra")]
SHOW, MAIL = "mostrar", "correo"


class ReasonForm(PortalForm):
    """The reason, for supervisors and auditors."""

    motivo = forms.CharField(
        label="Motivo",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Por ejemplo: perdió el celular. No escriba claves",
        error_messages={"max_length": "El motivo tiene más de 200 letras"},
    )

    def clean_motivo(self) -> str:
        reason = self.cleaned_data["motivo"].strip()
        if not reason:
            raise forms.ValidationError("Escriba el motivo")
        return reason


class IdentityForm(ReasonForm):
    """How the identity was checked, and why."""

    como = forms.ChoiceField(
        label="¿Cómo verificó la identidad?",
        choices=HOW,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Elija cómo verificó la identidad"},
    )
    field_order: list[str] | None = ["como", "motivo"]

    def clean_como(self) -> str:
        if not self.cleaned_data["como"]:
            raise forms.ValidationError("Elija cómo verificó la identidad")
        return self.cleaned_data["como"]


class IssueForm(IdentityForm):
    """An initial key: shown and printed, or sent to the registered address."""

    entrega = forms.ChoiceField(
        label="¿Cómo la entrega?",
        choices=[(SHOW, "Mostrarla e imprimirla"), (MAIL, "Enviarla al correo registrado")],
        initial=SHOW,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Elija cómo la entrega"},
    )
    anterior = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**62, required=False)
    field_order = ["como", "motivo", "entrega", "anterior"]

    def clean_entrega(self) -> str:
        return self.cleaned_data["entrega"] or SHOW


class LettersForm(IdentityForm):
    """Letters for several members: as for one, and the password of the PDF."""

    contrasena_pdf = SecretField(
        label="Contraseña para abrir el archivo",
        empty="Escriba una contraseña para el archivo",
        autocomplete="new-password",
        help_text="Al menos 8 letras o números. Sin ella nadie abre las cartas",
    )
    anterior = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**62, required=False)
    field_order = ["como", "motivo", "contrasena_pdf", "anterior"]

    def clean_contrasena_pdf(self) -> str:
        password = self.cleaned_data["contrasena_pdf"]
        if len(password) < SHORTEST_FILE_PASSWORD:
            raise forms.ValidationError(f"La contraseña del archivo tiene menos de {SHORTEST_FILE_PASSWORD} letras o números")
        return password


class StaffContactForm(ContactForm, IdentityForm):
    """New contact data that a member asked for at the desk or by phone."""

    anchor = ""  # the page shows nothing between the errors and the form
    field_order = [*COLUMNS.values(), "como", "motivo"]
