"""The two forms of the recovery. They check that everything was filled in; what is right, `actions.py` judges."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.forms import PLAIN, DocumentField, PictureForm, PortalForm
from common.colombia.emails import BadEmail, read_email
from common.colombia.invisible import without_invisible
from recovery.challenge import Asked
from recovery.questions import Question

WRONG_ANSWERS = "Las respuestas no coinciden con nuestros registros. Revíselas, o pida la clave a su correo registrado."
NONE_LEFT = "Ya usó sus 3 intentos con estos datos. Pida la clave a su correo registrado o vaya a una oficina."


class DocumentForm(PortalForm):
    documento = DocumentField()


class EmailField(forms.CharField):
    """An address, with our own sentences."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.EmailInput(attrs={"inputmode": "email", "autocomplete": "email", "maxlength": "254", **PLAIN})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        typed = without_invisible(value or "").strip()
        if not typed:
            raise ValidationError("Escriba su correo electrónico")
        try:
            return read_email(typed)
        except BadEmail as error:
            raise ValidationError("Escriba el correo completo, por ejemplo nombre@correo.com") from error


class QuestionsForm(PictureForm):
    """E-mail, one field a question, and the picture, in the order the page shows them."""

    def __init__(self, asked: Asked, entity: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.none_left = False  # the error block then has the mail road's button
        help_text = f"Debe ser el que tiene registrado en {entity}"
        self.fields["correo"] = EmailField(label="Correo electrónico", help_text=help_text)
        for number, question in enumerate(asked.questions, 1):
            self.fields[f"pregunta_{number}"] = _question_field(number, question)
        self.ask_for_word()

    def questions(self) -> list[forms.BoundField]:
        """The questions' fields, for the template."""
        return [self[f"pregunta_{number}"] for number in self._numbers()]

    def answers(self) -> dict[int, str]:
        """Option values by number of the question."""
        return {number: self.cleaned_data[f"pregunta_{number}"] for number in self._numbers()}

    def _numbers(self) -> range:
        return range(1, len(self.asked.questions) + 1)


def _question_field(number: int, question: Question) -> forms.ChoiceField:
    message = f"Elija una respuesta en la pregunta {number}"
    return forms.ChoiceField(
        label=f"{number}. {question.wording}",
        help_text=question.hint,
        choices=[(option.value, option.text) for option in question.options],
        widget=forms.RadioSelect,
        error_messages={"required": message, "invalid_choice": message},
    )
