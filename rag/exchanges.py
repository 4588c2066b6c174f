"""Two names or numbers of a statement that have changed places in its quote, or one that stands in another's place.

Knows a sentence with its names and numbers; how words are bound to each other is for `bindings` and `roles`.
"""

import re

from rag.bindings import Atom, displaced, exchanged
from rag.names import proper_names
from rag.records import Span
from rag.roles import exchanged_roles
from rag.sources import Source

_SUBJECT = re.compile(
    r"(?:^(?:(?:in|at|on|from|after)\s[^,;]{0,40}?\s)?|[,;]\s+(?:and\s+|but\s+)?)"
    r"(?P<who>he|she|they|it|his|her|its|their)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\w\s+of\s+(?:the|its|their)\s+$", re.IGNORECASE)  # five of the seven, two of whom


def changed_places(part: str, main: Source) -> str:
    """Two names or numbers that have changed places, or one that stands where the quote has another."""
    ours, theirs = _atoms(part, main), _atoms(main.text, main)
    matched = [Atom(mine.key, its.span) for mine in ours for its in theirs if _same_atom(mine, its)]
    absent = [mine for mine in ours if mine.key.startswith("name ") and mine.key not in {atom.key for atom in matched}]
    if turned := exchanged_roles(part, main.text):
        return f"{turned[0]} and {turned[1]} have changed places"
    subject = _SUBJECT.search(main.text)
    if len(absent) == 1 and subject:  # whom "she" stands for
        matched.append(Atom(absent[0].key, Span(*subject.span("who"))))
    if swapped := exchanged(part, main.text, ours, matched):
        labels = {mine.key: part[slice(*mine.span)] for mine in ours}
        return f"{labels[swapped[0]]} and {labels[swapped[1]]} have changed places"
    unsaid = [its for its in theirs if not any(_same_atom(mine, its) for mine in ours)]
    for mine in ours:
        places = [atom.span for atom in matched if atom.key == mine.key]
        rivals = [its for its in unsaid if its.key.split()[0] == mine.key.split()[0]]
        rivals = [
            its
            for its in rivals
            if not any(
                _part_of(main.text, span, its.span) or _holds(part, mine, main.text, span, its) for span in places
            )
            and not (its.key.startswith("number") and _WHOLE.search(main.text[: its.span.start]))
        ]
        if places and rivals:
            rival = displaced(part, main.text, mine.span, places, [its.span for its in rivals])
            if rival is not None:
                return f"the sources say {main.text[slice(*rivals[rival].span)]}, not {part[slice(*mine.span)]}"
    return ""


def _atoms(text: str, main: Source) -> list[Atom]:
    """Names and numbers, with keys that begin with their kind."""
    counted = [
        Atom(f"number{one.unit} {one.value:g}", one.span) for one in main.quantities_of(text) if one.unit != "th"
    ]
    return [*(Atom(f"name {' '.join(name.words)}", name.span) for name in proper_names(text)), *counted]


def _same_atom(one: Atom, other: Atom) -> bool:
    if one.key.startswith("name ") and other.key.startswith("name "):
        mine, its = set(one.key.split()[1:]), set(other.key.split()[1:])
        return bool(mine & its) and not (len(mine) == len(its) > 1 and len(mine - its) == 1)
    return one.key == other.key


def _part_of(text: str, one: Span, other: Span) -> bool:
    """Whether "of" joins two: two of three huts; Tom Brandt, chief executive of Larkline."""
    low, high = sorted((one, other))
    between = text[low.end : high.start]
    return bool(
        re.fullmatch(r"\s+(?:out\s+)?of\s+(?:\w+\s+)?|,\s+(?:[\w-]+\s+){1,5}(?:of|for|at)\s+(?:the\s+)?", between)
    )


def _holds(part: str, mine: Atom, text: str, place: Span, rival: Atom) -> bool:
    """Whether a rival has the office by which a statement calls him: "the director of Hask" of "Hask director Berg"."""
    office = re.fullmatch(r"\s+(?:[a-z-]+\s)*?([a-z-]+),?\s+", text[place.end : rival.span.start])
    if not office or not mine.key.startswith("name "):
        return False
    before = re.search(rf"\b{office[1]}\s+(?:of|at|for)\s+(?:the\s+)?$", part[: mine.span.start])
    return bool(before or re.match(rf"\s+(?:[a-z-]+\s)*?{office[1]}\b", part[mine.span.end :]))
