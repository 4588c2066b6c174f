"""A language model whose texts are kept, and given again without it: so that checking can be measured on equal texts.

Knows models and what they write; nothing of questions, answers or figures.
"""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass

from rag.breaking_off import always
from rag.llm import LanguageModel, Piece
from rag.prompting import Prompt
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model was sent for a question and what it wrote, as far as it was read. Times are ms from the question."""

    id: str
    system: str = ""
    user: str = ""
    text: str = ""
    finish: str = ""
    first_token: float | None = None
    first_statement: float | None = None
    total: float | None = None


class Overheard(LanguageModel):
    """The settings' model, overheard. With `repeats` set, that draft is given and the model is not asked."""

    def __init__(self, settings: Settings, model: LanguageModel) -> None:
        super().__init__(settings, None, model.name)
        self.embedded_default, self.small = model.embedded_default, model.small
        self.repeats: Draft | None = None
        self.heard = Draft("")
        self._model = model

    def stream(self, prompt: Prompt, wanted: Callable[[], bool] = always) -> Generator[Piece, None, None]:
        if self.repeats:
            self.heard = self.repeats
            yield Piece(self.repeats.text, self.repeats.finish or "stop")
            return
        text, finish = "", ""
        with closing(self._model.stream(prompt, wanted)) as pieces:
            for piece in pieces:
                text, finish = text + piece.text, piece.finish
                self.heard = Draft("", prompt.system, prompt.user, text, finish)
                yield piece

    def start(self) -> None:
        self._model.start()

    def close(self) -> None:
        self._model.close()
