"""Masked contact data: enough to compare with what a caller says. Pure."""


def mask_email(email: str) -> str:
    """`rosa.gomez@correo.com` -> `r…@c…com`."""
    name, at, domain = email.partition("@")
    if not at:
        return "…" if email else ""
    ending = domain.rpartition(".")[2]
    return f"{name[:1]}…@{domain[:1]}…{ending}"


def mask_phone(phone: str) -> str:
    """`3105552827` -> `… 27`: two digits, because the last four answer a recovery question."""
    return f"… {phone[-2:]}" if phone else ""


def mask_text(text: str) -> str:
    """Whether there is an address or a date."""
    return "registrada" if text else ""


MASKS = {"email": mask_email, "mobile": mask_phone, "landline": mask_phone, "address": mask_text}


def mask_contact(name: str, value: str) -> str:
    """The masked value of one of `contact_fields.FIELDS`; a city is shown in full."""
    return MASKS[name](value) if name in MASKS else value
