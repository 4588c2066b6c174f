"""Text and Passages -> Statements with Citations and support verdicts. Pure functions: nothing is loaded or asked.

A statement is supported when one or two sentences of the passages pass every gate (`rag/gates.py`) and hold enough of
its wording (`rag/wording.py`). Knows nothing of models, prompts or pages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.prompting import REFUSAL, describe
from rag.records import Citation, Passage, Quote, Statement, ranked_evidence
from rag.records import Support as Verdict
from rag.statements import stated
from rag.support import find_support
from rag.wording import StemWording, Wording
from rag.words import content_words

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


def ground(text: str, passages: Sequence[Passage], wording: Wording | None = None) -> Grounded:
    """Split a model's text into statements, tie each to quotes, and drop those that nothing carries."""
    wording = wording or StemWording()
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
        support = find_support(sentence, known, wording)
        if support.reasons:
            elsewhere = find_support(sentence, others, wording)
            support = elsewhere if elsewhere.quotes or not known else support
        if support.reasons:
            verdict: Verdict = "unsupported" if cited else "uncited"
            dropped.append(Statement(sentence, support=verdict, reasons=support.reasons))
        else:
            numbered = tuple(_cite(citations, source.passage, source.quote) for source in support.quotes)
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
