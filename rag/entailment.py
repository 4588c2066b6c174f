"""An optional cross-encoder for natural-language inference: does a statement follow from its quote?

Any sentence-transformers CrossEncoder that knows entailment and contradiction, by name or path. It is asked where every
gate has let a statement through, in place of the nearness of its wording. Knows two texts; nothing of passages.
"""

import functools
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from rag.cross_encoders import load_cross_encoder
from rag.errors import ModelError
from rag.wording import Wording
from rag.words import Word

_SETTING = "FOOTNOTE_ENTAILMENT"
CONTRADICTED = "an inference model reads the quote as saying the contrary"
NOT_ENTAILED = "an inference model does not see it follow from the quote"


class EntailmentWording:
    """Words as another wording compares them, and an inference model's verdict on the whole. Safe from any thread."""

    def __init__(self, name: str, words: Wording) -> None:
        self.name = name
        self._words = words
        self._lock = threading.Lock()

    def coverage(self, words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
        return self._words.coverage(words, texts)

    def likeness(self, statement: str, texts: Sequence[str]) -> np.ndarray:
        return self._words.likeness(statement, texts)

    def nearness(self, statement: str, text: str) -> np.ndarray:
        return self._words.nearness(statement, text)

    def doubt(self, statement: str, quotes: Sequence[str], covered: float, firm: float) -> str:  # noqa: ARG002
        """Raises ModelError where the model has other labels."""
        with self._lock:
            scores = np.asarray(self._model.predict([(" ".join(quotes), statement)], show_progress_bar=False))[0]
        labels = self._labels
        if len(labels) != np.size(scores):
            raise ModelError(
                f"inference model {self.name!r} gives no score a label; set {_SETTING} to another, or to none"
            )
        label = labels[int(np.argmax(scores))]
        return "" if "entail" in label else CONTRADICTED if "contra" in label else NOT_ENTAILED

    @functools.cached_property
    def _labels(self) -> list[str]:
        """In the order of the scores, in lower case."""
        names = self._model.config.id2label
        labels = [str(names[i]).lower() for i in range(len(names))]
        if not any("entail" in label and "not" not in label for label in labels):
            raise ModelError(
                f"model {self.name!r} has the labels {', '.join(labels)} and no entailment; set {_SETTING} to one "
                "trained on natural-language inference, or to none"
            )
        return ["not" if label.startswith("not") else label for label in labels]

    @functools.cached_property
    def _model(self) -> Any:
        return load_cross_encoder(self.name, "inference model", _SETTING)
