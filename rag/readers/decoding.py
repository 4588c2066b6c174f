"""Bytes -> text with normalised newlines."""

import codecs

from charset_normalizer import from_bytes

from rag.errors import DocumentError

_UTF16_OR_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FEWEST_BYTES_TO_GUESS = 32


def decode(data: bytes) -> str:
    """UTF-8 where it is that, else what charset-normalizer detects. Raises DocumentError."""
    if not data.strip():
        raise DocumentError("it is empty")
    text = _decode(data)
    if "\0" in text:
        raise DocumentError("it is binary, not text")
    return normalise(text)


def normalise(text: str) -> str:
    """One newline character, and no lone surrogates, which neither SQLite nor Chroma can hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode("utf-8") if any("\ud800" <= c <= "\udfff" for c in text) else text


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if b"\0" in data and not data.startswith(_UTF16_OR_32):
        raise DocumentError("it is binary, not text")
    guess = from_bytes(data).best()
    if guess is None or (len(data) < _FEWEST_BYTES_TO_GUESS and guess.encoding.startswith("utf_16")):
        raise DocumentError("its encoding cannot be told; save it as UTF-8")
    return str(guess).removeprefix("\ufeff")
