"""Whether two names or numbers of a statement have changed places against its quote: "A beat B" for "B beat A".

Each is known by the words around it and the side of the verb that it stands on; a passive turns the sides. Knows
places in two texts; nothing of what names and numbers are.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.mentions import BE, listed
from rag.records import Span
from rag.words import Word, located_words, stem

_WINDOW = 6  # words on either side of a name or a number that tell it from another
_TIE = 0.25  # less than this of an advantage for the exchange is none
# Verbs that tell of the two sides the other way round; both count as the first.
_CONVERSES = {
    stem(word): stem(pair.split()[0])
    for pair in ("beat defeat defeated beaten beats outplayed overcame edged", "buy acquire acquired bought purchase buying", "succeed replace replaced follow",
                 "sue sued suing")
    for word in pair.split()
}  # fmt: skip
_TURNED = {stem(word): stem(verb) for word, verb in (("lose", "beat"), ("lost", "beat"), ("sell", "buy"), ("sold", "buy"))}
_NOT_VERBS = listed("the a an of in on at to and or for with by from")
_STOP = re.compile(r"[;:()]|[\"“”]")


@dataclass(frozen=True, slots=True)
class Atom:
    """A name or a number, by a key that is the same in both texts, and where one of the texts has it."""

    key: str
    span: Span


def exchanged(part: str, quote: str, ours: Sequence[Atom], theirs: Sequence[Atom]) -> tuple[str, str] | None:
    """The keys of two that have changed places; None where all stand as in the quote."""
    here = {atom.key: _features(part, atom.span) for atom in ours}
    places: dict[str, list[Mapping[str, float]]] = {}
    for atom in theirs:
        places.setdefault(atom.key, []).append(_features(quote, atom.span))
    shared = [key for key in here if key in places]
    if len(shared) < 2:
        return None
    for one, other in combinations(shared, 2):
        straight = _best(here[one], places[one]) + _best(here[other], places[other])
        crossed = _best(here[one], places[other]) + _best(here[other], places[one])
        if crossed > straight + _TIE:
            return one, other
    return None


def _best(features: Mapping[str, float], candidates: Sequence[Mapping[str, float]]) -> float:
    return max(_likeness(features, other) for other in candidates)


def _likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Shared words, the nearer the more, and less for those that stand on the other side."""
    total = 0.0
    for key, weight in one.items():
        word, side = key.rsplit("/", 1)
        against = f"{word}/{'R' if side == 'L' else 'L'}"
        total += weight * other.get(key, 0.0) - weight * (other.get(against, 0.0) if key not in other else 0.0)
    return total


def _features(text: str, span: Span) -> Mapping[str, float]:
    """Stems near a span with their side, weighted by nearness."""
    words = located_words(text)
    inside = [i for i, word in enumerate(words) if span.start <= word.start < span.end]
    if not inside:
        return {}
    found: dict[str, float] = {}
    for side, near in (("L", words[max(0, inside[0] - _WINDOW) : inside[0]][::-1]), ("R", words[inside[-1] + 1 :][:_WINDOW])):
        last = words[inside[0]] if side == "L" else words[inside[-1]]
        for distance, word in enumerate(near):
            between = text[word.end : last.start] if side == "L" else text[last.end : word.start]
            if _STOP.search(between):
                break
            last = word
            if not word.content:
                continue
            name, turned = _verb(text, words, words.index(word))
            key = f"{name}/{('L' if side == 'R' else 'R') if turned else side}"
            found[key] = max(found.get(key, 0.0), 1 / (1 + distance / 2))
    return found


def _verb(text: str, words: Sequence[Word], place: int) -> tuple[str, bool]:
    """A word under the name of its group, and whether it turns the sides: "lost to", "was beaten by"."""
    word = words[place]
    name = _CONVERSES.get(word.stem, word.stem)
    turned = word.stem in _TURNED
    name = _TURNED.get(word.stem, name)
    before = {other.text for other in words[max(0, place - 3) : place]}
    after = {other.text for other in words[place + 1 : place + 3]}
    passive = bool(before & (BE | {"being"}) or not before) and "by" in after or (
        "by" in after and re.search(r"(?:ed|en|wn|ught)$", word.text) is not None
    )  # fmt: skip
    return name, turned != passive
