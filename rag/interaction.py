"""How well sentences answer a question word by word, where the encoder reads every word in its place.

This is ColBERT's late interaction (Khattab and Zaharia 2020) over the few sentences that are likeliest: they are read
anew, since the outputs for all words of a library would take many times the room of its texts. Knows words and an
encoder; nothing of chunks, or of what the signals weigh.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.answer_types import QUESTION_WORDS
from rag.encoder import Encoder
from rag.word_vectors import encode_words
from rag.words import located_words, word_spans

_OF_ANY_KIND = frozenset(["what", "which"])


@dataclass(frozen=True, slots=True)
class InPlace:
    """A sentence with what is read before it: its document's header, and the sentence that it follows."""

    before: str
    text: str


def interaction(question: str, sentences: Sequence[InPlace], encoder: Encoder) -> dict[str, np.ndarray]:
    """Two figures of each sentence (k,), both cosines of words of the question with the nearest of the sentence's.

    `interaction` is the mean over the words that carry meaning, which may also be near to what stands before the
    sentence; `asked_for` is of the question word, which what answers is near to, and 0 where there is none or it is
    "what" or "which", which say nothing of the answer. A sentence without words has the least of the others.
    """
    words = located_words(question)
    asked, *read = encode_words(encoder, [question, *(f"{one.before}{one.text}" for one in sentences)])
    meaning = [i for i, word in enumerate(words) if word.content] or list(range(len(words)))
    place = next((i for i, word in enumerate(words) if word.text in QUESTION_WORDS), None)
    kind = None if place is None or words[place].text in _OF_ANY_KIND else place
    found = np.full((2, len(sentences)), np.inf)
    for i, (sentence, encoded) in enumerate(zip(sentences, read, strict=True)):
        near = asked.sentences @ encoded.sentences.T
        ends = [word.end for word in word_spans(f"{sentence.before}{sentence.text}")]
        own = np.array(ends) > len(sentence.before)
        if meaning and own.any():
            found[0, i] = near[meaning].max(axis=1).mean()
            found[1, i] = 0.0 if kind is None else near[kind, own].max()
    least = found.min(axis=1, initial=np.inf)
    found = np.where(np.isinf(found), np.where(np.isinf(least), 0.0, least)[:, None], found)
    return {"interaction": found[0], "asked_for": found[1]}
