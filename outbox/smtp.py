"""Django's SMTP backend, with the time RFC 5321 gives a server to answer after the end of a mail."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from django.core.mail.backends import smtp

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

DATA_TIMEOUT = 600  # seconds for the answer after the final dot: RFC 5321, 4.5.3.2.6


class PatientSMTP(smtplib.SMTP):
    def data(self, msg: "ReadableBuffer | str") -> tuple[int, bytes]:
        with _patience(self):
            return super().data(msg)


class PatientSMTPSSL(smtplib.SMTP_SSL):
    def data(self, msg: "ReadableBuffer | str") -> tuple[int, bytes]:
        with _patience(self):
            return super().data(msg)


@contextmanager
def _patience(client: smtplib.SMTP) -> Iterator[None]:
    """Wait `DATA_TIMEOUT` for answers: a server that checks a mail for minutes has not lost it."""
    usual = client.timeout
    if client.sock:
        client.sock.settimeout(DATA_TIMEOUT)
    yield
    if client.sock:
        client.sock.settimeout(usual)


class EmailBackend(smtp.EmailBackend):
    @cached_property
    def connection_class(self) -> type[smtplib.SMTP]:
        return PatientSMTPSSL if self.use_ssl else PatientSMTP
