"""Names, dates and noun phrases of a question or an answer, and what each is: a person, a group, a place, a thing.

Knows shapes of English words and short word lists; nothing of conversations. It is a guess, made for short texts.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.date_words import DATE
from rag.vocabulary import (
    ATTACHING,
    BE,
    COUNTS,
    DETERMINERS,
    DO,
    FIRST_NAMES_HE,
    FIRST_NAMES_SHE,
    GROUPS,
    HE,
    NOT_NAMES,
    NOUNS_TOO,
    PARTICIPLES,
    PEOPLE,
    PERSON_NOUNS,
    SHE,
    STOPPERS,
    THINGS,
    TITLES,
    VERBS,
    listed,
)
from rag.words import stop_words

Kind = Literal["person", "group", "place", "name", "thing", "people", "things"]

_ADDRESSED = listed("mr mrs ms miss dr prof professor")
_TOKEN = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*['’]?|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a text that name something; `gender` is "he", "she", or empty where nothing tells it."""

    text: str
    start: int
    end: int
    kind: Kind
    gender: str = ""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower().replace("’", "'")

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() and self.lower not in STOPPERS | {"i"}

    @property
    def possessive(self) -> bool:
        return self.text.endswith(("'s", "’s", "'", "’"))

    @property
    def wordy(self) -> bool:
        return self.text[0].isalnum()


@functools.lru_cache(maxsize=1024)
def names_in(text: str) -> tuple[Mention, ...]:
    """Capitalised phrases in order, dates not among them; titles are part of a name."""
    words = _words(text)
    dated = [found.span() for found in DATE.finditer(text)]
    found = []
    i = 0
    while i < len(words):
        end = _name_end(words, i, dated)
        if end > i and not _only_first(words, i, end):
            found.append(_name(text, words, i, end))
        i = max(end, i + 1)
    return tuple(found)


@functools.lru_cache(maxsize=1024)
def noun_phrases(text: str) -> tuple[Mention, ...]:
    """Phrases that begin with an article, a number or a name, with what follows by `of`, `in` and the like.

    After `did` and its kind a verb must follow the subject, so that the last word of a phrase may be that verb.
    """
    words = _words(text)
    dated = [found.span() for found in DATE.finditer(text)]
    found = []
    i, verb_due = 0, False
    while i < len(words):
        if words[i].lower in DO and not _within(words[i], dated):
            verb_due = True
        start = i
        core = _segment_end(words, i, dated, verb_due)
        if core == i:
            i += 1
            continue
        end = core
        while end < len(words) - 1 and words[end].lower in ATTACHING:
            after = _segment_end(words, end + 1, dated, verb_due, loose=True)
            if after == end + 1 or (words[end].lower != "of" and _within(words[end + 1], dated)):
                break
            end = after
        if not any(first <= words[start].start < last for first, last in dated):
            found.append(_phrase(text, words, start, core, end))
        i, verb_due = end, False
    return tuple(found)


def gender_of(text: str) -> str:
    """What titles and common first names tell of a person's name or description."""
    words = {word.lower.removesuffix("'s") for word in _words(text)}
    if words & (SHE | FIRST_NAMES_SHE):
        return "she"
    return "he" if words & (HE | FIRST_NAMES_HE) else ""


def head_of(phrase: str) -> str:
    """The last word before any `of` or `in`, in lower case: bridge for "the new bridge at Tollen"."""
    words = _words(phrase)
    cut = next((i for i, word in enumerate(words) if i and word.lower in ATTACHING), len(words))
    return words[cut - 1].lower.removesuffix("'s") if cut else ""


def without_possessive(name: str) -> str:
    return re.sub(r"['’]s?$", "", name)


def _words(text: str) -> list[_Word]:
    return [_Word(found[0], *found.span()) for found in _TOKEN.finditer(text)]


def _name_end(words: Sequence[_Word], start: int, dated: Sequence[tuple[int, int]]) -> int:
    """The end of the name that begins at `start`, or `start`."""
    i = start
    while i < len(words) and words[i].capital and not _within(words[i], dated):
        sentence_start = i == 0 or words[i - 1].text in '.!?:“"«'
        if i == start and sentence_start and (words[i].lower in stop_words() | DETERMINERS | ATTACHING | COUNTS):
            return start
        i += 1
        if words[i - 1].possessive:
            break
        joined = i < len(words) - 1 and words[i].lower in ("of", "de", "van", "von", "al", "&", "-")
        of_a_work = words[start].text in ("A", "An", "The")
        if (
            joined
            and words[i + 1].capital
            and (words[i].lower != "of" or of_a_work or words[i - 1].lower in GROUPS | THINGS)
        ):
            i += 1
    return i


def _only_first(words: Sequence[_Word], start: int, end: int) -> bool:
    """Whether a word is capitalised perhaps only because a sentence begins with it."""
    if end - start > 1 or (start > 0 and words[start - 1].text not in '.!?“"«'):
        return False
    after = words[end].lower if end < len(words) else "."
    name_like = after in BE | DO | {"and", "said", "says", "won"} or not after[0].isalnum()
    return not name_like or words[start].lower in NOT_NAMES


def _name(text: str, words: Sequence[_Word], start: int, end: int) -> Mention:
    span = text[words[start].start : words[end - 1].end]
    name = without_possessive(span)
    parts = [word.lower.removesuffix("'s") for word in words[start:end]]
    before = words[start - 1].lower if start else ""
    after = words[end].lower if end < len(words) else ""
    kind: Kind = "name"
    if parts[0] in _ADDRESSED:
        kind = "person"  # also Dr Sunniva Lake
    elif parts[-1] in THINGS or (parts[0] in ("mount", "lake", "storm", "river") and len(parts) > 1):
        kind = "thing"
    elif parts[-1] in GROUPS or _of_a_group(parts) or " & " in name or (name.isupper() and len(name) > 1):
        territory = name.isupper() and re.search(rf"\b[Tt]he (?:[\w-]+ )?{re.escape(name)}\b", text)
        kind = "thing" if territory else "group"  # the DPR, but IBM
    elif (TITLES & set(parts[:2]) and len(parts) > 1) or parts[0] in FIRST_NAMES_SHE | FIRST_NAMES_HE:
        kind = "person"
    elif before in ("in", "near", "around", "outside"):
        kind = "place"
    elif before in PERSON_NOUNS or after in ("said", "says", "say", "told", "tell", "asked", "ask", "wrote", "write"):
        kind = "person"
    return Mention(name, words[start].start, words[start].start + len(name), kind, gender_of(name))


def _of_a_group(parts: Sequence[str]) -> bool:
    """Whether it is a School of Art, or a Bank of Tollen."""
    return "of" in parts[1:] and parts[parts.index("of", 1) - 1] in GROUPS


def _segment_end(
    words: Sequence[_Word], start: int, dated: Sequence[tuple[int, int]], verb_due: bool, loose: bool = False
) -> int:
    """The end of an article, number or name with its nouns; `loose` also takes a bare noun or a date."""
    if start >= len(words):
        return start
    if loose and _within(words[start], dated):
        return next(i for i in range(start, len(words) + 1) if i == len(words) or not _within(words[i], dated))
    end = _name_end(words, start, dated)
    opened = words[start].lower in DETERMINERS | COUNTS and end == start
    if end > start and _only_first(words, start, end) and not words[start].possessive:
        return start
    if end > start and not words[end - 1].possessive:
        return end
    if end == start and not opened and not (loose and _noun(words[start])):
        return start
    i = first = max(end, start + opened)
    while i < len(words) and _noun(words[i]) and not _within(words[i], dated):
        word = words[i].lower
        if i > first and (word in (VERBS | PARTICIPLES) - NOUNS_TOO or (word.endswith("ed") and word[:1].islower())):
            return i
        i += 1
        if loose and not opened and end == start:
            break
    if i == first:
        return start
    follows = words[i].lower if i < len(words) else "."
    verb_last = verb_due and i - first > 1 and not words[i - 1].capital and follows not in {"of"} | DO | BE
    if verb_last and follows in ATTACHING and any(_noun(w) and not w.capital for w in words[i + 1 :][-1:-3:-1]):
        verb_last = False
    return i - 1 if verb_last else i


def _noun(word: _Word) -> bool:
    return word.wordy and word.lower not in STOPPERS | ATTACHING | DETERMINERS


def _phrase(text: str, words: Sequence[_Word], start: int, core: int, end: int) -> Mention:
    span = text[words[start].start : words[end - 1].end]
    own = names_in(text[words[start].start : words[core - 1].end])
    head = words[core - 1].lower.removesuffix("'s")
    kind: Kind = "thing"
    if own and own[0].start == 0 and own[0].end == words[core - 1].end - words[start].start:
        kind = next((m.kind for m in names_in(text) if m.end >= words[core - 1].start), own[0].kind)
    elif head in PERSON_NOUNS:
        kind = "person"
    elif head in PEOPLE or head.removesuffix("s") in PERSON_NOUNS:
        kind = "people"
    elif words[start].lower in COUNTS or (head.endswith("s") and not head.endswith(("ss", "us", "is"))):
        kind = "things"
    return Mention(span, words[start].start, words[end - 1].end, kind, gender_of(span))


def _within(word: _Word, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= word.start < end for start, end in spans)
