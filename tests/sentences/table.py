"""When each sentence is true: a sentence that is not here fails, so a new one is judged before it is shown.

Sentences of pages that anybody may open are the same for every document (design.md, «Sameness»): they name several ways, of
which the telephone always works, and are listed as such in `SAME_FOR_ALL`.
"""

from collections.abc import Callable

from outbox.models import Message
from tests.sentences.states import GIVEN, Works

When = Callable[[Works], bool]


def always(works: Works) -> bool:
    return True


def own_key_opens(works: Works) -> bool:
    return works.state.key in ("chosen", "must change") and works.entry


def given_key_opens(works: Works) -> bool:
    return works.state.key in GIVEN and works.entry


def served(*kinds: str) -> When:
    return lambda works: works.state.key in kinds and (works.entry or works.entry_on_own_device)


def paused(works: Works) -> bool:
    return not own_key_opens(works)


FRAME = (
    "Señor(a) {nombre}:",
    "Solo si usted no lo pidió, llame de inmediato al {teléfono}.",
    "Solo si usted no la pidió, llame de inmediato al {teléfono}.",
    "Solo si usted no ingresó, llame de inmediato al {teléfono}.",
    "Solo si usted no pidió el cambio, llame de inmediato al {teléfono}.",
    "Solo si usted no fue quien lo intentó, llame de inmediato al {teléfono}.",
    "O escriba en su navegador www.cooperen.com, entre a Transacciones, luego a Estado de Cuentas, y oprima «No fui yo».",
    "Allí escriba este código: {código}.",
    "Sirve una vez, durante 7 días.",
    "Su acceso queda cerrado hasta que la oficina lo abra.",
    "Cooperen",
    "Ayuda: {teléfono}, lunes a viernes de 8:00 a. m. a 5:00 p. m.",
)
HAPPENED = (
    "El {fecha} a {hora} se bloqueó el acceso a su estado de cuenta.",
    "El {fecha} a {hora} Cooperen quitó la pausa de su acceso.",
    "El {fecha} a {hora} Cooperen quitó el bloqueo de su acceso.",
    "El {fecha} a {hora} cambiaron sus datos de contacto en Cooperen.",
    "Hubo varios intentos fallidos con su documento.",
    "Chrome en Android.",
    "Si fue usted, no tiene que hacer nada.",
    "El {fecha} a {hora} se ingresó a su estado de cuenta desde un celular o computador nuevo:",
    "Alguien escribió su documento y su correo en ¿Olvidó su clave?, y respondió mal varias veces.",
    "No cambiamos su clave.",
    "El {fecha} a {hora} Cooperen le asignó una clave inicial de consultas.",
    "La clave no va en este correo: se la entregan en persona o en una carta.",
    "Tiene 6 números.",
    "Vence el {fecha} a {hora} y sirve una sola vez.",
    "El {fecha} a {hora} se pidió un cambio de sus datos.",
    "Reemplaza al que se pidió el {fecha}.",
    "Una persona de la oficina lo revisará.",
    "Sus datos siguen igual.",
    "El {fecha} a {hora} la oficina rechazó el cambio de datos que se pidió el {fecha}.",
    "Llame al {teléfono}.",
    "Si quiere saber por qué, llame al {teléfono}.",
    "Esos datos ya estaban registrados.",
    "El {fecha} a {hora} la oficina aprobó el cambio de datos que se pidió el {fecha}.",
    "El {fecha} a {hora} Cooperen le pidió cambiar su clave de consultas.",
)
MAILS: dict[str, When] = {
    **dict.fromkeys(FRAME + HAPPENED, always),
    "Para abrirlo de nuevo, llame al {teléfono}.": lambda works: "retired" not in works.state.closed,
    "Su acceso sigue cerrado.": lambda works: not works.open,
    "El {fecha} a {hora} Cooperen abrió de nuevo el acceso a su estado de cuenta.": lambda works: works.open,
    "Puede ingresar con la clave que le dimos.": given_key_opens,
    "Después la cambia por una suya.": given_key_opens,
    "Ya puede ingresar con su clave.": own_key_opens,
    "Cuando ingrese, escriba su clave de siempre y luego elija una nueva.": lambda works: (
        works.open and works.state.key in ("chosen", "must change")
    ),
    "Por varios intentos fallidos, el ingreso está en pausa hasta {hora}.": paused,
    "Pausamos el ingreso hasta el {fecha} a {hora}.": paused,
    "Desde un celular o computador donde ya ingresó, puede entrar como siempre.": lambda works: works.entry_on_own_device,
    "Si necesita una clave, entre a ¿Olvidó su clave? y oprima «Prefiero recibir la clave en mi correo».": lambda works: (
        works.mail
    ),
    "Si necesita una clave, vaya a una oficina con su documento.": lambda works: works.open and not works.mail,
    "Por seguridad, durante 72 horas no se puede pedir una clave nueva por internet.": lambda works: (
        not works.mail and not works.questions
    ),
    "Por su seguridad, por un tiempo no se puede recuperar su clave con preguntas.": lambda works: not works.questions,
    "Su clave temporal es #.": lambda works: works.open,
    "Para usarla, escriba en su navegador www.cooperen.com, entre a Transacciones y luego a Estado de Cuentas.": (
        lambda works: works.open
    ),
    "Allí le pediremos que la cambie.": lambda works: works.open,
}

SAME_FOR_ALL = (
    "Error:",
    "El documento o la clave no coinciden.",
    "Revise los dos datos e intente de nuevo.",
    "Control de acceso para Asociados",
    "El documento o la clave actual no coinciden.",
    "Para ver su Estado de cuenta, escriba su documento y su clave.",
    "Sin espacios, puntos, comas o guiones",
    "Si es la primera vez que ingresa, o le asignaron una clave nueva, debe cambiarla.",
    "Puede hacerlo en Cambiar la clave que le dieron.",
    "Su clave tiene 5 números.",
    "Si le dieron una temporal o inicial, escríbala completa (4 o 6 números)",
    "¿Recibió un correo de un cambio que usted no hizo?",
    "Oprima No fui yo.",
    "Cooperen nunca le pedirá información personal o de sus cuentas por correo electrónico.",
    "Para entrar, escriba en su navegador la dirección www.cooperen.com.",
    "No entre por enlaces de correos ni de otros sitios.",
    "Haga sus consultas desde su celular o computador personal, en casa u oficina.",
    "Recuerde cambiar periódicamente su clave de acceso.",
    "Recuerde actualizar periódicamente sus datos personales.",
    "Si olvidó su clave, use ¿Olvidó su clave?",
    "Le quedan 2 intentos.",
    "Le queda 1 intento.",
    "Puede usar ¿Olvidó su clave? o llamar al {teléfono}.",
    "Cambiar Clave",
    "Recuerde: si es la primera vez que ingresa, debe cambiar su clave.",
    "Por seguridad, escriba otra vez todas las claves.",
    "Recuerde realizar el cambio de su clave periódicamente.",
    "Al terminar volverá al control de acceso.",
    "Ingrese allí con su documento y su nueva clave.",
    "La que usó para entrar: temporal, inicial o la suya",
    "5 números.",
    "No use su documento, su año de nacimiento ni #",
    "Escriba otra vez los mismos 5 números",
    "No fui yo",
    "Si el documento y el código son correctos, cerramos el acceso a su estado de cuenta.",
    "Para abrirlo de nuevo, llame al {teléfono}.",
    "Cerraremos su acceso para que nadie entre.",
    "Si recibió un correo de un cambio que usted no hizo, escriba aquí el código que viene en ese correo.",
    "Son los 10 números que vienen al final del correo que le enviamos",
    "Las respuestas no coinciden con nuestros registros.",
    "Revíselas, o pida la clave a su correo registrado.",
    "Confirme que es usted",
    "Paso 2 de 4.",
    "Documento: #",
    "Debe ser el que tiene registrado en Cooperen",
    "Mostramos el día y el mes",
    "Mostramos los 4 últimos números",
    "No importan mayúsculas ni tildes",
    "También puede llamar al {teléfono} o ir a una oficina.",
    "Revise su correo",
    "Si el documento está registrado y tiene correo, en unos minutos recibirá allí una clave temporal.",
    "Si no llega, llame al {teléfono}.",
    "¿Olvidó su clave?",
    "Paso 1 de 4.",
    "Escriba su documento.",
    "Después le haremos unas preguntas y le daremos una clave temporal, que debe cambiar para ingresar.",
    "Tenga a la mano su cédula y su correo registrado.",
    "Toma unos 3 minutos.",
    "Elija otra clave: esa es fácil de adivinar.",
    "Es una serie, un año o una que usa mucha gente.",
)
RECOVERED = (
    "Contraseña cambiada correctamente",
    "Paso 3 de 4.",
    "Esta es su clave temporal de 4 números:",
    "#",
    "Cifra por cifra: #",
    "Anótela.",
    "Sirve una sola vez y vence hoy a {hora}.",
    "Esta página se cerrará automáticamente en: 120 segundos",
)
PAGES: dict[str, When] = {
    **dict.fromkeys(SAME_FOR_ALL, always),
    **dict.fromkeys(RECOVERED, lambda works: works.temporary_lives),
    "Le enviamos un correo con la confirmación del cambio.": lambda works: Message.objects.filter(
        kind="temporary_key"
    ).exists(),
    "Por seguridad, el ingreso con este documento está en pausa hasta {hora}.": paused,
    "✔ Su clave inicial sirvió.": served("initial"),
    "✔ Su clave temporal sirvió.": served("temporary", "mailed"),
    "Ahora elija su clave de 5 números.": served(*GIVEN),
    "Paso 4 de 4.": served("temporary", "mailed"),
    "✔ Su clave sirvió.": served("must change"),
    "Ahora elija otra clave de 5 números.": served("must change"),
}
