"""A question -> the outlets, of those that the library knows, that it names. Knows no documents and asks no model."""

import re
from collections.abc import Iterator, Mapping, Sequence

from rag.records import Span
from rag.words import bare_words, words_of

_PARTS = re.compile(r"\s+[-|–—]\s+")
_REPORTING = re.compile(r"(?:\b(?:in|by|to|from|per)\s+|according\s+to\s+|['‘\"“])$", re.IGNORECASE)
_REPORTED = re.compile(
    r"^['’\"”]?(?:['’]s\b)?\s*(?:articles?|reports?|reported|reviews?|stor(?:y|ies)|says|said|writes|wrote)\b"
)


def named_outlets(question: str, outlets: Sequence[str]) -> tuple[str, ...]:
    """Those that the question names, wholly or by a part of a name such as "The Gazette - Sport"."""
    return tuple(outlet_spans(question, outlets))


def outlet_spans(question: str, outlets: Sequence[str]) -> Mapping[str, Sequence[Span]]:
    """Each outlet that the question names, with where.

    Many are words of their own (Time, Fortune), so a name counts where it is capitalised, or, in a question without
    capitals, where the words around it speak of reporting.
    """
    running = f" {' '.join(bare_words(question))} "
    capitals = any(character.isupper() for character in question[1:])
    named = {
        outlet: [span for name in _names(outlet) for span in _spans(name, question, running, capitals)]
        for outlet in outlets
    }
    return {outlet: spans for outlet, spans in named.items() if spans}


def _names(outlet: str) -> list[str]:
    return list(dict.fromkeys([outlet, *_PARTS.split(outlet)]))


def _spans(name: str, question: str, running: str, capitals: bool) -> Iterator[Span]:
    words = words_of(name)
    if not words or f" {' '.join(bare_words(name))} " not in running:
        return
    between = r"[\W_]+".join(map(re.escape, words))
    spelled = re.compile(rf"(?<!\w){between}(?!\w)", re.IGNORECASE)
    for match in spelled.finditer(question.replace("’", "'")):
        if _is_meant(match, question, capitals):
            yield Span(*match.span())


def _is_meant(match: re.Match[str], question: str, capitals: bool) -> bool:
    words = re.sub(r"^the\s+", "", match[0], flags=re.IGNORECASE)
    telling = capitals and (match.start() > 0 or any(character.isupper() for character in words[1:]))
    if telling and not words[0].islower():
        return True
    return bool(_REPORTING.search(question[: match.start()]) or _REPORTED.match(question[match.end() :].lower()))
