"""Text and Passages -> Statements with Citations and support verdicts. Pure functions: nothing is loaded or asked.

A statement is supported when one to four sentences of the passages pass every gate (`rag/gates.py`) and hold enough of
its wording (`rag/wording.py`). Knows nothing of models, prompts or pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.attributing import attributed, said_in
from rag.inert import inert
from rag.instructions import instructs
from rag.polarity import disagreement
from rag.prompting import REFUSAL
from rag.records import Citation, Display, Passage, Quote, Statement
from rag.records import Support as Verdict
from rag.sections import without_signs
from rag.statements import stated
from rag.support import find_support
from rag.wording import StemWording, Wording
from rag.words import content_words


@dataclass(frozen=True, slots=True)
class Grounded:
    """A model's statements in order, each with its verdict, and the quotes of the supported ones.

    `cited` counts the passage numbers in its text, `invented` those that no passage has.
    """

    judged: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    cited: int = 0
    invented: int = 0
    refused: bool = False

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The supported ones."""
        return tuple(statement for statement in self.judged if statement.support == "supported")

    @property
    def dropped(self) -> tuple[Statement, ...]:
        """Those that no quote carries, cited or not."""
        return tuple(statement for statement in self.judged if statement.support != "supported")

    def in_display(self, display: Display) -> tuple[Statement, ...]:
        """Those that are shown."""
        return self.judged if display == "annotated" else self.statements

    @property
    def text(self) -> str:
        """The supported ones, each with its markers."""
        return displayed(self.statements)


def displayed(statements: Sequence[Statement]) -> str:
    """Statements as an answer shows them; what has lines of its own stands apart."""
    text, apart = "", True
    for statement in statements:
        between = "\n\n" if apart or "\n" in statement.text else " "
        text, apart = f"{text}{between}{marked(statement)}", "\n" in statement.text
    return text.strip("\n")


def ground(text: str, passages: Sequence[Passage], wording: Wording | None = None) -> Grounded:
    """Split a model's text into statements, and tie each to the quotes that carry it."""
    wording = wording or StemWording()
    judged: list[Statement] = []
    citations: list[Citation] = []
    all_cited, invented, refused = 0, 0, False
    for one in stated(text):
        if one.text.rstrip(".") == REFUSAL.rstrip("."):
            refused = True
            continue
        known = [passage for passage in passages if passage.number in one.cited]
        all_cited += len(one.cited)
        invented += len(one.cited - {passage.number for passage in passages})
        if empty := _empty(one.text, judged):
            judged.append(Statement(one.text, support="unsupported", reasons=(empty,)))
            continue
        support = find_support(one.text, known, wording)
        if support.reasons and len(known) < len(passages):
            # All of them, since it may join what the cited ones say with what another does.
            among_all = find_support(one.text, passages, wording)
            support = among_all if among_all.quotes or not known else support
        if support.reasons:
            verdict: Verdict = "unsupported" if one.cited else "uncited"
            judged.append(Statement(one.text, support=verdict, reasons=tuple(map(inert, support.reasons))))
        else:
            numbered = tuple(_cite(citations, source.passage, source.quote) for source in support.quotes)
            claimed = attributed(one.text, [said_in(source.passage, source.quote) for source in support.quotes])
            judged.append(Statement(inert(claimed), citations=numbered, support="supported"))
    return Grounded(tuple(judged), tuple(citations), all_cited, invented, refused)


def _empty(text: str, judged: Sequence[Statement]) -> str:
    """Why a sentence is nothing to look for in the sources, or nothing."""
    words = content_words(text)
    if not words:
        return "it says nothing"
    if instructs(text):
        return "it only tells what to do"
    earlier = (one.text for one in judged if one.support == "supported")
    repeats = any(words <= content_words(said) and not disagreement(text, said) for said in earlier)
    return "it says nothing new" if repeats else ""


def marked(statement: Statement) -> str:
    """A statement as it is displayed: its markers before its full stop; struck, with the reasons, where unsupported."""
    if statement.support != "supported":
        return f"~~{statement.text}~~ (not supported: {'; '.join(statement.reasons)})"
    markers = "".join(f"[{number}]" for number in statement.citations)
    if "\n" in statement.text:
        return f"{statement.text}\n{markers}"
    body, stop = statement.text, ""
    if body[-1:] in ".!?":
        body, stop = body[:-1], body[-1]
    return f"{body} {markers}{stop}"


def _cite(citations: list[Citation], passage: Passage, found: Quote) -> int:
    """The number of a quote, which it has from its first use."""
    found = without_signs(found)
    for citation in citations:
        if citation.quote == found:
            return citation.number
    citations.append(Citation(len(citations) + 1, passage.number, found, passage.document))
    return len(citations)
