"""A model's text -> its statements, the passage numbers that each cites, and the parts of a statement.

Knows markers and sentence ends; nothing of passages or of what is true.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.blocks import blocks
from rag.inert import inert
from rag.names import proper_names
from rag.quantities import quantities
from rag.quotations import spoken
from rag.records import Span
from rag.sentences import sentence_spans
from rag.speech import attribution
from rag.vocabulary import VERBS
from rag.words import located_words

_LISTED = r"(?i:(?:source|passage|document|quote)s?\s*)?\d+(?:\s*[,;–-]\s*\d+)*"
# In parentheses only before a stop or another marker: elsewhere they are the text's own.
_NUMBERS = (
    rf"(?:\[\s*{_LISTED}\s*\]|【\s*{_LISTED}\s*(?:†[^】]*)?】"
    r"|\(\s*(?i:(?:source|passage|document|quote)s?\s*)?\d{1,2}\s*\)(?=\s*(?:[.!?,;\[【(]|\Z)|\s*\n))"
)
_MARKER = re.compile(rf"\s*{_NUMBERS}")
_MARKERS_AFTER_ROW = re.compile(
    rf"^(?P<row>[^\S\n]*\|[^\n]*\S)[^\S\n]*\|(?P<markers>(?:[^\S\n]*{_NUMBERS})+)[^\S\n]*$", re.MULTILINE
)
_MARKERS = re.compile(rf"(?:\s*{_NUMBERS})+")
_MARKER_AFTER_STOP = re.compile(rf"(?P<stop>[.!?][\"”’)]*)(?P<markers>(?:\s*{_NUMBERS})+)")
_GONE_ON = re.compile(r"[.!?\n\])】][^\w\n\[(【]*\w+\s")  # a stop or a marker, and one more word
_LEAD_IN = re.compile(
    r"^(?:answer|sure|certainly|here is|here are|based on|according to the (?:provided )?sources)\b"
    r"(?P<rest>[^.:]*):(?!\d)\s*",
    re.IGNORECASE,
)
_CONSENT = re.compile(r"^(?:sure|certainly|of course)[,!]\s+(?=\S)", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[-*•]\s*|\(?\d{1,3}[.)]\s+(?=\D))+")
_ACCORDING_TO_TEXT = re.compile(
    r"^According to (?:the|this|these)\s+(?:provided\s+|given\s+)?"
    r"(?:article|passage|text|document|source|excerpt|quote)s?,\s+(?=\S)",
    re.IGNORECASE,
)
_BETWEEN_PARTS = re.compile(
    r"[;:—–]\s+|,\s+(?=\S)|\s(?=(?:and|but|while|whereas|although|though|because|which|who|whose|after|before|as|if|when)\s)",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"\b(?:according to|in the (?:view|opinion|words|judgement) of)\s[^,]*$", re.IGNORECASE)
_WHOLE = re.compile(  # as much as, between five and six, four years after
    r"\s(?:as\s+\w+|such)\s+as\b|\sbetween\s+[\w.,-]+(?:\s+[\w%]+)?\s+and\b|\b\w+\s+(?:years?|months?|weeks?|days?|hours?|minutes?)\s+(?:after|before)\b",
    re.IGNORECASE,
)
_LEAST_WORDS = 2  # that carry meaning: a shorter part belongs to the one before it
_RANGE = 20


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence of a model without its markers, and the passage numbers that they named."""

    text: str
    cited: frozenset[int]


def statement_spans(text: str) -> list[Span]:
    """Where a model's statements stand: its sentences; a table, code or a formula, with its markers, is one."""
    spans: list[Span] = []
    reached = 0
    for block in [*(block for block in blocks(text) if not block.is_prose), None]:
        between = text[reached : block.span.start if block else len(text)]
        spans += [Span(reached + start, reached + end) for start, end in sentence_spans(between)]
        if block:
            markers = _MARKERS.match(text, block.span.end)
            reached = markers.end() if markers else block.span.end
            spans.append(Span(block.span.start, reached))
    return spans


def gone_on(text: str, start: int) -> bool:
    """Whether a growing text may have gone on, after `start`, from a statement with its markers to the next."""
    return bool(_GONE_ON.search(text, start))


def without_last(text: str) -> str:
    """A growing text up to its last statement, which may still change; markers before that are of the one before."""
    spans = statement_spans(text)
    if not spans:
        return ""
    markers = _MARKERS.match(text, spans[-1].start) if len(spans) > 1 else None
    return text[: markers.end() if markers else spans[-1].start]


def stated(text: str) -> Iterator[Stated]:
    """Each statement of a model's text; headings, lead-ins and empty ones are left out."""
    text = _without_chatter(text.strip())
    moved = _MARKER_AFTER_STOP.sub(lambda found: f"{found['markers']}{found['stop']}", text)
    moved = _MARKERS_AFTER_ROW.sub(r"\g<row>\g<markers> |", moved)
    for span in statement_spans(moved):
        statement = moved[span.start : span.end]
        cited = frozenset(n for marker in _MARKER.findall(statement) for n in _marker_numbers(marker))
        plain = _without_markers(statement)
        if plain and not plain.endswith(":"):
            yield Stated(plain, cited)


def _without_markers(statement: str) -> str:
    """What a statement says, a table's rows and code in their lines."""
    if all(block.is_prose for block in blocks(statement)):
        return _without_place_read(inert(_BULLET.sub("", " ".join(_MARKER.sub("", statement).split()))))
    return inert("\n".join(_MARKER.sub("", line).rstrip() for line in statement.split("\n")).strip("\n"))


def _without_chatter(text: str) -> str:
    """A text without "Sure, here it is:"; words that name a speaker are no chatter."""
    lead_in = _LEAD_IN.match(text)
    if lead_in and not attribution(spoken([f"{lead_in['rest']}: “It is.”"])[0]):
        text = text[lead_in.end() :]
    return _capitalised(_CONSENT.sub("", text), text)


def _without_place_read(statement: str) -> str:
    """A statement without "According to the passage," at its beginning: that is no speaker."""
    return _capitalised(_ACCORDING_TO_TEXT.sub("", statement), statement)


def _capitalised(rest: str, text: str) -> str:
    """What is left of a text whose beginning was taken away."""
    return rest if rest == text else rest[:1].upper() + rest[1:]


def parts(statement: str) -> tuple[str, ...]:
    """A statement's clauses in order; what is too short to stand alone stays with its neighbour."""
    held = [one.span for one in quantities(statement)] + [one.span for one in proper_names(statement)]
    held += [Span(found.start() - 1, found.end()) for found in _WHOLE.finditer(statement)]
    ends = [
        match
        for match in _BETWEEN_PARTS.finditer(statement)
        if not any(span.start < match.start() < span.end for span in held)
    ]
    found: list[str] = []
    start = 0
    for match in [*ends, None]:
        piece = statement[start : match.start() if match else None]
        start = match.end() if match else len(statement)
        if found and (
            min(_weight(piece), _weight(found[-1])) < _LEAST_WORDS or _goes_on(piece) or _SPEAKER.search(found[-1])
        ):
            found[-1] = f"{found[-1]}, {piece}"
        else:
            found.append(piece)
    return tuple(found)


def _goes_on(piece: str) -> bool:
    """Whether a piece begins with a verb, whose subject stands before the comma ("..., who leads it, said"), or is what
    somebody said there."""
    first = located_words(piece)[:1]
    return any(word.text in VERBS or word.text == "that" or word.text.endswith("ed") for word in first)


def _weight(piece: str) -> int:
    """Words that carry meaning and are no names."""
    return sum(word.content and not word.capital for word in located_words(piece))


def _marker_numbers(marker: str) -> Iterator[int]:
    for part in re.split(r"[,;]", marker.strip(" \n\t[]")):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        first, last = ends[0], ends[-1]
        # A range is read as one; an absurd one names only its ends.
        yield from range(first, last + 1) if first <= last <= first + _RANGE else ends
