"""A statement and passages -> the quotes that carry it, or the reasons why none do.

One sentence carries a statement where every gate lets it through and its wording is near enough; or two do, each for
the parts that it is nearest to. Knows passages; nothing of whole answers.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np

from rag.attachments import misnamed, misplaced
from rag.gates import Objection, objections, says, slight
from rag.moments import Moment, moments, told_by
from rag.names import ProperName, name_words, named, proper_names
from rag.quantities import Quantity
from rag.records import Passage, Span
from rag.sources import Source, sources_of
from rag.statements import parts
from rag.tables import rows_of
from rag.wording import Wording
from rag.words import content_words, located_words, words_of

_CONSIDERED = 8  # sentences, of twice as many whose facts are looked at
_PAIRS = 6
_CLEARLY_MORE = 0.12  # of the words of a statement of several parts than a single source that would do
_WORTH_A_QUOTE = 0.08  # share of the words that a second quote must add
_MEANING = 1.0  # weight of the likeness in meaning beside the share of words
_AS_GOOD = 0.25  # less of both than the best sentence that another may have
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


class _Read:
    """A statement beside candidates: `covered` (words, sources) says how near each word is to the nearest of a source.

    `content` are the places of words that carry meaning, `plain` of those that are no names, which may stand in a
    sentence about something else. `facts` (numbers, dates and names; sources) says which source has which.
    """

    def __init__(
        self, text: str, sources: Sequence[Source], covered: np.ndarray, facts: np.ndarray | None = None
    ) -> None:
        self.text, self.sources, self.covered = text, sources, covered
        self.facts = np.zeros((0, len(sources)), dtype=bool) if facts is None else facts
        self.words = located_words(text)
        self.content = [i for i, word in enumerate(self.words) if word.content] or list(range(len(self.words)))
        named = [name.span for name in proper_names(text)]
        self.plain = [i for i in self.content if not self._within(i, named)] or self.content
        self._objected: dict[tuple[str, int], tuple[Objection, ...]] = {}

    def _within(self, place: int, spans: Sequence[Span]) -> bool:
        return any(span.start <= self.words[place].start < span.end for span in spans)

    def objections(self, part: str, source: int) -> tuple[Objection, ...]:
        """Why a source alone does not carry a part of the statement."""
        key = (part, source)
        if key not in self._objected:
            self._objected[key] = objections(part, self.text, self.sources[source])
        return self._objected[key]

    def shares(self, places: Sequence[int]) -> np.ndarray:
        """Of the words at some places, covered by each source."""
        return self.covered[places].mean(axis=0)

    def share(self, columns: Sequence[int]) -> float:
        """Of the words that carry meaning, covered by some of the sources together."""
        return float(self.covered[self.content][:, list(columns)].max(axis=1).mean())

    def adds(self, columns: Sequence[int], further: int) -> bool:
        """Whether a further source is worth a quote beside others: for its words, or a fact that they do not have."""
        words = self.share([*columns, further]) >= self.share(columns) + _WORTH_A_QUOTE
        return words or bool((self.facts[:, further] & ~self.facts[:, list(columns)].any(axis=1)).any())


def find_support(statement: str, passages: Sequence[Passage], wording: Wording) -> Support:
    """The best one to three sentences of the passages that carry a statement."""
    whole_tables = len(rows_of(statement)) > 1
    sources = [source for passage in passages for source in sources_of(passage, whole_tables)]
    read = _read(statement, sources, wording)
    if not read.sources or not read.words:
        return Support(reasons=("no passage is cited",))
    if len(content_words(statement)) < _SENTENCE and not any(_holds(source.text, statement) for source in read.sources):
        return Support(reasons=("the quote does not have these words",))
    singles = _singles(read, wording)
    found = [(i, read.objections(statement, i)) for i in singles]
    opposed = {i: objected for i, objected in found if _denies(objected)}
    reasons = [tuple(one.reason for one in found[0][1])]
    whole = len(parts(statement)) == 1
    alone: int | None = None
    for rank, (i, objected) in enumerate(found):
        if not objected and not any(_nearer(read, rival, i) for rival in opposed):
            denied = tuple(one.reason for one in _contradicted(read, (i,)))
            objected_to = denied or tuple(filter(None, [_doubt(read, (i,), wording)]))
            if not objected_to:
                alone = i
                break
            reasons.append(objected_to)
        elif i in opposed and rank < _FIRST and (whole or read.share([i]) >= _NEARLY_ALL):
            return Support(reasons=tuple(one.reason for one in objected))
    short = [(singles[0],)] if _only_absent(found[0][1]) else []
    for chosen in _groups(read, singles, whole):
        if alone is not None and (whole or read.share(chosen) < read.share([alone]) + _CLEARLY_MORE):
            break
        left_open = _objections(read, chosen, opposed)
        if not left_open and not (doubt := _doubt(read, chosen, wording)):
            return Support(tuple(read.sources[i] for i in chosen))
        reasons.append(tuple(one.reason for one in left_open) or (doubt,))
        if _only_absent(left_open):
            short.append(chosen)
    if alone is not None:
        return Support((read.sources[alone],))
    for chosen in _completed(read, short):
        if not _objections(read, chosen, opposed) and not _doubt(read, chosen, wording):
            return Support(tuple(read.sources[i] for i in chosen))
    nearest = min(filter(None, reasons), key=len, default=("the sources say otherwise",))
    return Support(reasons=tuple(dict.fromkeys(nearest)))


def _doubt(read: _Read, chosen: Sequence[int], wording: Wording) -> str:
    """Whether the chosen sources say the same on the whole, or why not."""
    passages = {read.sources[i].passage.number: read.sources[i].passage for i in chosen}
    around = [source for passage in passages.values() for source in sources_of(passage)]
    wrong = misplaced(read.text, around, wording.nearness) or misnamed(read.text, around, wording.nearness)
    if wrong:
        return wrong
    quoted = [read.sources[i].text for i in sorted(chosen, key=lambda i: read.sources[i].place)]
    return wording.doubt(read.text, quoted, read.share(chosen), _firmness(read.text, chosen, read))


def _firmness(text: str, chosen: Sequence[int], read: _Read) -> float:
    """The share of a text that numbers and dates of the sources make up, 0 to 1: all of it with one in six words."""
    agreeing = {fact.span for i in chosen for fact, found in _counted(text, read.sources[i]) if found}
    return min(1.0, _WORDS_A_NUMBER * len(agreeing) / max(1, sum(word.content for word in located_words(text))))


def _denies(objected: Sequence[Objection]) -> bool:
    """Whether a source speaks of the same and says otherwise: nothing is missing, or only another speaker's name is."""
    kinds = {one.kind for one in objected}
    return bool(kinds) and (not kinds & _LACKING or "speaker" in kinds)


def _read(statement: str, sources: Sequence[Source], wording: Wording) -> _Read:
    """With the likeliest sources only, and the numbers, dates and names that each has counted as covered."""
    words = located_words(statement)
    covered = wording.coverage(words, [source.text for source in sources])
    read = _Read(statement, sources, covered)
    if not words or not sources:
        return read
    likeliest = np.argsort(-read.shares(read.content), kind="stable")[: 2 * _CONSIDERED].tolist()
    kept = [sources[i] for i in likeliest]
    covered = covered[:, likeliest].copy()
    facts: dict[Span, list[bool]] = {}
    for column, source in enumerate(kept):
        for fact, found in _facts(statement, source):
            span = fact.span
            if isinstance(fact, ProperName) or not slight(fact):
                facts.setdefault(span, [False] * len(kept))[column] = found
            inside = [i for i, word in enumerate(words) if span.start <= word.start < span.end]
            covered[inside, column] = float(found)
    return _Read(statement, kept, covered, np.array(list(facts.values()), dtype=bool).reshape(-1, len(kept)))


def _facts(statement: str, source: Source) -> list[tuple[Quantity | Moment | ProperName, bool]]:
    """The statement's numbers, dates and names, and whether a source has the same."""
    words = name_words(source.text)
    names = [(name, True) for name in proper_names(statement) if named(name, words)]
    return [*_counted(statement, source), *names]


def _counted(statement: str, source: Source) -> list[tuple[Quantity | Moment, bool]]:
    """The same of numbers and dates."""
    dates = moments(statement, source.passage.document.day)
    return [
        *((date, told_by(date, source.moments)) for date in dates),
        *((number, says(source, statement, number)) for number in source.quantities_of(statement)),
    ]


def _singles(read: _Read, wording: Wording) -> list[int]:
    """Sources that cover about as much as the best and are about as near in meaning, the best first."""
    shares = (read.shares(read.plain) + read.shares(read.content)) / 2
    ranked = np.argsort(-shares, kind="stable")[:_CONSIDERED].tolist()
    fit = shares.copy()
    fit[ranked] += _MEANING * wording.likeness(read.text, [read.sources[i].text for i in ranked])
    ranked.sort(key=lambda i: -fit[i])
    return [i for i in ranked if fit[i] >= fit[ranked[0]] - _AS_GOOD]


def _nearer(read: _Read, rival: int, chosen: int) -> bool:
    return read.share([rival]) >= read.share([chosen]) - _TIE


def _groups(read: _Read, singles: Sequence[int], whole: bool) -> list[tuple[int, ...]]:
    """Pairs that together cover more than either, the most first, and the best of them with a third source.

    A statement of one part is nobody's but that source's which is nearest to it, whatever others add.
    """
    alone = read.shares(read.content)
    ranked = np.argsort(-alone, kind="stable")[:_CONSIDERED].tolist()
    columns = list(dict.fromkeys([*singles[:_CONSIDERED], *ranked]))[:_CONSIDERED]
    pairs = {}
    for pair in combinations(columns, 2):
        if (whole and singles[0] not in pair) or _mixes_rows(read, pair):
            continue
        share = read.share(pair)
        if share >= alone.max() and all(read.adds([one], other) for one, other in permutations(pair)):
            pairs[pair] = share
    best = sorted(pairs, key=lambda pair: -pairs[pair])[:_PAIRS]
    triples = [(*best[0], i) for i in columns if i not in best[0]] if best else []
    triples = [t for t in triples if not _mixes_rows(read, t)]
    worth = [t for t in triples if read.adds(best[0], t[2])]
    return [*best, *sorted(worth, key=lambda t: -read.share(t))[:1]]


def _mixes_rows(read: _Read, chosen: Sequence[int]) -> bool:
    """Whether two of these are rows of one table: what one says is of something else than what the other does."""
    tables = [(source.passage.number, source.row.table) for i in chosen if (source := read.sources[i]).row]
    return len(set(tables)) < len(tables)


def _only_absent(objected: Sequence[Objection]) -> bool:
    """Whether there is nothing but numbers or dates that another sentence may give."""
    return bool(objected) and all(one.kind == "absent" for one in objected)


def _completed(read: _Read, short: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """Sources that lack only numbers or dates, each with one more of their passage, from which these may follow."""
    for chosen in short:
        passages = {read.sources[i].passage.number for i in chosen}
        for i, source in enumerate(read.sources):
            further = (*chosen, i)
            if i not in chosen and source.passage.number in passages and not _mixes_rows(read, further):
                yield further


def _objections(read: _Read, chosen: Sequence[int], opposed: Collection[int]) -> tuple[Objection, ...]:
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
        found.extend(min(tried, key=len))
    return tuple(found)


def _contradicted(read: _Read, chosen: Sequence[int]) -> tuple[Objection, ...]:
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


def _parts(read: _Read, chosen: Sequence[int]) -> list[tuple[str, list[int]]]:
    """Each part with the chosen sources that cover the most of its words, names not counted."""
    found = []
    for part, places in _places_of_parts(read):
        shares = read.shares(places)
        ranked = sorted(chosen, key=lambda i: -shares[i])
        found.append((part, [i for i in ranked if shares[i] >= shares[ranked[0]] - _TIE]))
    return found


def _places_of_parts(read: _Read) -> list[tuple[str, list[int]]]:
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
