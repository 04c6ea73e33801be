"""What the answer of a mail server means for one mail. Pure: it uses no connection and no queue."""

import re
import smtplib

ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463
NO_MAILBOX_CODES = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}  # 5.1.7 and 5.1.8 blame the sender's address: ours
NO_MAILBOX_WORDS = re.compile(
    r"user unknown|unknown (user|recipient|mailbox)|no such (user|recipient|mailbox|person)|"
    r"(user|recipient|mailbox|address|account)\b.{0,40}\b(not found|does ?n[o']t exist|not exist|no existe|unknown)",
    re.IGNORECASE,
)


def answer_of(error: Exception) -> tuple[int, str]:
    """Code and text of the server's answer to one recipient; (0, "") if the error is no answer."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return code, _decoded(text)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, _decoded(error.smtp_error)
    return 0, ""


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text


def is_final(error: Exception) -> bool:
    """Whether the mailbox does not exist: status 5.1.x (RFC 3463), or 550 in words that say so.

    Other permanent codes (relaying denied, blocked, mailbox full) pass or are ours to mend, so they are retried.
    """
    code, text = answer_of(error)
    if not 500 <= code < 600 or isinstance(error, smtplib.SMTPSenderRefused):
        return False
    if status := ENHANCED.match(text):
        return status[1] in NO_MAILBOX_CODES
    return code == 550 and "sender" not in text.lower() and bool(NO_MAILBOX_WORDS.search(text))


def error_name(error: Exception) -> str:
    """The error's class and SMTP codes, at most 80 characters; never the text, which may contain the address."""
    code, text = answer_of(error)
    status = ENHANCED.match(text)
    return " ".join([type(error).__name__, *([str(code)] if code else []), *([status[1]] if status else [])])[:80]
