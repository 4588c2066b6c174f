"""Names, dates and noun phrases of a question or an answer, and what each is: a person, a group, a place, a thing.

Knows shapes of English words and short word lists; nothing of conversations. It is a guess, made for short texts.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.words import stop_words

Kind = Literal["person", "group", "place", "name", "thing", "people", "things"]


def listed(words: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(words.split())


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MONTH = "|".join(MONTHS)
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_YEAR = r"(?:1[5-9]|20|21)\d\d"
DATE = re.compile(
    rf"\b(?:(?:\d{{1,2}} )?(?:{_MONTH})\b(?: \d{{1,2}}\b,?)?(?:,? {_YEAR}\b)?|"
    rf"(?:the )?(?:first|second|third|fourth) (?:quarter|half)(?: of {_YEAR})?\b|"
    rf"(?:spring|summer|autumn|winter|fall) (?:of )?{_YEAR}\b|{_YEAR}\b|(?:{_DAYS})\b|"
    rf"(?:last|next|this) (?:year|month|week|spring|summer|autumn|winter)\b|yesterday\b|today\b)"
)
YEAR = re.compile(rf"\b{_YEAR}\b")
_TOKEN = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*['’]?|[^\w\s]")

TITLES = listed(
    "mr mrs ms miss sir lady lord dr doctor professor prof president chancellor minister mayor king queen prince "
    "princess captain general colonel major judge senator governor councillor councilor pope bishop secretary "
    "inspector chief prime chairman chairwoman director ambassador sergeant justice"
)
_SHE = listed("mrs ms miss lady queen princess chairwoman woman girl mother daughter sister wife aunt actress")
_HE = listed("mr sir lord king prince chairman man boy father son brother husband uncle pope")
_FIRST_NAMES_SHE = listed(
    "ada agnes alice amy ana angela ann anna anne astrid barbara carla caroline christine clara claire dora edith "
    "elena elisabeth elizabeth ella emily emma eva fiona greta hanna hannah helen ida ines ingrid irene iris jane "
    "jennifer jessica joan julia karen karin kate laura lea lena linda lisa louise lucy maria marie margaret martha "
    "mary mia mira nina nora olga olivia patricia petra rachel rosa ruth sandra sara sarah sofia sonia susan sylvia "
    "theresa ursula vera wanda"
)
_FIRST_NAMES_HE = listed(
    "adam alan albert alexander andrew anton arthur ben bernard boris carl charles christopher colin daniel david "
    "denis dmitry donald edward emil eric felix francis frank fred george hans harry henry hugo igor ivan jack jacob "
    "james jan joe john jonas joseph karl kevin leon lewis louis luca marek mark martin matthew michael nicholas nils "
    "oliver oscar otto owen paul pavel peter philip richard robert roger rolf ruben samuel sergei simon stefan "
    "stephen steven thomas tim tom viktor vladimir volodymyr walter william yusuf"
)
FIRST_NAMES = _FIRST_NAMES_SHE | _FIRST_NAMES_HE
_NOT_NAMES = listed("nobody everyone people yes no how only")
GROUPS = listed(
    "instruments optics holding holdings group company corporation corp inc ltd limited bank union army party league "
    "council press works air airlines airways motors systems technologies industries partners association federation "
    "committee commission ministry agency police court parliament senate government club united university institute "
    "college school hospital house foundation society alliance list brothers sons energy foods media studios"
)
THINGS = listed(
    "museum festival zoo open cup prize medal award bridge river mount lake tower theatre library park station "
    "airport harbour act treaty marathon games republic championship league tern heron storm hurricane observatory"
)
PERSON_NOUNS = listed(
    "mayor president minister director captain chief winner author writer singer runner judge banker professor doctor "
    "king queen suspect victim driver pilot engineer teacher nurse founder owner chairman leader governor senator "
    "councillor lawyer prosecutor defendant woman man boy girl player coach trainer scientist astronomer physician "
    "surgeon actor actress artist painter chancellor ambassador general colonel officer soldier candidate successor "
    "predecessor spokesman spokeswoman editor farmer fisher worker voter visitor volcanologist researcher analyst "
    "critic keeper manager executive head boss secretary bishop pope journalist reporter mother father wife husband "
    "daughter son"
)
_PEOPLE = listed("people men women children police fans adults staff residents crew passengers patients")
DETERMINERS = listed("the a an")
_COUNTS = listed("two three four five six seven eight nine ten some several many")
ATTACHING = listed("of in at on near for against between above under behind outside over about from")
DO = listed("do does did will would can could should may might must shall")
BE = listed("is are was were has have had be been being isn't wasn't aren't weren't")
WH = listed("who whom whose what which when where why how")
VERBS = listed(
    "say says said tell told ask asked open opened close begin began become became happen happened win won lose lost "
    "take took get got give gave make made think thought mean meant die go went come came leave left resign build "
    "built write wrote sign pay paid sell sold buy bought want wanted need live lived erupt burn sink sank want "
    "announce belong employ own owns destroy draw drew hold held play played found find join hit kill respond reply "
    "answer start started lead leads work worked cost costs last lasted cause caused call called rise rose run ran "
    "know knows"
)
_NOUNS_TOO = listed("work cost last cause call rise run start open answer reply hit play found need draw lead")
_STOPPERS = DO | BE | WH | {
    "he", "she", "it", "they", "him", "her", "his", "them", "their", "its", "this", "that", "these", "those", "there",
    "i", "we", "you", "to", "with", "by", "as", "than", "since", "until", "before", "after", "through", "into",
    "and", "or", "but", "not", "if", "so", "then", "when", "while", "because", "again", "ever", "else", "also", "any",
    "no", "yes", "my", "our", "your", "exactly", "now", "still", "already", "according", "without", "within", "there's",
    "like", "such", "did", "out", "up", "down", "off", "away", "back", "here", "once",
}  # fmt: skip


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
        return self.text[0].isupper() and self.lower not in _STOPPERS | {"i"}

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
    if words & (_SHE | _FIRST_NAMES_SHE):
        return "she"
    return "he" if words & (_HE | _FIRST_NAMES_HE) else ""


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
        if i == start and sentence_start and (words[i].lower in stop_words() | DETERMINERS | ATTACHING | _COUNTS):
            return start
        i += 1
        if words[i - 1].possessive:
            break
        joined = i < len(words) - 1 and words[i].lower in ("of", "de", "van", "von", "al", "&", "-")
        if joined and words[i + 1].capital and (words[i].lower != "of" or words[i - 1].lower in GROUPS | THINGS):
            i += 1
    return i


def _only_first(words: Sequence[_Word], start: int, end: int) -> bool:
    """Whether a word is capitalised perhaps only because a sentence begins with it."""
    if end - start > 1 or (start > 0 and words[start - 1].text not in '.!?“"«'):
        return False
    after = words[end].lower if end < len(words) else "."
    name_like = after in BE | DO | {"and", "said", "says", "won"} or not after[0].isalnum()
    return not name_like or words[start].lower in _NOT_NAMES


def _name(text: str, words: Sequence[_Word], start: int, end: int) -> Mention:
    span = text[words[start].start : words[end - 1].end]
    name = without_possessive(span)
    parts = [word.lower.removesuffix("'s") for word in words[start:end]]
    before = words[start - 1].lower if start else ""
    after = words[end].lower if end < len(words) else ""
    kind: Kind = "name"
    if parts[-1] in THINGS or (parts[0] in ("mount", "lake", "storm", "river") and len(parts) > 1):
        kind = "thing"
    elif parts[-1] in GROUPS or (name.isupper() and len(name) > 1):
        territory = name.isupper() and re.search(rf"\b[Tt]he (?:[\w-]+ )?{re.escape(name)}\b", text)
        kind = "thing" if territory else "group"  # the DPR, but IBM
    elif (TITLES & set(parts[:2]) and len(parts) > 1) or parts[0] in _FIRST_NAMES_SHE | _FIRST_NAMES_HE:
        kind = "person"
    elif before in ("in", "near", "around", "outside"):
        kind = "place"
    elif before in PERSON_NOUNS or after in ("said", "says", "say", "told", "tell", "asked", "ask", "wrote", "write"):
        kind = "person"
    return Mention(name, words[start].start, words[start].start + len(name), kind, gender_of(name))


def _segment_end(
    words: Sequence[_Word], start: int, dated: Sequence[tuple[int, int]], verb_due: bool, loose: bool = False
) -> int:
    """The end of an article, number or name with its nouns; `loose` also takes a bare noun or a date."""
    if start >= len(words):
        return start
    if loose and _within(words[start], dated):
        return next(i for i in range(start, len(words) + 1) if i == len(words) or not _within(words[i], dated))
    end = _name_end(words, start, dated)
    opened = words[start].lower in DETERMINERS | _COUNTS and end == start
    if end > start and _only_first(words, start, end) and not words[start].possessive:
        return start
    if end > start and not words[end - 1].possessive:
        return end
    if end == start and not opened and not (loose and _noun(words[start])):
        return start
    i = first = max(end, start + opened)
    while i < len(words) and _noun(words[i]) and not _within(words[i], dated):
        word = words[i].lower
        if i > first and (word in VERBS - _NOUNS_TOO or (word.endswith("ed") and word[:1].islower())):
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
    return word.wordy and word.lower not in _STOPPERS | ATTACHING | DETERMINERS


def _phrase(text: str, words: Sequence[_Word], start: int, core: int, end: int) -> Mention:
    span = text[words[start].start : words[end - 1].end]
    own = names_in(text[words[start].start : words[core - 1].end])
    head = words[core - 1].lower.removesuffix("'s")
    kind: Kind = "thing"
    if own and own[0].start == 0 and own[0].end == words[core - 1].end - words[start].start:
        kind = next((m.kind for m in names_in(text) if m.end >= words[core - 1].start), own[0].kind)
    elif head in PERSON_NOUNS:
        kind = "person"
    elif head in _PEOPLE or head.removesuffix("s") in PERSON_NOUNS:
        kind = "people"
    elif words[start].lower in _COUNTS or (head.endswith("s") and not head.endswith(("ss", "us", "is"))):
        kind = "things"
    return Mention(span, words[start].start, words[end - 1].end, kind, gender_of(span))


def _within(word: _Word, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= word.start < end for start, end in spans)
