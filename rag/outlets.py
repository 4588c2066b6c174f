"""A question -> the outlets, of those that the library knows, that it names. Knows no documents and asks no model."""

import re
from collections.abc import Sequence

from rag.words import words_of

_PARTS = re.compile(r"\s+[-|–—]\s+")
_REPORTING = re.compile(r"(?:\b(?:in|by|to|from|per)\s+|according\s+to\s+|['‘\"“])$", re.IGNORECASE)
_REPORTED = re.compile(
    r"^['’\"”]?(?:['’]s\b)?\s*(?:articles?|reports?|reported|reviews?|stor(?:y|ies)|says|said|writes|wrote)\b"
)


def named_outlets(question: str, outlets: Sequence[str]) -> tuple[str, ...]:
    """Those that the question names, wholly or by a part of a name such as "The Gazette - Sport".

    Many are words of their own (Time, Fortune), so a name counts where it is capitalised, or, in a question without
    capitals, where the words around it speak of reporting.
    """
    words = [word.removesuffix("'s") for word in words_of(question)]
    running = f" {' '.join(words)} "
    capitals = any(character.isupper() for character in question[1:])
    return tuple(
        outlet for outlet in outlets if any(_is_named(part, question, running, capitals) for part in _names(outlet))
    )


def _names(outlet: str) -> list[str]:
    return list(dict.fromkeys([outlet, *_PARTS.split(outlet)]))


def _is_named(name: str, question: str, running: str, capitals: bool) -> bool:
    words = words_of(name)
    if not words or f" {' '.join(words)} " not in running:
        return False
    between = r"[\W_]+".join(map(re.escape, words))
    spelled = re.compile(rf"(?<!\w){between}(?!\w)", re.IGNORECASE)
    return any(_is_meant(match, question, capitals) for match in spelled.finditer(question.replace("’", "'")))


def _is_meant(match: re.Match[str], question: str, capitals: bool) -> bool:
    words = re.sub(r"^the\s+", "", match[0], flags=re.IGNORECASE)
    telling = capitals and (match.start() > 0 or any(character.isupper() for character in words[1:]))
    if telling and not words[0].islower():
        return True
    return bool(_REPORTING.search(question[: match.start()]) or _REPORTED.match(question[match.end() :].lower()))
