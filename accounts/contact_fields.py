"""The contact data that a member may ask to change: the one list for the member file, forms, staff pages and exports."""

# Field of `Member` -> column of the member file, which is also the field of the forms.
COLUMNS = {"email": "correo", "mobile": "celular", "landline": "telefono", "address": "direccion", "city": "ciudad"}
FIELDS = tuple(COLUMNS)
LABELS = {
    "email": "Correo",
    "mobile": "Celular",
    "landline": "Teléfono fijo",
    "address": "Dirección",
    "city": "Ciudad",
}
