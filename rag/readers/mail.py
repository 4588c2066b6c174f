"""Mail, as a mail program saves it (.eml) or as text that begins with the lines From, To, Date and Subject."""

import contextlib
import email
import email.policy
import email.utils
import re
from datetime import date
from email.message import EmailMessage

from rag.dates import parse_date
from rag.errors import DocumentError
from rag.readers.content import Content
from rag.readers.decoding import normalise

_HEAD = re.compile(r"\s*((?:[A-Za-z][A-Za-z-]*:[^\n]*\n(?:[ \t]+\S[^\n]*\n)*)+)[ \t]*\n")
_TELLING = {"from", "subject"}


def read_saved(data: bytes) -> Content:
    """A whole message; what is attached to it is left out. Raises DocumentError where it has no plain text."""
    try:
        message = _parsed(data)
        body = message.get_body(("plain",))
        content = None if body is None else _content(message, normalise(body.get_content()))
    except Exception as error:  # noqa: BLE001  the email package raises what it meets
        raise DocumentError(f"the message cannot be read ({error}); save its words as .txt") from None
    if content is None:
        raise DocumentError("the message has no plain text; open it and save its words as .txt")
    return content


def read_written(text: str) -> Content | None:
    """A text that begins with the lines of a message; None where it does not."""
    head = _HEAD.match(text)
    if not head or not {line.partition(":")[0].lower() for line in head[1].splitlines()} >= _TELLING:
        return None
    with contextlib.suppress(Exception):
        return _content(_parsed(head[1].encode()), text[head.end() :])
    return None


def _parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _content(message: EmailMessage, text: str) -> Content:
    day = _day(str(message["date"] or message["sent"] or ""))
    name, address = email.utils.parseaddr(str(message["from"] or ""))
    return Content(
        text=text.strip(),
        title=str(message["subject"] or ""),
        date=day,
        date_origin="message" if day else "",
        author=name or address,
        media_type="message/rfc822",
    )


def _day(written: str) -> date | None:
    for read in (email.utils.parsedate_to_datetime, parse_date):
        with contextlib.suppress(ValueError):
            return read(written)
    return None
