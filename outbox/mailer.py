"""Send mails over one connection to the mail server."""

from contextlib import suppress
from types import TracebackType

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from outbox.models import Message
from outbox.queue import content_of


class ServerDown(Exception):
    """The mail server cannot be reached, so no other mail would go out either; `cause` is the error."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.cause = cause


class Mailer:
    """Opens its connection for the first mail, and a new one after an error."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def __enter__(self) -> "Mailer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def send(self, message: Message) -> None:
        """Send the mail. Raises ServerDown, or what smtplib raises for this mail."""
        mail = _mail_of(message)
        mail.connection = self._open()
        try:
            mail.send()
        except Exception:
            self._close()  # its state is unknown
            raise

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            connection = get_connection()
            try:
                connection.open()
            except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; ValueError: a greeting that is no SMTP
                with suppress(OSError):
                    connection.close()
                raise ServerDown(error) from error
            self._connection = connection
        return self._connection

    def _close(self) -> None:
        """Close the connection; a server that does not answer QUIT has the mails all the same."""
        connection, self._connection = self._connection, None
        if connection:
            with suppress(OSError):
                connection.close()


def _mail_of(message: Message) -> EmailMessage:
    content = content_of(message)
    domain = settings.PORTAL_HOST.removeprefix("www.")
    headers = {"Message-ID": f"<{message.id}@{domain}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(content["subject"], content["text"], to=[content["to"]], headers=headers)
