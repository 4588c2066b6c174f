"""Whether the speaker of a statement is the one whom its quote has, and whether words in quotation marks are his.

Knows a statement and the sentences of a passage; who speaks in a sentence is for `speech` and `speakers`, and when two
descriptions are of one speaker for `parties`.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.mentions import gender_of
from rag.names import name_words, proper_names
from rag.parties import party, same_party, shares_words
from rag.quotations import quoted, spoken
from rag.records import Span
from rag.speakers import speakers_of
from rag.speech import PRONOUNS, attributions
from rag.vocabulary import listed
from rag.words import content_words, located_words

_CLAUSES = re.compile(r";\s+|,?\s+\b(?=(?:but|while|whereas|although|though)\s)|,\s+(?=and\s)", re.IGNORECASE)
_WRITERS = listed("reviewer writer author critic columnist reporter correspondent journalist essayist diarist blogger")
_FIRST_PERSON = re.compile(r"(?:^|[,;:”] |\b[a-z]+ )I\b|\b[Mm][ey]\b")  # not Elizabeth I
_SPEECH = 4  # words of a quotation that is no mere name or term
_SIGNS = re.compile(r"[\"“”«»„‘’]")


@dataclass(frozen=True, slots=True)
class Claim:
    """A clause with those who are said to say it, by the words that the clause has and by their full names."""

    text: str
    speakers: tuple[str, ...]


def claims(around: Sequence[str], place: int, outlet: str = "") -> tuple[Claim, ...]:
    """The clauses of a passage's sentence that have speakers of their own; the sentence where only one has."""
    return _claims(tuple(around), place, outlet)


def misattributed(part: str, around: Sequence[str], place: int, outlet: str = "") -> str:
    """Why the speaker of a statement is not that of its quote; empty where it is, or where the statement has none.

    `around` are the sentences of the quote's passage, of which it is number `place`; `outlet` is what reports it.
    """
    context = " ".join(around)
    if not claims((part,), 0):
        return _borrowed(part, around, place, outlet)
    for claim in claims((part,), 0):
        ours = [one for one in claim.speakers if one.lower() not in PRONOUNS]
        if not ours:
            continue
        theirs = _claims_alike(claim, around, place, outlet)
        if not theirs:
            earlier = claims(around, place - 1, outlet) if place else ()
            told = bool(earlier) and _may_be(ours, earlier, context)
            named = any(shares_words(one, name_words(around[place])) for one in ours)
            # What nobody says in the source may be told as somebody's view, but not put into his mouth.
            if not _writes(ours, around) and (_is_speech(claim.text) or not (told or named)):
                return f"the sources do not have {ours[0]} say it"
        elif not _may_be(ours, theirs, context):
            return f"the sources have “{theirs[0].speakers[-1]}” say it, not {ours[0]}"
    return ""


def speaking(part: str, around: Sequence[str], place: int, outlet: str = "") -> tuple[str, ...]:
    """Those who are said to speak in a statement, where somebody speaks in its quote who is known by name or office."""
    ours, theirs = (
        tuple(one for claim in found for one in claim.speakers if one.lower() not in PRONOUNS)
        for found in (claims((part,), 0), claims(around, place, outlet))
    )
    return ours if theirs else ()


def unspoken(part: str, sources: Sequence[str]) -> str:
    """Why words in quotation marks are not in the sources as they stand; empty where they are."""
    everything = f" {' '.join(_plain(source) for source in sources)} "
    for span in quoted(part):
        words = _plain(part[slice(*span)])
        if words and f" {words} " not in everything:
            return f"the sources do not have the words “{part[slice(*span)].strip()}”"
    return ""


def _borrowed(part: str, around: Sequence[str], place: int, outlet: str) -> str:
    """Whether a statement that names somebody quotes the words of somebody else."""
    outside = "".join(" " if _inside(i, quoted(part)) else letter for i, letter in enumerate(part))
    named = [name for name in proper_names(outside) if len(name.words) > 1]
    for span in quoted(part) if named else ():
        words = located_words(part[slice(*span)])
        if len(words) >= _SPEECH and sum(word.capital for word in words) < len(words) / 2:
            found = _claims_alike(Claim(f"“{part[slice(*span)]}”", ()), around, place, outlet)
            speakers = [one for claim in found for one in claim.speakers if one.lower() not in PRONOUNS]
            if speakers and not any(shares_words(one, name_words(outside)) for one in speakers):
                return f"the sources have “{speakers[-1]}” say it, not {named[0].text}"
    return ""


@functools.lru_cache(maxsize=8192)
def _claims(around: tuple[str, ...], place: int, outlet: str) -> tuple[Claim, ...]:
    sentence = around[place]
    clauses = _clauses(sentence)
    parts = [(text, _speakers((*around[:place], *clauses[:i]), text, outlet)) for i, text in enumerate(clauses)]
    several = [Claim(text, speakers) for text, speakers in parts if speakers]
    if len(several) > 1:
        return tuple(several)
    if several and len(parts) > 1:
        return (Claim(sentence, several[0].speakers),)
    whole = _speakers(around[:place], sentence, outlet, around[place + 1 :])
    return (Claim(sentence, whole),) if whole else ()


def _speakers(before: tuple[str, ...], text: str, outlet: str, after: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Those who speak, as the text has them, and the one whom a pronoun or a bare quotation means."""
    own = [one.subject for one in attributions(spoken((text,))[0])]
    full = _passage_speakers((*before, text, *after), outlet)[len(before)]
    return tuple(dict.fromkeys([*([full.name] if full else []), *own]))


@functools.lru_cache(maxsize=2048)
def _passage_speakers(sentences: tuple[str, ...], outlet: str) -> tuple:
    return speakers_of(sentences, outlet)


def _claims_alike(claim: Claim, around: Sequence[str], place: int, outlet: str) -> list[Claim]:
    """Of the passage's claims that of the words which the statement quotes, else those of the quote that share most."""
    for span in quoted(claim.text):
        words = _plain(claim.text[slice(*span)])
        for i in sorted(range(len(around)), key=lambda i: abs(i - place)):
            if words and f" {words} " in f" {_plain(around[i])} ":
                found = claims(around, i, outlet)
                return [one for one in found if f" {words} " in f" {_plain(one.text)} "] or list(found)
    found = claims(around, place, outlet)
    speaking = frozenset(word for one in claim.speakers for word in content_words(one))
    own = content_words(claim.text) - speaking
    shared = [len(own & content_words(one.text)) for one in found]
    return [one for one, count in zip(found, shared, strict=True) if count == max(shared)]


def _may_be(ours: Sequence[str], theirs: Sequence[Claim], context: str) -> bool:
    """Whether one of them may be one of those who speak; whoever is not known by name or description may be anyone."""
    speakers = [one for claim in theirs for one in claim.speakers]
    described = [one for one in speakers if one.lower() not in PRONOUNS]
    if not described:
        genders = {gender_of(one) for one in ours} - {""}
        return not speakers or not genders or not genders.isdisjoint(speakers) or "they" in speakers
    return any(same_party(party(mine), party(its), context) for mine in ours for its in described)


def _is_speech(text: str) -> bool:
    """Whether a text has a quotation that is no mere name or term."""
    spans = [located_words(text[slice(*span)]) for span in quoted(text)]
    return any(len(words) >= _SPEECH and sum(word.capital for word in words) < len(words) / 2 for words in spans)


def _writes(ours: Sequence[str], around: Sequence[str]) -> bool:
    """Whether one of them is the writer of a passage, who says "I" in it outside of quotation marks."""
    writers = any(located_words(one)[-1].text in _WRITERS for one in ours if located_words(one))
    return writers and any(_FIRST_PERSON.search(one.text) for one in spoken(around))


def _clauses(sentence: str) -> list[str]:
    """Clauses of a sentence; what stands in quotation marks is not parted."""
    marks = quoted(sentence)
    cuts = [match for match in _CLAUSES.finditer(sentence) if not _inside(match.start(), marks)]
    starts, ends = [0, *(match.end() for match in cuts)], [*(match.start() for match in cuts), len(sentence)]
    return [sentence[start:end] for start, end in zip(starts, ends, strict=True) if sentence[start:end].strip()]


def _inside(place: int, spans: Sequence[Span]) -> bool:
    return any(span.start <= place < span.end for span in spans)


def _plain(text: str) -> str:
    return " ".join(word.text for word in located_words(_SIGNS.sub(" ", text) if "‘" in text else text))
