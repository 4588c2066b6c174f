"""A model's text as it is written -> what of it answers the question and is supported.

Knows a model, its prompt and the passages; nothing of what is shown in the place of a text that is no answer.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from rag.answer_types import holds_type, repeats, wanted_type
from rag.errors import ModelError
from rag.grounding import Grounded, displayed, ground
from rag.inert import inert
from rag.llm import LanguageModel
from rag.prompting import Prompt, answer_prompt
from rag.records import Display, Passage, Query, Quote, Statement, best_evidence
from rag.statements import gone_on, without_last
from rag.wording import Wording
from rag.words import content_words

MODEL_FAILED = "The embedded model failed, so this answer is quotes"
"""How the notice of such an answer begins."""

# What the embedded default does not say well in its first sentences it does not say at all.
_DEFAULT_MODEL_TRIES = 2
_BESIDE_THE_QUESTION = "the sentences that answer the question best do not say it"
_EVASIVE = "it leaves out what was asked for"
_OF_ELSE = "it has too little of the question"
_LEAST_OF_THE_QUESTION = 0.5
"""Share of the question's words that a small model's sentence has: it was told to repeat one of the source."""


@dataclass(frozen=True, slots=True)
class Drafting:
    """Who writes, how it is shown, what compares wordings, what is told of each step, and whether to go on."""

    model: LanguageModel
    display: Display
    wording: Wording
    lap: Callable[[str], None]
    wanted: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A model's statements, what they took, and what is to be said of them."""

    grounded: Grounded = field(default_factory=Grounded)
    usage: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def drafted(query: Query, passages: Sequence[Passage], by: Drafting) -> Generator[str, None, Drafted]:
    """Yields text as it will be shown, in whole sentences that have been checked: none is ever taken back.

    Nothing comes before a sentence that answers. Raises ModelError, but for the embedded default: its failure is a
    notice.
    """
    model = by.model
    prompt = answer_prompt(query, passages, model.prompt_budget, model.small)
    best = [evidence.quote for evidence in best_evidence(passages)]
    text, complete, shown = "", "", ""
    grounded = Grounded()
    usage: Mapping[str, int] = {}
    notices: tuple[str, ...] = ()
    try:
        with closing(model.stream(prompt, by.wanted)) as pieces:
            for piece in pieces:
                if not by.wanted():
                    break
                by.lap("first_token")
                text += piece.text
                if piece.finish:
                    usage = piece.usage
                    if piece.finish == "length":
                        notices = ("The model reached its length limit; only its whole sentences were kept.",)
                elif not gone_on(text, len(complete)):
                    continue
                before, complete = complete, text if piece.finish == "stop" else without_last(text)
                if complete == before and not piece.finish:
                    continue
                judged = _without_prompt(ground(complete, passages, by.wording), prompt)
                judged = judged if shown else _if_it_answers(judged, query.text, best, model.small)
                said = displayed(judged.in_display(by.display)) if judged.statements else ""
                if not said.startswith(shown):
                    continue
                grounded = judged
                if len(said) > len(shown):
                    by.lap("first_statement")
                    yield said[len(shown) :]
                    shown = said
                if model.embedded_default and not grounded.statements and len(grounded.dropped) >= _DEFAULT_MODEL_TRIES:
                    break
    except ModelError as error:
        if shown or not model.embedded_default:
            raise
        # Nobody chose this model, and quotes need none: a machine whose loopback is down still answers.
        return Drafted(notices=(f"{MODEL_FAILED}: {error}",))
    if not grounded.statements:
        notices = ()  # nothing of what they speak of is shown
    if grounded.invented:
        notices += (f"The model cited {grounded.invented} passages that do not exist; those numbers were dropped.",)
    counted = {"cited_numbers": grounded.cited, "invented_numbers": grounded.invented}
    return Drafted(grounded, {**usage, **counted}, notices)


def _if_it_answers(grounded: Grounded, question: str, best: Sequence[Quote], small: bool) -> Grounded:
    """The same, with nothing supported where what is supported is no answer to the question."""
    if not any(_rests_on(citation.quote, best) for citation in grounded.citations):
        return _none_supported(grounded, _BESIDE_THE_QUESTION)
    if _evades(question, grounded):
        return _none_supported(grounded, _EVASIVE)
    return _none_supported(grounded, _OF_ELSE) if small and _speaks_of_else(question, grounded) else grounded


def _without_prompt(grounded: Grounded, prompt: Prompt) -> Grounded:
    """A model that recites what it was told says nothing, so that it is not even kept as dropped."""
    told = inert(" ".join(prompt.system.split()))
    return replace(grounded, judged=tuple(one for one in grounded.judged if one.text.rstrip(".") not in told))


def _none_supported(grounded: Grounded, reason: str) -> Grounded:
    """The same where what is supported is still no answer, for a reason."""
    judged = (
        Statement(one.text, (), "unsupported", (reason,)) if one.support == "supported" else one
        for one in grounded.judged
    )
    return replace(grounded, judged=tuple(judged), citations=())


def _rests_on(quote: Quote, best: Sequence[Quote]) -> bool:
    return any(quote.document_id == b.document_id and quote.start < b.end and b.start < quote.end for b in best)


def _evades(question: str, grounded: Grounded) -> bool:
    """Whether the statements leave out the time, number or name that is asked for and stands in their own quotes.

    Or say no more than the question does, unless that asks for a yes or no.
    """
    said = " ".join(statement.text for statement in grounded.statements)
    quoted = " ".join(citation.quote.text for citation in grounded.citations)
    in_statements, in_quotes = holds_type(wanted_type(question), question, [said, quoted])
    return bool(in_statements < in_quotes) or repeats(question, said)


def _speaks_of_else(question: str, grounded: Grounded) -> bool:
    """Whether the statements have too few of the question's words to be its answer in a full sentence."""
    asked = content_words(question)
    said = content_words(" ".join(statement.text for statement in grounded.statements))
    return len(asked & said) < _LEAST_OF_THE_QUESTION * len(asked)
