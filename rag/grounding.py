"""Text and Passages -> Statements with Citations and support verdicts. Pure functions: nothing is loaded or asked.

A statement is supported when one or two sentences of the passages hold its numbers, its names and most of its words,
and neither side denies what the other says. Knows nothing of models, prompts or pages.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.attributing import attributed, introduction, misattributed, said_in, without_place_read
from rag.prompting import REFUSAL
from rag.records import Citation, Passage, Quote, Statement, Support, ranked_evidence
from rag.sentences import sentence_spans
from rag.words import content_words, names, negations, numbers

# Share of a statement's content words that its quotes must hold.
_ENOUGH_WORDS = 0.8
# A second quote of the same document is taken only where it adds this much.
_WORTH_A_QUOTE = 0.1
_CONSIDERED = 8
_MOST_QUOTES = 3
_NEARLY_AS_GOOD = 0.88
_SAME_WORDS = 0.8

_NUMBERS = r"\[\s*\d+(?:\s*[,;–-]\s*\d+)*\s*\]"
_MARKER = re.compile(rf"\s*{_NUMBERS}")
_MARKER_AFTER_STOP = re.compile(rf"(?P<stop>[.!?][\"”’)]*)(?P<markers>(?:\s*{_NUMBERS})+)")
_CHATTER = re.compile(
    r"^(?:answer|sure|here is|here are|based on|according to the (?:provided )?sources)\b[^.]*:\s*",
    re.IGNORECASE,
)


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


def ground(text: str, passages: Sequence[Passage]) -> Grounded:
    """Split a model's text into statements, tie each to quotes, and drop those that nothing carries."""
    shown: list[Statement] = []
    dropped: list[Statement] = []
    citations: list[Citation] = []
    all_cited, invented, refused = 0, 0, False
    for sentence, cited in _sentences(text):
        if sentence.rstrip(".") == REFUSAL.rstrip("."):
            refused = True
            continue
        if not content_words(sentence) or any(content_words(sentence) <= content_words(s.text) for s in shown):
            continue  # it says nothing, or nothing new
        known = [passage for passage in passages if passage.number in cited]
        all_cited += len(cited)
        invented += len(cited - {passage.number for passage in passages})
        others = [passage for passage in passages if passage not in known]
        quotes, reasons = _support(sentence, known)
        if reasons:
            found, missing = _support(sentence, others)
            quotes, reasons = (found, missing) if not missing else (quotes, reasons if known else missing)
        if reasons:
            verdict: Support = "unsupported" if cited else "uncited"
            dropped.append(Statement(sentence, support=verdict, reasons=reasons))
        else:
            numbered = tuple(_cite(citations, passage, quote) for passage, quote in quotes)
            claimed = attributed(sentence, [said_in(*quote) for quote in quotes])
            shown.append(Statement(claimed, citations=numbered, support="supported"))
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
        said = said_in(evidence.passage, evidence.quote)
        introduced = introduction(evidence.passage.document, said.speaker)
        statements.append(Statement(evidence.quote.text, (number,), "supported", introduction=introduced))
    return Grounded(tuple(statements), citations=tuple(citations))


def quoted_text(grounded: Grounded) -> str:
    """A line a quote, introduced by where and when it was published, and by its speaker where it does not name him."""
    return "\n\n".join(
        f"{statement.introduction}: {_in_quotation_marks(statement.text)} [{statement.citations[0]}]"
        for statement in grounded.statements
    )


def marked(statement: Statement) -> str:
    """A statement as it is displayed: its markers before its full stop."""
    markers = "".join(f"[{number}]" for number in statement.citations)
    if not markers:
        return statement.text
    body, stop = statement.text, ""
    if body[-1:] in ".!?":
        body, stop = body[:-1], body[-1]
    return f"{body} {markers}{stop}"


def _sentences(text: str) -> Iterator[tuple[str, frozenset[int]]]:
    """Each sentence without its markers, and the passage numbers that they named."""
    text = _CHATTER.sub("", text.strip())
    moved = _MARKER_AFTER_STOP.sub(lambda found: f"{found['markers']}{found['stop']}", text)
    for span in sentence_spans(moved):
        sentence = moved[span.start : span.end]
        cited = frozenset(n for marker in _MARKER.findall(sentence) for n in _marker_numbers(marker))
        plain = without_place_read(" ".join(_MARKER.sub("", sentence).split()).lstrip("-*• "))
        if plain and not plain.endswith(":"):
            yield plain, cited


def _marker_numbers(marker: str) -> Iterator[int]:
    for part in re.split(r"[,;]", marker.strip(" \n\t[]")):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        first, last = ends[0], ends[-1]
        # A range is read as one; an absurd one names only its ends.
        yield from range(first, last + 1) if first <= last <= first + 20 else ends


def _support(sentence: str, passages: Sequence[Passage]) -> tuple[tuple[tuple[Passage, Quote], ...], tuple[str, ...]]:
    """The one or two quotes that carry the sentence; where none do, the reasons why the best do not."""
    candidates = sorted(
        ((passage, found) for passage in passages for found in _quotes(passage)),
        key=lambda item: -_shared(sentence, item[1].text),
    )[:_CONSIDERED]
    if not candidates:
        return (), ("no passage is cited",)
    first_reasons: tuple[str, ...] = ()
    singles = [(candidate,) for candidate in candidates]
    pairs = [
        pair
        for pair in combinations(candidates, 2)
        if pair[0][1].document_id == pair[1][1].document_id
        and _shared(sentence, _joined(pair)) >= max(_shared(sentence, found.text) for _, found in pair) + _WORTH_A_QUOTE
    ]
    for chosen in [*singles, *pairs]:
        reasons = _objections(sentence, chosen)
        if not reasons:
            return chosen, ()
        first_reasons = first_reasons or reasons
    return (), first_reasons


def _objections(sentence: str, chosen: Sequence[tuple[Passage, Quote]]) -> tuple[str, ...]:
    quoted = _joined(chosen)
    known = f"{quoted} {' '.join(f'{passage.document.title} {passage.document.source}' for passage, _ in chosen)}"
    reasons = []
    if missing := sorted(numbers(sentence) - numbers(quoted)):
        reasons.append(f"the quote does not say {', '.join(missing)}")
    if missing := [name for stem, name in names(sentence).items() if stem not in content_words(known)]:
        reasons.append(f"the quote does not name {', '.join(missing)}")
    if wrong := misattributed(sentence, [said_in(*quote) for quote in chosen]):
        reasons.append(wrong)
    if negations(sentence) != negations(quoted) and _shared(sentence, quoted) < 1:
        reasons.append("one of the two denies what the other says")
    if _shared(sentence, quoted) < _ENOUGH_WORDS:
        reasons.append("the quote says too little of it")
    return tuple(reasons)


def _shared(sentence: str, quoted: str) -> float:
    words = content_words(sentence)
    return len(words & content_words(quoted)) / len(words) if words else 0.0


def _quotes(passage: Passage) -> tuple[Quote, ...]:
    chunk = passage.chunk
    return tuple(
        Quote(chunk.document_id, start, end, chunk.text[start - chunk.start : end - chunk.start])
        for start, end in chunk.sentences
    )


def _cite(citations: list[Citation], passage: Passage, found: Quote) -> int:
    """The number of a quote, which it has from its first use."""
    for citation in citations:
        if citation.quote == found:
            return citation.number
    citations.append(Citation(len(citations) + 1, passage.number, found, passage.document))
    return len(citations)


def _joined(chosen: Sequence[tuple[Passage, Quote]]) -> str:
    return " ".join(found.text for _, found in chosen)


def _in_quotation_marks(text: str) -> str:
    """On one line, in marks that the words themselves do not use."""
    opening, closing = "«»" if re.search('["“”]', text) else "“”"
    return f"{opening}{' '.join(text.split())}{closing}"
