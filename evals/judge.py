"""An optional language model as judge, through LlamaIndex's evaluators, with our own strict reading of its verdicts.

Off by default and reported apart: a judge has opinions, and they cost money. A verdict that cannot be read is no score.
"""

import re
from collections.abc import Sequence
from typing import Any

from rag.errors import ModelError
from rag.llm import LanguageModel
from rag.records import Answer
from rag.settings import Settings

_VERDICT = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)
_GRADE = re.compile(r"\W*([1-5](?:\.\d)?)\W*(?:\n|$)")


class Judge:
    """Faithfulness (0 or 1) of an answer to its quotes, and its correctness (0 to 1) beside a reference answer.

    Its endpoint gets the setting `judge_key`, and never the key of the model that answers.
    """

    def __init__(self, url: str, model: str, settings: Settings) -> None:
        self.model = model
        configured = settings.model_copy(update={"llm_url": url, "llm_model": model, "llm_key": settings.judge_key})
        self._model = LanguageModel(configured, None, model)

    def scores(self, question: str, answer: Answer, references: Sequence[str]) -> dict[str, float | None]:
        """Raises ModelError where the judge cannot be reached."""
        from llama_index.core.evaluation import CorrectnessEvaluator, FaithfulnessEvaluator

        llm = self._model.llm()
        quotes = [citation.quote.text for citation in answer.citations]
        found: dict[str, float | None] = {"judge_faithfulness": None, "judge_correctness": None}
        try:
            if quotes and answer.mode != "refused":
                judged = FaithfulnessEvaluator(llm=llm).evaluate(response=answer.text, contexts=quotes)
                found["judge_faithfulness"] = read_verdict(judged.feedback)
            if references and answer.mode != "refused":
                graded = CorrectnessEvaluator(llm=llm, parser_function=_graded).evaluate(
                    query=question, response=answer.text, reference=" or ".join(references)
                )
                found["judge_correctness"] = read_grade(graded.feedback)
        except Exception as error:
            said = " ".join(str(error).split())[:200]
            raise ModelError(f"the judge failed: {said}; see --judge and FOOTNOTE_JUDGE_KEY") from error
        return found


def read_verdict(text: str | None) -> float | None:
    """1 for a reply that begins with yes, 0 for one that begins with no, else None."""
    found = _VERDICT.match(text or "")
    return float(found[1].lower() == "yes") if found else None


def read_grade(text: str | None) -> float | None:
    """A first line that is a grade from 1 to 5, as a share from 0 to 1; else None."""
    found = _GRADE.match(text or "")
    return (float(found[1]) - 1) / 4 if found and float(found[1]) <= 5 else None


def _graded(text: str) -> tuple[Any, Any]:
    """LlamaIndex wants a score and reasons; the whole reply goes on as the reasons, and is read by `read_grade`."""
    return read_grade(text), text
