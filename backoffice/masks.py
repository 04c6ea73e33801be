"""Pure: contact data as staff see it before they ask for more. Enough to compare with what a caller says, no more."""


def mask_email(email: str) -> str:
    """`rosa.gomez@correo.com` -> `r…@c…com`."""
    name, at, domain = email.partition("@")
    if not at:
        return "…" if email else ""
    ending = domain.rpartition(".")[2]
    return f"{name[:1]}…@{domain[:1]}…{ending}"


def mask_phone(phone: str) -> str:
    """`3105552827` -> `… 27`: the last four digits answer a recovery question, so two are shown."""
    return f"… {phone[-2:]}" if phone else ""


def mask_text(text: str) -> str:
    """An address or a date: only whether there is one."""
    return "registrada" if text else ""
