"""What a text denies, and which way it says things went: negations with their scope, and words with an opposite.

Knows English word lists; compares two texts by the words they share. Nothing of numbers or names.
"""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from rag.mentions import listed
from rag.words import Word, common, located_words, root

_OPPOSITES = """
rise rose risen climb grow grew grown increase gain soar jump surge higher up upward lift growth rebound recover | fall fell fallen drop decline decrease sink sank sunk slip slump plunge shrink shrank lower down downward reduce cut slide slid ease lose lost dip tumble
raise raised lift increase boost hike | lower cut reduce slash decrease trim
win won beat beaten defeat victory triumph winner | lose lost defeat loser
approve accept adopt pass back endorse agree ratify uphold upheld ratified | reject refuse defeat oppose veto decline rebuff block overturn strike dismiss
grant award issue | withdraw withdrew withdrawn revoke deny cancel
support favour favor back welcome | oppose against reject resist
convict guilty condemn sentenced | acquit clear innocent exonerate
open opened opening reopen | close closed shut closing closure
begin began begun start launch commence | end finish stop conclude cease
before ahead earlier | after following later
more extra longer additional gain gained | less fewer shorter lost lose
larger bigger large big largest biggest greater | smaller small tiny smallest
longer long longest | shorter short shortest
older oldest old | younger youngest young
brighter bright brightest | fainter faint dimmer dim dark faintest
better best improve good | worse worst worsen deteriorate bad
strengthen strengthened stronger strong | weaken weakened weaker weak ease
high highest tall | low lowest
first earliest | last latest
most majority | least minority
faster fast quick quicker fastest | slower slow slowest
hot hotter warm warmer hottest | cold colder cool cooler coldest
wet wetter wettest rainy | dry drier driest dryer
north northern | south southern
east eastern | west western
left | right
upstream | downstream
inside | outside
import | export
buy bought acquire purchase | sell sold
borrow | lend lent
arrive arrival | depart leave left departure
enter join joined | leave left quit
hire hired recruit | fire fired dismiss sack
appoint appointed | dismiss resign sack
allow permit allowed legalise | ban forbid forbidden prohibit bar banned outlaw
admit concede confess acknowledge confirm | deny denied
remember | forget forgot forgotten
succeed success manage | fail failed failure
profit surplus | loss deficit
rich wealthy | poor
safe | dangerous unsafe
expand expansion extend widen | shrink contract narrow shorten
add added | remove removed
build built | demolish destroy destroyed
keep kept retain preserve | destroy abandon scrap discard drop
increase double doubled triple tripled | halve halved
alive survive survived | dead die died kill killed
tighten tightened | loosen loosened relax
majority | minority
maximum | minimum
cheaper cheap cheapest | dearer expensive costlier
heavy heavily heavier severe serious | little light lighter slight minor
early earlier | late later delayed
advance advanced | retreat retreated
attack attacked | defend defended
create created | abolish abolished
optimistic hopeful | pessimistic
with | without
public | private secret
near close | far
above | below
ahead lead leads led leading | behind trail trailed trails trailing
praise praised applaud hail hailed | criticise criticize criticised criticized condemn attack slam
welcome welcomed | condemn condemned criticise
uphold upheld confirm confirmed | overturn overturned quash quashed annul annulled
grant granted | deny denied refuse refused
lift lifted remove end | impose imposed introduce introduced tighten
promote promoted | relegate relegated demote demoted
accelerate accelerated quicken speed | slow slowed
exceed exceeded surpass surpassed beat | miss missed
improve improved | deteriorate deteriorated worsen worsened
shortage lack scarcity | surplus glut excess
include included | exclude excluded
resume resumed restart continue continued | suspend suspended halt halted stop
legal lawful | illegal unlawful
urban | rural
morning | evening night
morning | afternoon
spring | autumn
spring | summer
spring | winter
summer | winter
summer | autumn
autumn | winter
send sent | receive received
pay paid | receive received
demolish demolished | restore restored renovate renovated
increase raise rise | cut reduction
expand enlarge | shrink
wider widen wide | narrower narrow
deeper deep | shallower shallow
stronger strong | weaker weak
cheap low | expensive high
optimism confidence | pessimism worry
peace truce ceasefire | war
warm | cool
full | empty
upper | lower
inbound incoming | outbound outgoing
winner champion | loser runner-up
domestic | foreign
deepen | ease
release free freed | detain arrest jail imprison
"""
_PREPOSITIONS = listed("before after up down more less with without against left right first last close "
                       "long short old large big small high low better best good bad most least early late later earlier "
                       "following ahead back near far lower clear pass cut ease strike add free light "
                       "lost kept end public lead leads led leading full upper cheap wide narrow deep war peace speed increase raise rise "
                       "strong weak warm cool slow miss beat continue remove introduce attack foreign domestic hot cold")  # fmt: skip
_NEGATORS = listed("no not never none nobody nothing neither nor without cannot nowhere hardly scarcely")
_IMPLIED = re.compile(
    r"\b(?:fail(?:s|ed|ing)?\s+to|refus(?:e|es|ed|ing)\s+to|declin(?:e|es|ed|ing)\s+to|unable\s+to|rul(?:e|es|ed|ing)\s+out"
    r"|exclud(?:e|es|ed|ing)|lack(?:s|ed|ing)?(?:\s+of)?|no\s+longer|without)\b",
    re.IGNORECASE,
)
_NO_NEGATION = re.compile(
    r"\bnot\s+only\b|\bno\s+(?:fewer|less|more|later|earlier)\s+than\b|\b(?:not|never)\s+(?:until|least|since|for)\b|\bnothing\s+but\b|\bno\s+doubt\b"
    r"|\bno\s+(?:matter|sooner)\b|\bno\.\s*\d|\bwhether\s+or\s+not\b|\bnot\s+to\s+mention\b",
    re.IGNORECASE,
)
_DENYING = {root(word) for word in listed(
    "close closed shut ban banned bar cancel cancelled suspend suspended halt refuse deny denied reject fail avoid prevent "
    "exclude lack miss oppose against resist withdraw withdrawn revoke abandon scrap drop stop quit spare extinct"
)}  # fmt: skip
"""Stems of words that deny what stands near them."""
_NEGATIVE = _DENYING | {root(word) for word in listed(
    "little few unmanned empty absent lose lost rule only last first end cease free clear acquit unlikely impossible unharmed unhurt "
    "uninjured unscathed intact rarely alone decline block doubt false untrue wrong correct missing gone vanish disappear "
    "stay unchanged hold held keep kept apart except exempt same remain leave left safe mild immune innocent void "
    "correctly wrongly postponed survived died dead killed unaware unclear"
)}  # fmt: skip
"""Stems of words that may say by themselves what another text says with "not"."""
_SCOPE = 6  # words after a negator that it may deny
_NEAR = 4
_CONTEXT = 5
_BREAK = re.compile(r"[,;:.!?()]|[\"“”]")
_BREAKING = listed("but although though while whereas because since when if after before until which who that except "
                   "and or unless as than where so")  # fmt: skip
_SHORT = 5
_ALL = listed("none no nobody nothing neither nor")  # deny all that follows, not only the next word


@dataclass(frozen=True, slots=True)
class Denial:
    """A negator at word `place`, and the content words that it denies, the nearest first."""

    place: int
    scope: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Direction:
    """Word `place` stands on one side (1 or -1) of a pair of opposites; `denied` words count for the other side."""

    axis: int
    side: int
    place: int
    denied: bool

    @property
    def sign(self) -> int:
        return -self.side if self.denied else self.side


def objection(part: str, quote: str) -> str:
    """Why a quote and a part of a statement do not agree in what they deny or which way it went; empty if they do."""
    return _opposed(part, quote) or _denied(part, quote)


@functools.lru_cache(maxsize=8192)
def denials(text: str) -> tuple[Denial, ...]:
    """In the order of their places."""
    words = located_words(text)
    harmless = [match.span() for match in _NO_NEGATION.finditer(text)]
    implied = [match.span() for match in _IMPLIED.finditer(text)]
    found: list[Denial] = []
    for i, word in enumerate(words):
        if any(start <= word.start < end for start, end in harmless):
            continue
        twice = i + 1 < len(words) and any(start == words[i + 1].start for start, _ in implied)
        if (word.text in _NEGATORS or word.text.endswith("n't")) and twice:
            harmless.append((word.start, next(end for start, end in implied if start == words[i + 1].start)))
            found.append(Denial(i, (i + 1,)))  # "did not rule out" denies the ruling out alone
            continue
        by_phrase = next((end for start, end in implied if start == word.start), 0)
        if not by_phrase and word.text not in _NEGATORS and not word.text.endswith("n't"):
            continue
        if any(start < word.start < end for start, end in implied):
            continue
        first = next((j for j in range(i + 1, len(words)) if words[j].start >= by_phrase), len(words))
        found.append(Denial(i, tuple(_scope(text, words, first, i))))
    return tuple(found)


@functools.lru_cache(maxsize=8192)
def directions(text: str) -> tuple[Direction, ...]:
    """Words with opposites, in the order of their places."""
    words = located_words(text)
    denied = {
        place
        for denial in denials(text)
        for place in (denial.scope if words[denial.place].text in _ALL else denial.scope[:1])
    }
    return tuple(
        Direction(axis, side, i, i in denied)
        for i, word in enumerate(words)
        for axis, side in (*_sides().get(word.text, ()), *_sides().get(word.stem, ()))[:6]
    )


def _scope(text: str, words: Sequence[Word], first: int, negator: int) -> Iterator[int]:
    for j in range(first, min(first + _SCOPE, len(words))):
        between = text[words[j - 1].end : words[j].start]
        if (j > first and _BREAK.search(between)) or (j > first and words[j].text in _BREAKING):
            return
        if words[j].content and words[j].text not in _NEGATORS and j != negator and not words[j].text.endswith("ly"):
            yield j


def _opposed(part: str, quote: str) -> str:
    """A word of the statement to which the quote has only the opposite, where it speaks of the same."""
    ours, theirs = directions(part), directions(quote)
    own, other = located_words(part), located_words(quote)
    for place in dict.fromkeys(one.place for one in ours):
        verdicts = []
        for one in (one for one in ours if one.place == place):
            rivals = [rival for rival in theirs if rival.axis == one.axis]
            if not rivals:
                continue
            shared = [len(_around(own, one.place) & _around(other, rival.place)) for rival in rivals]
            best = max(shared)
            if own[place].text in _PREPOSITIONS and not best:
                continue
            chosen = [rival for rival, count in zip(rivals, shared, strict=True) if count == best]
            agree = any(rival.sign == one.sign for rival in chosen)
            verdicts.append((agree, other[chosen[0].place], chosen[0].denied, one))
        if verdicts and not any(agree for agree, *_ in verdicts):
            _, word, denied, one = verdicts[0]
            if _flipped_roles(own, other, one, word):
                continue
            return f"the sources say “{'not ' if denied else ''}{word.text}”, not “{own[place].text}”"
    return ""


def _flipped_roles(own: Sequence[Word], other: Sequence[Word], one: Direction, word: Word) -> bool:
    """Whether one text tells of the loser what the other tells of the winner."""
    games = {"win", "won", "beat", "beaten", "defeat", "defeated", "lose", "lost", "buy", "bought", "sell", "sold"}
    return (
        own[one.place].text in games
        and word.text in games
        and _subject(own, one.place) != _subject(other, other.index(word))
    )


def _subject(words: Sequence[Word], place: int) -> str:
    """The last capitalised word before a verb, as a stem; empty where there is none."""
    return next((word.stem for word in reversed(words[:place]) if word.capital), "")


def _denied(part: str, quote: str) -> str:
    ours, theirs = denials(part), denials(quote)
    own, other = located_words(part), located_words(quote)
    for denial in ours:
        if reason := _unmatched(own, denial, other, theirs, _axes(part), _axes(quote)):
            return (
                f"the sources do not deny it: they say “{reason}”"
                if reason != "-"
                else "nothing in the quote denies it"
            )
    for denial in theirs:
        if reason := _unmatched(other, denial, own, ours, _axes(quote), _axes(part), strictly=False):
            return f"the sources deny it: “{_phrase(quote, other, denial)}”" if reason else ""
    return ""


def _unmatched(
    words: Sequence[Word],
    denial: Denial,
    others: Sequence[Word],
    denied: Sequence[Denial],
    axes: Mapping[int, frozenset[tuple[int, int]]],
    other_axes: Mapping[int, frozenset[tuple[int, int]]],
    strictly: bool = True,
) -> str:
    """The word that the other text says where this one denies it, "-" where it says nothing of the kind, or nothing."""
    stems = {word.stem: j for j, word in enumerate(others)}
    target = denial.scope[0] if denial.scope else None
    if target is not None and words[target].stem in stems:
        places = [j for j, word in enumerate(others) if word.stem == words[target].stem]
        if any(_denied_at(others, j, denied, _DENYING) for j in places):
            return ""
        return others[places[0]].text
    held = [stems[words[i].stem] for i in denial.scope if words[i].stem in stems]
    if not strictly and len(held) < max(1, len(denial.scope) / 2):
        return ""
    opposites = {(axis, -side) for axis, side in axes.get(target, ())} if target is not None else set()
    if any(opposites & there for there in other_axes.values()):
        return ""
    if denied or any(word.stem in _NEGATIVE or _prefixed(word) for word in others):
        return ""
    return "-" if strictly else others[held[0]].text


def _denied_at(words: Sequence[Word], place: int, denied: Iterable[Denial], denying: AbstractSet[str]) -> bool:
    """Whether a word stands in the scope of a negation, or near a word that denies without one."""
    if any(place in denial.scope for denial in denied):
        return True
    undone = {words[i].start for denial in denied for i in denial.scope}  # not refused
    return any(
        (word.stem in denying or _prefixed(word)) and word.start not in undone
        for step in (-1, 1)
        for word in _unbroken(words, place, step)
    )


def _unbroken(words: Sequence[Word], place: int, step: int) -> Iterator[Word]:
    """The next words in one direction, up to a mark: two words with more than a space between them."""
    for i in range(place + step, place + step * (_NEAR + 1), step):
        if not 0 <= i < len(words) or abs(words[max(i, i - step)].start - words[min(i, i - step)].end) > 1:
            return
        yield words[i]


def _prefixed(word: Word) -> bool:
    return word.text.startswith("un") and common(word.text[2:]) and len(word.text) > _SHORT


def _phrase(text: str, words: Sequence[Word], denial: Denial) -> str:
    last = denial.scope[0] if denial.scope else denial.place
    return text[words[denial.place].start : words[last].end]


def _around(words: Sequence[Word], place: int) -> frozenset[str]:
    """What stands near a word: stems of content words and numbers."""
    near = words[max(0, place - _CONTEXT) : place + _CONTEXT + 1]
    return frozenset(word.stem for word in near if word.content and word is not words[place])


@functools.lru_cache(maxsize=8192)
def _axes(text: str) -> Mapping[int, frozenset[tuple[int, int]]]:
    found: dict[int, set[tuple[int, int]]] = {}
    for one in directions(text):
        found.setdefault(one.place, set()).add((one.axis, one.side))
    return {place: frozenset(sides) for place, sides in found.items()}


@functools.cache
def _sides() -> Mapping[str, tuple[tuple[int, int], ...]]:
    """Word or stem -> the axes that it lies on, and its side of each."""
    found: dict[str, dict[tuple[int, int], None]] = {}
    for axis, line in enumerate(_OPPOSITES.strip().splitlines()):
        for side, words in zip((1, -1), line.split("|"), strict=True):
            for word in words.split():
                keys = {word, root(word)} if word not in _PREPOSITIONS else {word}
                for key in keys:
                    found.setdefault(key, {})[(axis, side)] = None
    return {word: tuple(sides) for word, sides in found.items()}


def one_sided(words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
    """(words, texts): 1 where a text has a word of the same side of a pair of opposites, such as "fell" for "dropped"."""
    held = [{(one.axis, one.side) for one in directions(text)} for text in texts]
    sides = [{*_sides().get(word.text, ()), *_sides().get(word.stem, ())} for word in words]
    found = np.array([[bool(own & there) for there in held] for own in sides], dtype=np.float32)
    return found.reshape(len(words), len(texts))
