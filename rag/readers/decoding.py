"""Bytes -> text with normalised newlines."""

import codecs
import re

from charset_normalizer import from_bytes

from rag.errors import DocumentError

_MARKED = {
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What people's older files are in: with rarer code pages allowed, short texts are taken for those.
_LIKELY = [f"cp{number}" for number in (1252, 1251, 1250, 1253, 1254, 1255, 1256, 1257, 874, 932, 949)]
_LIKELY += ["gb18030", "big5", "euc_jp", "iso2022_jp"]
_SYMBOL_IN_WORD = re.compile(r"[^\W\d_][¡-¿×÷ŒœŠšŽž]+[^\W\d_]")
_NEARLY_AS_CLEAN = 0.05


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
    encoding = next((name for mark, name in _MARKED.items() if data.startswith(mark)), None)
    if encoding is None and b"\0" in data:
        raise DocumentError("it is binary, not text")
    try:
        text = data.decode(encoding) if encoding else _guess(data)
    except UnicodeDecodeError:
        text = ""
    if not text:
        raise DocumentError("its encoding cannot be told; save it as UTF-8")
    return text


def _guess(data: bytes) -> str:
    """The likeliest reading; Western European where that is about as clean as the best, and has no symbols in words."""
    guesses = list(from_bytes(data, cp_isolation=_LIKELY))
    for guess in guesses:
        clean = guess.chaos <= guesses[0].chaos + _NEARLY_AS_CLEAN and guess.coherence >= guesses[0].coherence
        if guess.encoding == "cp1252" and clean and not _SYMBOL_IN_WORD.search(str(guess)):
            return str(guess)
    return str(guesses[0]) if guesses else ""
