"""A statement beside the sentences that may carry it: which cover it, alone, in pairs and with a third.

Knows the words of a statement and which numbers, dates and names each sentence has; nothing of verdicts.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

import numpy as np

from rag.gates import Objection, objections, says, slight
from rag.moments import Moment, moments, told_by
from rag.names import ProperName, name_words, named, proper_names
from rag.quantities import Quantity
from rag.records import Span
from rag.sources import Source
from rag.wording import Wording
from rag.words import located_words

_CONSIDERED = 8  # sentences, of twice as many whose facts are looked at
_PAIRS = 6
_WORTH_A_QUOTE = 0.08  # share of the words that a second quote must add
_MEANING = 1.0  # weight of the likeness in meaning beside the share of words
_AS_GOOD = 0.25  # less of both than the best sentence that another may have


class Candidates:
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


def candidates_of(statement: str, sources: Sequence[Source], wording: Wording) -> Candidates:
    """With the likeliest sources only, and the numbers, dates and names that each has counted as covered."""
    words = located_words(statement)
    covered = wording.coverage(words, [source.text for source in sources])
    read = Candidates(statement, sources, covered)
    if not words or not sources:
        return read
    nearest = np.argsort(-read.shares(read.content), kind="stable")[: 2 * _CONSIDERED].tolist()
    kept = [sources[i] for i in nearest]
    covered = covered[:, nearest].copy()
    facts: dict[Span, list[bool]] = {}
    for column, source in enumerate(kept):
        for fact, found in _facts(statement, source):
            span = fact.span
            if isinstance(fact, ProperName) or not slight(fact):
                facts.setdefault(span, [False] * len(kept))[column] = found
            inside = [i for i, word in enumerate(words) if span.start <= word.start < span.end]
            covered[inside, column] = float(found)
    return Candidates(statement, kept, covered, np.array(list(facts.values()), dtype=bool).reshape(-1, len(kept)))


def counted(statement: str, source: Source) -> list[tuple[Quantity | Moment, bool]]:
    """The statement's numbers and dates, and whether a source has the same."""
    dates = moments(statement, source.passage.document.day)
    return [
        *((date, told_by(date, source.moments)) for date in dates),
        *((number, says(source, statement, number)) for number in source.quantities_of(statement)),
    ]


def likeliest(read: Candidates, wording: Wording) -> list[int]:
    """Sources that cover about as much as the best and are about as near in meaning, the best first."""
    shares = (read.shares(read.plain) + read.shares(read.content)) / 2
    ranked = np.argsort(-shares, kind="stable")[:_CONSIDERED].tolist()
    fit = shares.copy()
    fit[ranked] += _MEANING * wording.likeness(read.text, [read.sources[i].text for i in ranked])
    ranked.sort(key=lambda i: -fit[i])
    return [i for i in ranked if fit[i] >= fit[ranked[0]] - _AS_GOOD]


def groups(read: Candidates, ranked: Sequence[int], whole: bool) -> list[tuple[int, ...]]:
    """Pairs that together cover more than either, the most first, and the best of them with a third source.

    A statement of one part is nobody's but that source's which is nearest to it, whatever others add.
    """
    alone = read.shares(read.content)
    covering = np.argsort(-alone, kind="stable")[:_CONSIDERED].tolist()
    columns = list(dict.fromkeys([*ranked, *covering]))[:_CONSIDERED]
    pairs = {}
    for pair in combinations(columns, 2):
        if (whole and ranked[0] not in pair) or _mixes_rows(read, pair):
            continue
        share = read.share(pair)
        if share >= alone.max() and all(read.adds([one], other) for one, other in permutations(pair)):
            pairs[pair] = share
    best = sorted(pairs, key=lambda pair: -pairs[pair])[:_PAIRS]
    triples = [(*best[0], i) for i in columns if i not in best[0]] if best else []
    triples = [t for t in triples if not _mixes_rows(read, t)]
    worth = [t for t in triples if read.adds(best[0], t[2])]
    return [*best, *sorted(worth, key=lambda t: -read.share(t))[:1]]


def completed(read: Candidates, short: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """Groups that lack only numbers or dates, each with one more source of its passages that may give them."""
    for chosen in short:
        passages = {read.sources[i].passage.number for i in chosen}
        for i, source in enumerate(read.sources):
            further = (*chosen, i)
            if i not in chosen and source.passage.number in passages and not _mixes_rows(read, further):
                yield further


def _facts(statement: str, source: Source) -> list[tuple[Quantity | Moment | ProperName, bool]]:
    """Its names as well."""
    words = name_words(source.text)
    names = [(name, True) for name in proper_names(statement) if named(name, words)]
    return [*counted(statement, source), *names]


def _mixes_rows(read: Candidates, chosen: Sequence[int]) -> bool:
    """Whether two of these are rows of one table: what one says is of something else than what the other does."""
    tables = [(source.passage.number, source.row.table) for i in chosen if (source := read.sources[i]).row]
    return len(set(tables)) < len(tables)
