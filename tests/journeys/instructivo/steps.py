"""The texts of the members' manual, step by step, and how to reach each step's screen.

`«words»` stand on the step's screen, letter by letter; a test looks for them there. `**«words»**` are marked in its picture
besides, with the number of their sentence. `{dominio}` and `{entidad}` come from the settings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recovery.answer_groups import GROUP_SIZE

if TYPE_CHECKING:  # the book needs only the texts and no database
    from accounts.models import Member
    from tests.journeys.walk import Walk

TITLE = "Instructivo: cómo recuperar su clave y ver su estado de cuenta"
INTRODUCTION = (
    "Aquí aprende a pedir una clave nueva y a entrar a su estado de cuenta.",
    "Siga los pasos en orden. En cada imagen, el recuadro rojo muestra dónde escribir o qué oprimir.",
    "Tenga a la mano su documento, un lápiz y un papel.",
    "La persona y los números de las imágenes son inventados.",
)
NEW_KEY = "60382"


@dataclass
class Story:
    """The member of the manual, and the key the portal issued."""

    member: "Member"
    temporary: str = ""


@dataclass(frozen=True)
class Step:
    """One picture: `do` are the numbered sentences, `notes` follow; `arrive` brings the walk to the screen shown.

    The picture begins at the element `top` and ends below the last mark, or below `bottom`. `marks` adds marks that have no
    words of their own: number of the sentence, selector.
    """

    name: str
    title: str
    do: tuple[str, ...]
    alt: str
    arrive: "Callable[[Walk, Story], object]"
    notes: tuple[str, ...] = ()
    marks: tuple[tuple[int, str], ...] = ()
    top: str = "header"
    bottom: str = ""


def home(walk: "Walk", story: Story) -> None:
    walk.go("/")


def to_access_control(walk: "Walk", story: Story) -> None:
    walk.press("Estado de Cuentas").is_at("/acceso/")


def to_recovery(walk: "Walk", story: Story) -> None:
    walk.press("¿Olvidó su clave?").is_at("/recuperar/").type("Documento", story.member.document)


def to_questions(walk: "Walk", story: Story) -> None:
    walk.press("Consultar").is_at("/recuperar/preguntas/").type("Correo electrónico", story.member.email)


def answer(walk: "Walk", story: Story) -> None:
    walk.answer(story.member.document)


def read_picture(walk: "Walk", story: Story) -> None:
    walk.read_picture()


def to_result(walk: "Walk", story: Story) -> None:
    story.temporary = walk.press("Enviar").is_at("/recuperar/listo/").key_shown()


def back_to_access_control(walk: "Walk", story: Story) -> None:
    walk.press("Ir a control de Acceso").is_at("/acceso/").type("Clave de consultas", story.temporary)


def to_change(walk: "Walk", story: Story) -> None:
    walk.press("Consultar").is_at("/acceso/cambiar-clave/").type("Clave actual", story.temporary)
    walk.type("Nueva clave", NEW_KEY).type("Confirme la nueva clave", NEW_KEY)


def changed(walk: "Walk", story: Story) -> None:
    walk.press("Cambiar").is_at("/acceso/").type("Documento", story.member.document).type("Clave de consultas", NEW_KEY)


def to_statement(walk: "Walk", story: Story) -> None:
    walk.press("Consultar").is_at("/estado-de-cuenta/")


def stay(walk: "Walk", story: Story) -> None:
    """Another part of the same screen."""


def out_and_back_to_questions(walk: "Walk", story: Story) -> None:
    walk.press("Salida Segura").reads("Salió de forma segura.").go("/recuperar/").type("Documento", story.member.document)
    walk.press("Consultar").is_at("/recuperar/preguntas/")


def by_mail(walk: "Walk", story: Story) -> None:
    walk.press("No puedo leer la imagen: enviar la clave a mi correo registrado").is_at("/recuperar/listo/")


STEPS = (
    Step(
        name="01-inicio",
        title="Abra la página",
        do=(
            "Escriba en su navegador la dirección **{dominio}**.",
            "Busque «Transacciones» y oprima **«Estado de Cuentas»**.",
        ),
        alt="Página de inicio. El recuadro 2 marca el botón Estado de Cuentas, debajo de Transacciones.",
        arrive=home,
        notes=("No entre por enlaces de correos ni de otros sitios.",),
        bottom="main",
    ),
    Step(
        name="02-control-de-acceso",
        title="Diga que olvidó su clave",
        do=("Está en «Control de acceso para Asociados». Oprima **«¿Olvidó su clave?»**.",),
        alt="Control de acceso para Asociados. El recuadro 1 marca ¿Olvidó su clave?, debajo del botón Consultar.",
        arrive=to_access_control,
        notes=("Si recuerda su clave, escríbala en esta página y oprima «Consultar».",),
    ),
    Step(
        name="03-documento",
        title="Escriba su documento",
        do=(
            "Escriba su número en **«Documento»**. Va sin puntos ni espacios.",
            "Oprima **«Consultar»**.",
        ),
        alt="Página ¿Olvidó su clave?, paso 1 de 4. Los recuadros marcan el campo Documento y el botón Consultar.",
        arrive=to_recovery,
    ),
    Step(
        name="04-correo",
        title="Escriba su correo",
        do=("Está en «Confirme que es usted». Escriba su correo en **«Correo electrónico»**.",),
        alt="Página Confirme que es usted, paso 2 de 4. El recuadro 1 marca el campo Correo electrónico.",
        arrive=to_questions,
        notes=("Debe ser el correo que tiene registrado en {entidad}.",),
    ),
    Step(
        name="05-preguntas",
        title="Conteste las preguntas",
        do=(
            "Baje por la página hasta las preguntas.",
            "Lea cada pregunta y oprima la respuesta correcta.",
            "Si ninguna es la suya, oprima «Ninguna de las anteriores».",
        ),
        alt=f"Una pregunta con {GROUP_SIZE} respuestas. El recuadro 2 marca la pregunta.",
        arrive=answer,
        notes=(
            "Son tres preguntas. Cada respuesta muestra solo una parte del dato.",
            "A casi todos les preguntamos la fecha de expedición del documento. Sus conocidos pocas veces la saben.",
        ),
        marks=((2, "fieldset.opciones"),),
        top="form > fieldset",
    ),
    Step(
        name="06-imagen",
        title="Escriba la palabra de la imagen",
        do=(
            "Lea la palabra y escríbala en **«Escriba la palabra de la imagen»**.",
            "Oprima **«Enviar»**.",
        ),
        alt="Imagen con una palabra. Los recuadros marcan el campo de la palabra y el botón Enviar.",
        arrive=read_picture,
        notes=(
            "Si no lee bien la palabra, oprima «Cambiar imagen».",
            "¿No puede leer ninguna? Vea «Si no puede leer la imagen», al final.",
        ),
        top="form img",
        bottom="form button[value=imagen]",
    ),
    Step(
        name="07-clave-temporal",
        title="Anote su clave temporal",
        do=(
            "La página dice «Contraseña cambiada correctamente». Anote la clave de 4 números.",
            "Oprima **«Ir a control de Acceso»**.",
        ),
        alt="Contraseña cambiada correctamente. El recuadro 1 marca la clave de 4 números; el 2, Ir a control de Acceso.",
        arrive=to_result,
        notes=(
            "La clave sirve una sola vez y por poco tiempo. También se la enviamos a su correo.",
            "La página se cierra sola. Si va despacio, oprima «Necesito más tiempo».",
        ),
        marks=((1, ".clave"),),
    ),
    Step(
        name="08-entrar",
        title="Entre con la clave temporal",
        do=(
            "Escriba su número en **«Documento»**. Si ya aparece, déjelo así.",
            "Escriba la clave temporal en **«Clave de consultas»**.",
            "Oprima **«Consultar»**.",
        ),
        alt="Control de acceso para Asociados. Los recuadros marcan Documento, Clave de consultas y Consultar.",
        arrive=back_to_access_control,
        notes=("Para ver los números que escribe, oprima «Mostrar clave».",),
        top="main form",
    ),
    Step(
        name="09-cambiar-clave",
        title="Cambie la clave",
        do=(
            "Está en «Cambiar Clave». Escriba la clave temporal en **«Clave actual»**.",
            "Piense una clave de 5 números. Escríbala en **«Nueva clave»**.",
            "Escríbala otra vez en **«Confirme la nueva clave»**.",
            "Oprima **«Cambiar»**.",
        ),
        alt="Cambiar Clave. Los recuadros marcan Clave actual, Nueva clave, Confirme la nueva clave y el botón Cambiar.",
        arrive=to_change,
        notes=("No use su documento, su año de nacimiento ni 12345.",),
        top="main form",
    ),
    Step(
        name="10-nuevos-datos",
        title="Entre con su nueva clave",
        do=(
            "Revise que diga **«Cambio realizado con éxito, ingrese los nuevos datos»**.",
            "Escriba su número en **«Documento»**. Si ya aparece, déjelo así.",
            "Escriba su nueva clave en **«Clave de consultas»**.",
            "Oprima **«Consultar»**.",
        ),
        alt="Control de acceso con el mensaje Cambio realizado con éxito. Los recuadros marcan mensaje, campos y Consultar.",
        arrive=changed,
        notes=("Desde hoy entra siempre así, con su documento y su clave de 5 números.",),
        top="main",
    ),
    Step(
        name="11-estado-de-cuenta",
        title="Vea su estado de cuenta",
        do=(
            "Lea primero lo que debe pagar. Está antes de **«Lo que tengo»**.",
            "Baje por la página hasta «Mis productos». Oprima uno para ver sus datos.",
        ),
        alt="Estado de cuenta. Arriba está lo que debe pagar; el recuadro 1 marca Lo que tengo.",
        arrive=to_statement,
        notes=("Al final de la página puede guardar su extracto. Está debajo de «Descargar».",),
        top="h1",
        bottom="dl.totales",
    ),
    Step(
        name="12-salida-segura",
        title="Salga de forma segura",
        do=("Suba hasta el comienzo de la página.", "Oprima **«Salida Segura»**."),
        alt="Comienzo de la página. El recuadro 2 marca Salida Segura, a la derecha.",
        arrive=stay,
        notes=("Salga siempre así, sobre todo en un celular prestado.",),
        bottom="h1",
    ),
    Step(
        name="13-sin-imagen",
        title="Si no puede leer la imagen",
        do=(
            "Haga los pasos 1, 2 y 3. No conteste las preguntas.",
            "Baje hasta el final y oprima **«No puedo leer la imagen: enviar la clave a mi correo registrado»**.",
        ),
        alt="Final de las preguntas. El recuadro 2 marca No puedo leer la imagen: enviar la clave a mi correo registrado.",
        arrive=out_and_back_to_questions,
        top="form img",
    ),
    Step(
        name="14-revise-su-correo",
        title="Busque la clave en su correo",
        do=(
            "La página dice «Revise su correo». Abra su correo y anote la clave de 6 números.",
            "Oprima **«Ir a control de Acceso»**.",
            "Siga desde el paso 8 con esa clave.",
        ),
        alt="Página Revise su correo. El recuadro 2 marca Ir a control de Acceso.",
        arrive=by_mail,
        notes=("Si el correo no llega, llame al teléfono que está al final de cada página.",),
    ),
)
NUMBERED = 12  # the steps after these are for some members only
LAST_WORDS = (
    (
        "Si es la primera vez que ingresa",
        (
            "La cooperativa le entrega una clave inicial de 6 números.",
            "Abra la página como en el paso 1. Después siga desde el paso 8.",
            "Donde dice clave temporal, escriba su clave inicial.",
        ),
    ),
    (
        "Por su seguridad",
        (
            "{entidad} nunca le pide información personal o de sus cuentas por correo electrónico.",
            "Entre siempre escribiendo {dominio} en su navegador.",
            "Haga sus consultas desde su celular o computador personal, en casa u oficina.",
            "No le diga su clave a nadie, tampoco a quien diga llamar de {entidad}.",
            "Cambie su clave de vez en cuando.",
            "¿Necesita ayuda? Llame al teléfono que está al final de cada página.",
        ),
    ),
)
