"""The one error of this package, and its sentences."""


class UnreadableSheet(ValueError):
    """The book cannot be read; the message says why and what to do, in Spanish."""


TOO_LARGE = "La hoja es demasiado grande para abrirla como XLSX. Guárdela como CSV UTF-8 e intente de nuevo."
DAMAGED = "El archivo XLSX está dañado o incompleto. Ábralo en Excel, guárdelo de nuevo e intente otra vez."
NOT_XLSX = "El archivo no es XLSX, aunque se llame así: es {what}. Ábralo y guárdelo como XLSX o como CSV UTF-8."
NO_SHEET = "El libro no tiene ninguna hoja de celdas visible. Muestre la hoja que quiere traer y guarde el libro de nuevo."
