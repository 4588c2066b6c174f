"""Whether two names or numbers of a statement have changed places against its quote: "A beat B" for "B beat A".

They have where the same verb stands between them the other way round, a passive and "lost to" allowed for, or where
each stands among the words that the quote has around the other. Knows places in two texts, and not what stands there.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.records import Span
from rag.vocabulary import BE, DETERMINERS, PERSON_NOUNS, VERBS, listed
from rag.words import Word, located_words, root

_WINDOW = 4  # words on either side of a name or a number that tell it from another
_RATHER = 1.3
_CLEARLY = 1.5  # times as well must the other's place fit
_AT_LEAST = 0.5
_FAR_AGENT = 5  # words after "was elected" in which "by" may tell who does it
_SURELY = 1.1
_GROUPS = (
    "beat defeat win edge overcome outplay knock victory triumph",
    "buy acquire purchase",
    "replace succeed follow", "sue suing", "tell", "teach", "give", "lead",
)  # fmt: skip
_TURNED_GROUPS = ("lose loss", "sell")
_VERB_OF = {root(word): root(group.split()[0]) for group in _GROUPS for word in group.split()}
_TURNED = {
    root(word): root(_GROUPS[i].split()[0]) for i, group in enumerate(_TURNED_GROUPS) for word in group.split()
}  # the first of each group: A lost to B where B beat A
_STOP = re.compile(r"[;:()]|[\"“”]")
_BEING = frozenset({"is", "are", "was", "were", "be", "been", "being"})
_VERBAL = re.compile(r"(?:ed|ing)$")
_NOUNS = r"([a-z-]+(?:\s[a-z-]+){0,3})"
_POSSESSIVE = re.compile(r"(?:['’]s|s['’])$")
_FIRST_HAS = re.compile(rf"\s+{_NOUNS},\s+|\s+([a-z-]+)\s+")  # Calder's coach, Berg; not "Calder's coach beat Berg"
_FIRST_IS_HAD = re.compile(  # Berg, who coaches Calder; Berg, the coach of Calder
    rf",?\s+(?:who|which)\s+([a-z]+)\s+(?:the\s+)?|,?\s+(?:an?\s+|the\s+)?{_NOUNS}\s(?:of|at|for)\s+(?:the\s+)?"
)
_FIRST_HAS_HOLDER = re.compile(rf"\s+((?:[a-z-]+\s)?(?:{'|'.join(sorted(PERSON_NOUNS))}))\s+")  # Calder coach Berg
_AFTER_BOTH = re.compile(rf"\s+{_NOUNS}")  # Berg, Calder's coach
_MUTUAL = listed(
    "rival partner friend colleague neighbour brother sister cousin wife husband spouse twin opponent ally"
)
_WHERE = re.compile(r"\b(?:in|at|near|outside)\s+(?:the\s+)?$", re.IGNORECASE)
_ALIKE = 4  # letters that "coach" and "coaches", "lead" and "leader" begin with


@dataclass(frozen=True, slots=True)
class Atom:
    """A name or a number where a text has it; its key begins with its kind, and is the same in both texts."""

    key: str
    span: Span


def exchanged(part: str, quote: str, ours: Sequence[Atom], theirs: Sequence[Atom]) -> tuple[str, str] | None:
    """The keys of two that have changed places, or None; `theirs` has only keys of `ours`."""
    here = {atom.key: atom.span for atom in ours}
    there: dict[str, list[Span]] = {}
    for atom in theirs:
        there.setdefault(atom.key, []).append(atom.span)
    for one, other in combinations([key for key in here if key in there], 2):
        if one.split()[0] != other.split()[0]:
            continue  # a name and a number
        if (
            len({_is_place(part, here[key]) and all(_is_place(quote, at) for at in there[key]) for key in (one, other)})
            > 1
        ):
            continue
        tie = _tie(part, here[one], here[other])
        tied = {_tied_alike(tie, _tie(quote, a, b)) for a in there[one] for b in there[other]} - {None}
        if True in tied:
            continue
        if tied:
            return one, other
        said = _roles(part, here[one], here[other])
        if _between(here[one], here[other], here.values()):
            spans = [atom.span for atom in theirs]
            apart = [(a, b) for a in there[one] for b in there[other] if not _between(a, b, spans)]
        else:
            apart = [(a, b) for a in there[one] for b in there[other]]
        quoted = [_roles(quote, a, b) for a, b in apart]
        shared = [roles for roles in quoted if roles.keys() & said.keys()]
        if shared:
            if all(any(roles[verb] != said[verb] for verb in roles.keys() & said.keys()) for roles in shared):
                return one, other
            continue
        if _crossed(part, quote, here[one], here[other], there[one], there[other]):
            return one, other
    return None


@dataclass(frozen=True, slots=True)
class _Tie:
    """What one of two is to the other, in `words`; whether the first `has` the second, as a club has a coach."""

    has: bool
    words: frozenset[str]


def _tie(text: str, one: Span, other: Span) -> _Tie | None:
    """The tie between two names: "Calder's coach, Berg", "Berg, Calder's coach", "Berg, who coaches Calder"."""
    low, high = sorted((one, other))
    first_has = bool(_POSSESSIVE.search(text[low.start : low.end]))
    if first_has:
        found = _FIRST_HAS.fullmatch(text, low.end, high.start)
    elif _POSSESSIVE.search(text[high.start : high.end]) and text[low.end : high.start] == ", ":
        found = _AFTER_BOTH.match(text, high.end)
    elif found := _FIRST_HAS_HOLDER.fullmatch(text, low.end, high.start):
        first_has = True
    else:
        found = _FIRST_IS_HAD.fullmatch(text, low.end, high.start)
    if not found:
        return None
    words = next(group for group in found.groups() if group)
    return _Tie(first_has == (low == one), frozenset(words.split()))


def _tied_alike(ours: _Tie | None, theirs: _Tie | None) -> bool | None:
    """Whether two ties that are called the same hold the same way round; None where they are not called the same."""
    if not ours or not theirs:
        return None
    mine, its = ({word[:_ALIKE] for word in tie.words if len(word) >= _ALIKE} for tie in (ours, theirs))
    if not mine & its:
        return None
    return ours.has == theirs.has or bool(ours.words & _MUTUAL)


def _is_place(text: str, span: Span) -> bool:
    """Whether it is where something happens, and so does nothing there: "in Calder"."""
    return bool(_WHERE.search(text[: span.start]))


def _between(one: Span, other: Span, spans: Iterable[Span]) -> bool:
    """Whether something else that is named stands between two: what is done there may be its own."""
    low, high = sorted((one, other))
    return any(low.end <= span.start and span.end <= high.start for span in spans)


def _roles(text: str, one: Span, other: Span) -> Mapping[str, bool]:
    """The verbs between two spans, each with whether the first span is the one that does it."""
    words = located_words(text)
    low, high = sorted((one, other))
    found = {}
    for place, word in enumerate(words):
        if not low.end <= word.start < high.start:
            continue
        verb, turned = _TURNED.get(word.stem), False
        if verb:
            turned = True
        else:
            verb = _VERB_OF.get(word.stem) or (
                word.stem if word.content and (_VERBAL.search(word.text) or word.text in VERBS) else None
            )
        if verb:
            passive = _by_agent(words, place) or (not turned and is_passive(words, place))
            found[verb] = (low == one) != (turned != passive)
    return found


def is_passive(words: Sequence[Word], place: int) -> bool:
    """Whether a verb tells what is done to its subject: "was elected", "a plan backed by"."""
    closest = {word.text for word in words[max(0, place - 2) : place] if not word.text.endswith("ly")}
    return _by_agent(words, place) or (not words[place].text.endswith("ing") and bool(closest & _BEING))


def _by_agent(words: Sequence[Word], place: int) -> bool:
    after = [word.text for word in words[place + 1 : place + 4]]
    before = {word.text for word in words[max(0, place - 3) : place]}
    if place and words[place - 1].text in _BEING:  # "was followed in that office by"
        after = [word.text for word in words[place + 1 : place + 1 + _FAR_AGENT]]
    if words[place].text == "defeat":
        return bool({"by", "to", "against"} & set(after[:1]))
    return "by" in after and bool(before & BE or after[0] == "by")


def displaced(part: str, quote: str, own: Span, its: Sequence[Span], rivals: Sequence[Span]) -> int | None:
    """Which of the rivals stands in the quote where the statement has something else, `its` elsewhere in the quote."""
    mine = _around(part, own)
    along = max(_likeness(mine, _around(quote, span)) for span in its)
    for i, span in enumerate(rivals):
        across = _likeness(mine, _around(quote, span)) if _next_to(part, own) & _next_to(quote, span) else 0.0
        if across > _SURELY and across > _RATHER * along + _AT_LEAST:
            return i
    return None


def _next_to(text: str, span: Span) -> set[str]:
    """The words before and after a span, each with its side; articles are passed over."""
    words = [word for word in located_words(text) if word.text not in DETERMINERS]
    before = [f"before {word.stem}" for word in words if word.end <= span.start][-1:]
    return {*before, *[f"after {word.stem}" for word in words if word.start >= span.end][:1]}


def _crossed(part: str, quote: str, one: Span, other: Span, ones: Sequence[Span], others: Sequence[Span]) -> bool:
    """Whether each stands among the words that the quote has around the other."""
    mine, its = _around(part, one, other), _around(part, other, one)
    at_ones = [_around(quote, span, *others) for span in ones]
    at_others = [_around(quote, span, *ones) for span in others]
    straight = [max(_likeness(mine, there) for there in at_ones), max(_likeness(its, there) for there in at_others)]
    crossed = [max(_likeness(mine, there) for there in at_others), max(_likeness(its, there) for there in at_ones)]
    return all(
        across > _AT_LEAST and across > _CLEARLY * along for across, along in zip(crossed, straight, strict=True)
    )


def _likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight * other.get(word, 0.0) for word, weight in one.items())


def _around(text: str, span: Span, *without: Span) -> Mapping[str, float]:
    """Stems before and after a span, and how near each is, within its clause; a word of no meaning counts half."""
    words = located_words(text)
    inside = [i for i, word in enumerate(words) if span.start <= word.start < span.end]
    if not inside:
        return {}
    found: dict[str, float] = {}
    before, after = words[max(0, inside[0] - _WINDOW) : inside[0]][::-1], words[inside[-1] + 1 :][:_WINDOW]
    for side, near, edge in (("before", before, span.start), ("after", after, span.end)):
        for distance, word in enumerate(near):
            if _STOP.search(text[min(edge, word.end) : max(edge, word.start)]):
                break
            if any(other.start <= word.start < other.end for other in without):
                continue
            weight = (1.0 if word.content else 0.5) / (1 + distance / 2)
            key = f"{side} {word.stem}"
            found[key] = max(found.get(key, 0.0), weight)
    return found
