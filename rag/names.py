"""Text -> its proper names, and whether a source names the same: surnames, acronyms, demonyms, possessives, hyphens.

Knows shapes of names and short word lists; nothing of who did what.
"""

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rag.nations import OTHER_NAMES, PEOPLE_OF, tells_of_a_people
from rag.records import Span
from rag.vocabulary import CONJUNCTIONS, FIRST_NAMES, PERSON_NOUNS, TITLES, listed
from rag.words import Word, common, located_words, stop_words

_CALENDAR = listed(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec christmas monday tuesday wednesday thursday friday saturday sunday "
    "mondays tuesdays wednesdays thursdays fridays saturdays sundays"
)
_NO_NAMES = listed("i i'm i've i'd i'll ok o'clock phd ceo cfo mp mps pm tv gp gdp") | _CALENDAR
INSTITUTIONS = listed(
    "university bank ministry museum republic city house court board council institute bay gulf isle bridge port "
    "academy church department school college chamber order cup league"
)
_NUMBER = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|\w+teen|\w+ty|eighth|ninth|tenth)"
)
_DEMONYM = re.compile(r"(?:ian|ean|an|ese|ish|i|ians|eans|ans)$")  # of invented and small places
_NATIONS_END = re.compile(r"(?:ia|a|e|y|o|land|s)$")
_ROLE = re.compile(r"(?:er|or|ist|ian|ant|ent|man|woman|ess|yst)$")
_JOINED = re.compile(r"[\s'’&-]+|(?<=\b[A-Za-z])\.\s?|\s+(?:of|de|van|von|der|al|la|du|da)\s+(?:the\s+|la\s+|der\s+)?")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;]\s*[\"“”«]?|[\"“«(]|^[-–•*]\s*)\s*$")
_OF_A_VERB = re.compile(r"(?P<verb>\w{3,})(?:off|out|up|down|back|away)")  # liftoff, kickoff, shutdown
_OF_A_TITLE = re.compile(r"\s+(?:Minister|Secretary|Commissioner|Director|Editor|Officer|Councillor)\b")
_BETWEEN = 1  # words that may stand among those of a name in the sources


@dataclass(frozen=True, slots=True)
class ProperName:
    """`text` at `span`; `words` are its words in lower case, without titles and what merely joins them."""

    text: str
    span: Span
    words: tuple[str, ...]


@functools.lru_cache(maxsize=8192)
def proper_names(text: str) -> tuple[ProperName, ...]:
    """Runs of capitalised words in order. A sentence's first word is one only where it is no common word."""
    found: list[ProperName] = []
    run: list[Word] = []
    for word in located_words(text):
        third = word.text == "i" and run and text[run[-1].end : word.start] == " "  # Elizabeth I
        if not third and not _named(text, word):
            continue
        if run and not _joins(text, run[-1], word):
            found.extend(_name(text, run))
            run = []
        run.append(word)
    found.extend(_name(text, run))
    return tuple(found)


def named(name: ProperName, words: frozenset[str]) -> bool:
    """Whether one of a name's words, or what stands for it, is among these (folded, in lower case)."""
    initials = "".join(word[0] for word in name.words)
    return any(_among(word, words) for word in name.words) or (len(initials) > 1 and initials in words)


def alike(one: ProperName, other: ProperName) -> bool:
    """Whether two names may be of one: the words of one are among the other's; what shares no word is not asked."""
    fewer, more = sorted((one.words, other.words), key=len)
    return all(_among(word, frozenset(more)) for word in fewer)


def rival(one: ProperName, other: ProperName) -> bool:
    """Whether two names differ in one of their words only: Erik Berg and Anna Berg, and not Lake Berg and Berg Hall."""
    if len(one.words) != len(other.words) or len(one.words) < 2:
        return False
    return sum(not same_word(mine, its) for mine, its in zip(one.words, other.words, strict=True)) == 1


def of_a_people(text: str, name: ProperName) -> bool:
    """Whether a name only says of which country something is."""
    return len(name.words) == 1 and tells_of_a_people(text, name.words[0], name.span.end)


def known(name: ProperName, sources: Sequence[str]) -> bool:
    """Whether all words of a name stand together in one of the sources, in any of its variants."""
    return any(_together(name, source) or _shortened(name, source) for source in sources)


def _shortened(name: ProperName, source: str) -> bool:
    """Whether a source has a name's initials, or a country that it means: the WHO, Britain."""
    words = frozenset(_folded_words(source))
    meant = " ".join(name.words)
    if any(
        meant in names and any(PEOPLE_OF.get(word) == land for word in words) for land, names in OTHER_NAMES.items()
    ):
        return True
    initials = "".join(word[0] for word in name.words).upper()
    return len(initials) > 1 and re.search(rf"\b{re.escape(initials)}\b", source.replace(".", "")) is not None


@functools.lru_cache(maxsize=8192)
def name_words(text: str) -> frozenset[str]:
    """Every word of a text, folded, and the acronyms of its names."""
    return frozenset(_folded_words(text)) | _acronyms(text)


def folded(word: str) -> str:
    """In lower case, without accents, full stops and possessive endings."""
    plain = unicodedata.normalize("NFKD", word.lower().replace("’", "'"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain.replace(".", "").removesuffix("'s").removesuffix("'").replace("ø", "o").replace("ł", "l")


@functools.lru_cache(maxsize=65536)
def same_word(one: str, other: str) -> bool:
    """Whether two folded words name the same: equal, a plural, or a country and its people."""
    if one == other or one.removesuffix("s") == other.removesuffix("s"):
        return True
    if one[:1] != other[:1] and not PEOPLE_OF.keys() >= {one, other}:
        return False
    if PEOPLE_OF.get(one, one) == PEOPLE_OF.get(other, other):
        return True
    if one in PEOPLE_OF or other in PEOPLE_OF:
        return False
    if one in FIRST_NAMES or other in FIRST_NAMES:  # Martin and Martina
        return False
    return _demonym(one, other) or _demonym(other, one)


def _demonym(people: str, land: str) -> bool:
    if len(land) < 4 or not _DEMONYM.search(people):
        return False
    if land.endswith("a") and people == f"{land}n":
        return True
    roots = {land, _NATIONS_END.sub("", land)}
    ends = {_DEMONYM.sub("", people), re.sub(r"(?:i|e)?ans?$|n?ese$", "", people)}
    return any(len(root) >= 4 and root in ends for root in roots)


def _among(word: str, words: frozenset[str]) -> bool:
    return word in words or any(same_word(word, other) for other in words if other[:3] == word[:3] or word in PEOPLE_OF)


def _together(name: ProperName, source: str) -> bool:
    words = _folded_words(source)
    if len(name.words) == 1:
        return _among(name.words[0], name_words(source))
    for start in range(len(words)):
        if not any(same_word(own, words[start]) for own in name.words):
            continue
        near = frozenset(words[start : start + len(name.words) + _BETWEEN])
        if all(_among(own, near) for own in name.words):
            return True
    return False


@functools.lru_cache(maxsize=8192)
def _folded_words(text: str) -> tuple[str, ...]:
    return tuple(folded(word.text) for word in located_words(text))


def _acronyms(text: str) -> frozenset[str]:
    found = set()
    for run in re.findall(r"(?:\b[A-Z][\w’'-]+(?:\s+(?:of|and|for|the|on|in)){0,2}\s+)+[A-Z][\w’'-]+", text):
        initials = "".join(word[0] for word in run.split() if word[0].isupper())
        every = "".join(word[0] for word in run.split()).lower()
        found |= {initials.lower()[i:] for i in range(len(initials) - 1)} | {every}
    return frozenset(one for one in found if len(one) > 1)


def _named(text: str, word: Word) -> bool:
    if not word.capital or word.text in _NO_NAMES or word.text in TITLES or text[: word.start].endswith("°"):
        return False
    if word.text in stop_words() and not text[word.start : word.end].isupper():
        return False
    if common(word.text) and _OF_A_TITLE.match(text, word.end):  # the Energy Minister
        return False
    if not _SENTENCE_START.search(text[: word.start]):
        return True
    return not _NUMBER.fullmatch(word.text) and not _plain(text, word)


def _plain(text: str, word: Word) -> bool:
    """Whether a sentence's first word is capitalised only for being first."""
    following = re.match(r"\s+(\w+)", text[word.end :])
    if word.text in CONJUNCTIONS:
        return True
    before_a_name = bool(following) and following[1][0].isupper() and folded(following[1]) not in _CALENDAR  # type: ignore[index]
    if common(word.text) or common(word.stem) or word.text in PERSON_NOUNS:
        role = word.text in PERSON_NOUNS or _ROLE.search(word.text)
        return not before_a_name or bool(role) or word.text in stop_words() or word.text.endswith(("ed", "ly", "ing"))
    compound = _OF_A_VERB.fullmatch(word.text)
    plain = re.search(r"(?:ing|ly|ed|tion|ity|ness|ment|fall|ever|[^s']s)$", word.text)
    return not before_a_name and bool(plain or (compound and common(compound["verb"])))


def _joins(text: str, before: Word, word: Word) -> bool:
    between = text[before.end : word.start]
    possessive = text[before.start : before.end].lower().replace("’", "'").endswith("'s")
    if possessive or not _JOINED.fullmatch(text, before.end, word.start):
        return False
    return not re.search(r"\sof\s", between) or before.text in INSTITUTIONS


def _name(text: str, run: Sequence[Word]) -> list[ProperName]:
    if not run:
        return []
    span = Span(run[0].start, run[-1].end)
    written = re.sub(r"['’]s?$", "", text[span.start : span.end])
    return [ProperName(written, span, tuple(folded(word.text) for word in run))]
