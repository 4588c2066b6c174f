"""A statement and passages -> the quotes that carry it, or the reasons why none do.

One sentence carries a statement where every gate lets it through and its wording is near enough; or two do, each for
the parts that it is nearest to, and one more where they lack only a number or a date. Knows passages; nothing of whole
answers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from rag.attachments import misnamed, misplaced
from rag.candidates import Candidates, candidates_of, completed, counted, groups, likeliest
from rag.gates import Objection, objections
from rag.polarity import denied_in_other_words
from rag.records import Passage
from rag.sources import Source, sources_of
from rag.statements import parts
from rag.tables import rows_of
from rag.wording import Wording
from rag.words import content_words, located_words, words_of

_CLEARLY_MORE = 0.12  # of the words of a statement of several parts than a single source that would do
_TIE = 0.05
_LACKING = frozenset(("absent", "missing"))  # what others may still say
_WORDS_A_NUMBER = 6
_HALF = 0.5  # of a part's words, of which a sentence that has no more than the chosen ones must have more to deny it
_NEARLY_ALL = 0.85
_SENTENCE = 3  # words that carry meaning: of fewer, nothing but the same words is support
_FIRST = 2  # sources, of which one denies a statement of one part, or of which it holds nearly all


@dataclass(frozen=True, slots=True)
class Support:
    """The quotes that carry a statement; where there are none, the reasons why the likeliest do not."""

    quotes: tuple[Source, ...] = ()
    reasons: tuple[str, ...] = ()


def find_support(statement: str, passages: Sequence[Passage], wording: Wording) -> Support:
    """The best one to four sentences of the passages that carry a statement."""
    whole_tables = len(rows_of(statement)) > 1
    sources = [source for passage in passages for source in sources_of(passage, whole_tables)]
    read = candidates_of(statement, sources, wording)
    if not read.sources or not read.words:
        return Support(reasons=("no passage is cited",))
    if len(content_words(statement)) < _SENTENCE and not any(_holds(source.text, statement) for source in read.sources):
        return Support(reasons=("the quote does not have these words",))
    # What another source says against it is told beside it (`rag/disagreements.py`), and does not unsay it.
    if copied := [source for source in read.sources if source.text.split() == statement.split()]:
        return Support((copied[0],))
    ranked = likeliest(read, wording)
    found = {i: read.objections(statement, i) for i in ranked}
    opposed = {i for i, objected in found.items() if _denies(objected)}
    reasons = [_reasons(found[ranked[0]])]
    whole = len(parts(statement)) == 1
    alone: int | None = None
    for rank, i in enumerate(ranked):
        if not found[i]:
            denied = _denied(read, (i,), wording)
            if denied and rank < _FIRST and whole:
                return Support(reasons=(denied,))
            doubts = _reasons(_contradicted(read, (i,))) or _doubts(read, (i,), wording)
            if not doubts:
                alone = i
                break
            reasons.append(doubts)
        elif i in opposed and rank < _FIRST and (whole or read.share([i]) >= _NEARLY_ALL):
            return Support(reasons=_reasons(found[i]))
    short: list[tuple[int, ...]] = [(ranked[0],)] if _only_absent(found[ranked[0]]) else []
    for chosen in groups(read, ranked, whole):
        if alone is not None and (whole or read.share(chosen) < read.share([alone]) + _CLEARLY_MORE):
            break
        left_open = _objections(read, chosen, opposed)
        doubts = _reasons(left_open) or _doubts(read, chosen, wording)
        if not doubts:
            return Support(tuple(read.sources[i] for i in chosen))
        reasons.append(doubts)
        if _only_absent(left_open):
            short.append(chosen)
    if alone is not None:
        return Support((read.sources[alone],))
    for chosen in completed(read, short):
        if not _objections(read, chosen, opposed) and not _doubts(read, chosen, wording):
            return Support(tuple(read.sources[i] for i in chosen))
    nearest = min(filter(None, reasons), key=len, default=("the sources say otherwise",))
    return Support(reasons=tuple(dict.fromkeys(nearest)))


def _reasons(objected: Sequence[Objection]) -> tuple[str, ...]:
    return tuple(one.reason for one in objected)


def _doubts(read: Candidates, chosen: Sequence[int], wording: Wording) -> tuple[str, ...]:
    """Why the chosen sources do not say the same on the whole; none where they do."""
    passages = {read.sources[i].passage.number: read.sources[i].passage for i in chosen}
    around = [source for passage in passages.values() for source in sources_of(passage)]
    quoted = [read.sources[i].text for i in sorted(chosen, key=lambda i: read.sources[i].place)]
    doubt = (
        misplaced(read.text, around, wording.nearness)
        or misnamed(read.text, around, wording.nearness)
        or _denied(read, chosen, wording)
        or wording.doubt(read.text, quoted, read.share(chosen), _firmness(read.text, chosen, read))
    )
    return (doubt,) if doubt else ()


def _denied(read: Candidates, chosen: Sequence[int], wording: Wording) -> str:
    """Why one of the sources denies the statement in other words; empty where none does."""
    texts = (read.sources[i].text for i in chosen)
    return next(filter(None, (denied_in_other_words(read.text, text, wording.nearness) for text in texts)), "")


def _firmness(text: str, chosen: Sequence[int], read: Candidates) -> float:
    """The share of a text that numbers and dates of the sources make up, 0 to 1: all of it with one in six words."""
    agreeing = {fact.span for i in chosen for fact, found in counted(text, read.sources[i]) if found}
    return min(1.0, _WORDS_A_NUMBER * len(agreeing) / max(1, sum(word.content for word in located_words(text))))


def _denies(objected: Sequence[Objection]) -> bool:
    """Whether a source speaks of the same and says otherwise: nothing is missing, or only another speaker's name is."""
    kinds = {one.kind for one in objected}
    return bool(kinds) and (not kinds & _LACKING or "speaker" in kinds)


def _only_absent(objected: Sequence[Objection]) -> bool:
    """Whether there is nothing but numbers or dates that another sentence may give."""
    return bool(objected) and all(one.kind == "absent" for one in objected)


def _objections(read: Candidates, chosen: Sequence[int], opposed: Collection[int]) -> tuple[Objection, ...]:
    """What the chosen sources leave open, each part of the statement held against those that it is nearest to."""
    divided = _parts(read, chosen)
    if len(divided) == 1 and any(i in opposed for i in chosen):
        return (Objection("the sources say otherwise", "opposite"),)
    found: list[Objection] = []
    if denied := _contradicted(read, chosen):
        return denied
    for part, mains in divided:
        tried = [
            objections(part, read.text, read.sources[main], [read.sources[i] for i in chosen if i != main])
            for main in mains
        ]
        least: tuple[Objection, ...] = min(tried, key=len)
        found.extend(least)
    return tuple(found)


def _contradicted(read: Candidates, chosen: Sequence[int]) -> tuple[Objection, ...]:
    """Why a part of the statement is denied: by a chosen source, or by another that covers as much of that part."""
    divided = _places_of_parts(read)
    best = max(chosen, key=lambda i: read.share([i]))
    for part, places in divided:
        shares = read.shares(places)
        most = shares[list(chosen)].max()
        near = [i for i in chosen if len(divided) == 1 or shares[i] >= most - _TIE]
        more = np.flatnonzero((shares > most) | ((shares == most) & (shares > _HALF))).tolist()
        for i in dict.fromkeys((*near, *more)):
            objected = read.objections(part, i)
            kinds = {one.kind for one in objected}
            together = len(divided) == 1 < len(chosen) and i == best  # what it lacks is in the others
            if kinds == {"speaker"} or ("opposite" in kinds and (together or not kinds & _LACKING)):
                return objected
    return ()


def _parts(read: Candidates, chosen: Sequence[int]) -> list[tuple[str, list[int]]]:
    """Each part with the chosen sources that cover the most of its words, names not counted."""
    found = []
    for part, places in _places_of_parts(read):
        shares = read.shares(places)
        ranked = sorted(chosen, key=lambda i: -shares[i])
        found.append((part, [i for i in ranked if shares[i] >= shares[ranked[0]] - _TIE]))
    return found


def _places_of_parts(read: Candidates) -> list[tuple[str, list[int]]]:
    """Each part of the statement with the places of its words that tell which source it is from."""
    found, start = [], 0
    for part in parts(read.text):
        own = range(start, start + len(located_words(part)))
        start = own.stop
        places = [i for i in own if i in read.plain] or [i for i in own if i in read.content] or list(own)
        found.append((part, places))
    return found


def _holds(text: str, fragment: str) -> bool:
    """Whether a text has all words of a fragment one after another."""
    words = words_of(fragment)
    return f" {' '.join(words)} " in f" {' '.join(words_of(text))} "
