"""Django's SMTP backend, with the time RFC 5321 gives a server to answer after the end of a mail."""

import smtplib
from functools import cached_property

from django.core.mail.backends import smtp

DATA_TIMEOUT = 600  # seconds for the answer after the final dot: RFC 5321, 4.5.3.2.6


class _Patient:
    """Mixed into smtplib's clients: a server that checks a mail for minutes has not lost it."""

    def data(self, msg: str | bytes) -> tuple[int, bytes]:
        usual = self.sock.gettimeout()  # type: ignore[attr-defined]
        self.sock.settimeout(DATA_TIMEOUT)  # type: ignore[attr-defined]
        try:
            return super().data(msg)  # type: ignore[misc, no-any-return]
        finally:
            if self.sock:  # type: ignore[attr-defined]  # None once the server has hung up
                self.sock.settimeout(usual)  # type: ignore[attr-defined]


class PatientSMTP(_Patient, smtplib.SMTP):
    pass


class PatientSMTPSSL(_Patient, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    @cached_property
    def connection_class(self) -> type[smtplib.SMTP]:
        return PatientSMTPSSL if self.use_ssl else PatientSMTP
