"""A follow-up question -> a standalone one, by a language model; by rules where it fails or writes something else.

Knows what may come back from a model; nothing of documents.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing

from rag.connections import always
from rag.errors import ModelError
from rag.followups import standalone
from rag.llm import LanguageModel
from rag.prompting import condense_prompt
from rag.words import content_words

_LONGEST = 400  # characters; more is an essay, not a question
_KEPT = 0.5  # of the words of the question itself: "the second one" becomes a name
_MOST_PIECES = 200


def condensed(
    question: str,
    history: Sequence[Mapping[str, str]],
    model: LanguageModel,
    wanted: Callable[[], bool] = always,
) -> str | None:
    """The standalone question, or None where the question stands alone. Nothing is waited for that is not `wanted`."""
    if not history:
        return None
    try:
        written = _written(question, history, model, wanted)
    except ModelError:  # the answer will say what is wrong with the model
        written = ""
    if not _is_question(written, question, history):
        return standalone(question, history)
    return None if content_words(written) == content_words(question) else written


def _written(
    question: str, history: Sequence[Mapping[str, str]], model: LanguageModel, wanted: Callable[[], bool]
) -> str:
    prompt = condense_prompt(question, history, model.prompt_budget)
    text = ""
    with closing(model.stream(prompt, wanted)) as pieces:
        for number, piece in enumerate(pieces):
            text += piece.text
            if "\n" in text.strip() or number >= _MOST_PIECES:
                break
    return " ".join(text.strip().partition("\n")[0].split()).strip("\"“”'")


def _is_question(written: str, question: str, history: Sequence[Mapping[str, str]]) -> bool:
    """Whether a model's line can be the question that was meant: short, and of its and the conversation's words."""
    said = " ".join([question, *(f"{turn['question']} {turn.get('answer') or ''}" for turn in history)])
    own, words = content_words(question), content_words(written)
    if not words or len(written) > _LONGEST or not words <= content_words(said):
        return False
    asks = written.endswith("?") or not question.rstrip().endswith("?")
    return asks and len(own & words) >= _KEPT * len(own)
