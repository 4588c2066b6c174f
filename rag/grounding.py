"""Text and Passages -> Statements with Citations and support verdicts. Pure functions: nothing is loaded or asked.

A statement is supported when one or two sentences of the passages pass every gate (`rag/gates.py`) and hold enough of
its wording (`rag/wording.py`). Knows nothing of models, prompts or pages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rag.gates import Source, objections, sources_of
from rag.moments import moments
from rag.names import proper_names
from rag.prompting import REFUSAL, describe
from rag.quantities import quantities
from rag.records import Citation, Passage, Quote, Statement, Support, ranked_evidence
from rag.statements import parts, stated
from rag.wording import StemWording, Wording
from rag.words import content_words, located_words

# Share of a statement's wording that its quotes must hold, names and numbers not counted.
_ENOUGH_WORDS = 0.5
# A second quote is taken only where it adds this much.
_WORTH_A_QUOTE = 0.08
_CONSIDERED = 8
_PAIRS = 6
_TIE = 0.1
_MOST_QUOTES = 3
_NEARLY_AS_GOOD = 0.88
_SAME_WORDS = 0.8


@dataclass(frozen=True, slots=True)
class Grounded:
    """What of a model's text can be shown. `cited` counts the numbers in it, `invented` those that no passage has."""

    statements: tuple[Statement, ...] = ()
    dropped: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    cited: int = 0
    invented: int = 0
    refused: bool = False

    @property
    def text(self) -> str:
        """The statements that are shown, each with its markers."""
        return " ".join(marked(statement) for statement in self.statements)


def ground(text: str, passages: Sequence[Passage], wording: Wording = StemWording()) -> Grounded:  # noqa: B008
    """Split a model's text into statements, tie each to quotes, and drop those that nothing carries."""
    shown: list[Statement] = []
    dropped: list[Statement] = []
    citations: list[Citation] = []
    all_cited, invented, refused = 0, 0, False
    for one in stated(text):
        sentence, cited = one.text, one.cited
        if sentence.rstrip(".") == REFUSAL.rstrip("."):
            refused = True
            continue
        if not content_words(sentence) or any(content_words(sentence) <= content_words(s.text) for s in shown):
            continue  # it says nothing, or nothing new
        known = [passage for passage in passages if passage.number in cited]
        all_cited += len(cited)
        invented += len(cited - {passage.number for passage in passages})
        others = [passage for passage in passages if passage not in known]
        quotes, reasons = _support(sentence, known, wording)
        if reasons:
            found, missing = _support(sentence, others, wording)
            quotes, reasons = (found, missing) if not missing else (quotes, reasons if known else missing)
        if reasons:
            verdict: Support = "unsupported" if cited else "uncited"
            dropped.append(Statement(sentence, support=verdict, reasons=reasons))
        else:
            numbered = tuple(_cite(citations, source.passage, source.quote) for source in quotes)
            shown.append(Statement(sentence, citations=numbered, support="supported"))
    return Grounded(tuple(shown), tuple(dropped), tuple(citations), all_cited, invented, refused)


def quote(passages: Sequence[Passage]) -> Grounded:
    """The best one to three evidence sentences as the answer: the first, and those that are nearly as good."""
    ranked = ranked_evidence(passages)
    citations: list[Citation] = []
    statements: list[Statement] = []
    seen: list[frozenset[str]] = []
    for evidence in ranked:
        words = content_words(evidence.quote.text)
        if evidence.score < _NEARLY_AS_GOOD * ranked[0].score or len(statements) == _MOST_QUOTES:
            break
        if any(len(words & other) >= _SAME_WORDS * min(len(words), len(other)) for other in seen):
            continue  # a copy, or a sentence that says no more
        seen.append(words)
        number = _cite(citations, evidence.passage, evidence.quote)
        statements.append(Statement(evidence.quote.text, (number,), "supported"))
    return Grounded(tuple(statements), citations=tuple(citations))


def quoted_text(grounded: Grounded) -> str:
    """A line a quote, introduced by where and when it was published."""
    by_number = {citation.number: citation for citation in grounded.citations}
    lines = []
    for statement in grounded.statements:
        (number,) = statement.citations
        lines.append(f"{describe(by_number[number].document)}: {_in_quotation_marks(statement.text)} [{number}]")
    return "\n\n".join(lines)


def marked(statement: Statement) -> str:
    """A statement as it is displayed: its markers before its full stop."""
    markers = "".join(f"[{number}]" for number in statement.citations)
    if not markers:
        return statement.text
    body, stop = statement.text, ""
    if body[-1:] in ".!?":
        body, stop = body[:-1], body[-1]
    return f"{body} {markers}{stop}"


def _support(
    sentence: str, passages: Sequence[Passage], wording: Wording
) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """The one or two quotes that carry the sentence; where none do, the reasons why the best do not."""
    sources = [source for passage in passages for source in sources_of(passage)]
    if not sources:
        return (), ("no passage is cited",)
    covered = wording.coverage(located_words(sentence), [source.text for source in sources])
    counting = _counting(sentence)
    every = [i for i, word in enumerate(located_words(sentence)) if word.content]
    best = np.argsort(-covered[every].mean(axis=0), kind="stable")[:_CONSIDERED].tolist()
    first_reasons: tuple[str, ...] = ()
    for chosen in [*((i,) for i in best), *_pairs(covered[every], best)]:
        reasons = _objections(sentence, [sources[i] for i in chosen], covered[:, list(chosen)], counting)
        if not reasons:
            return tuple(sources[i] for i in chosen), ()
        first_reasons = first_reasons or reasons
    return (), first_reasons


def _pairs(covered: np.ndarray, best: Sequence[int]) -> list[tuple[int, ...]]:
    """Two sources that together cover more of the words than either, the most first."""
    gains = {}
    for pair in combinations(best, 2):
        both = covered[:, list(pair)]
        union, single = both.max(axis=1).mean(), both.mean(axis=0).max()
        if union >= single + _WORTH_A_QUOTE:
            gains[pair] = union
    return sorted(gains, key=lambda pair: -gains[pair])[:_PAIRS]


def _objections(
    sentence: str, chosen: Sequence[Source], covered: np.ndarray, counting: Sequence[int]
) -> tuple[str, ...]:
    """Of the gates, for each part the source that it is nearest to, and of the share of words; `covered` (words, chosen)."""
    reasons: list[str] = []
    if len(chosen) == 1:
        reasons.extend(objections(sentence, sentence, chosen[0]))
    else:
        for part, columns in _nearest(sentence, covered):
            tried = [
                objections(part, sentence, chosen[i], [other for other in chosen if other is not chosen[i]])
                for i in columns
            ]
            reasons.extend(min(tried, key=len))
    if len(counting) and covered[counting].max(axis=1).mean() < _ENOUGH_WORDS:
        reasons.append("the quote says too little of it")
    return tuple(dict.fromkeys(reasons))


def _nearest(sentence: str, covered: np.ndarray) -> list[tuple[str, list[int]]]:
    """Each part with the chosen sources that cover the most of its words, within a little of the best."""
    words = located_words(sentence)
    found, start = [], 0
    for part in parts(sentence):
        own = [i for i in range(start, start + len(located_words(part)))]
        start += len(own)
        content = [i for i in own if i < len(words) and words[i].content] or own
        shares = covered[content].mean(axis=0)
        order = np.argsort(-shares, kind="stable").tolist()
        found.append((part, [i for i in order if shares[i] >= shares.max() - _TIE]))
    return found


def _counting(sentence: str) -> list[int]:
    """Places of the words whose share is counted: those that carry meaning and that no gate looks at by itself."""
    dated = tuple(moment.span for moment in moments(sentence, None))
    gated = [*dated, *(name.span for name in proper_names(sentence)), *(q.span for q in quantities(sentence, dated))]
    return [
        i
        for i, word in enumerate(located_words(sentence))
        if word.content and not any(start <= word.start < end for start, end in gated)
    ]


def _cite(citations: list[Citation], passage: Passage, found: Quote) -> int:
    """The number of a quote, which it has from its first use."""
    for citation in citations:
        if citation.quote == found:
            return citation.number
    citations.append(Citation(len(citations) + 1, passage.number, found, passage.document))
    return len(citations)


def _in_quotation_marks(text: str) -> str:
    """On one line, in marks that the words themselves do not use."""
    opening, closing = "«»" if re.search('["“”]', text) else "“”"
    return f"{opening}{' '.join(text.split())}{closing}"
