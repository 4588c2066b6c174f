"""How well sentences answer a question word by word, where the encoder reads every word in its place.

This is ColBERT's late interaction (Khattab and Zaharia 2020) over the few sentences that are likeliest: they are read
anew, since the outputs for all words of a library would take many times the room of its texts. Knows words and an
encoder; nothing of chunks, or of what the signals weigh.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.encoder import Encoder
from rag.word_vectors import encode_words
from rag.words import located_words

# Question words that say by themselves what kind of thing is asked for, which "what" and "which" do not.
_OF_A_KIND = frozenset(["who", "whom", "whose", "when", "where", "why", "how"])


@dataclass(frozen=True, slots=True)
class InPlace:
    """A sentence with what is read before it: its document's header, and the sentence that it follows."""

    before: str
    text: str


def interaction(question: str, sentences: Sequence[InPlace], encoder: Encoder) -> dict[str, np.ndarray]:
    """Two figures of each sentence (k,), both cosines of words of the question with the nearest of the sentence's.

    `interaction` is the mean over the words that carry meaning, which may also be near to what stands before the
    sentence; `asked_for` is of the word that says what is asked for, 0 where none does: what answers is near to it.
    """
    words = located_words(question)
    asked, *read = encode_words(encoder, [question, *(f"{one.before}{one.text}" for one in sentences)])
    meaning = [i for i, word in enumerate(words) if word.content] or list(range(len(words)))
    kind = next((i for i, word in enumerate(words) if word.text in _OF_A_KIND), None)
    found = np.zeros((2, len(sentences)))
    for i, (sentence, encoded) in enumerate(zip(sentences, read, strict=True)):
        near = asked.sentences @ encoded.sentences.T
        starts = [word.start for word in located_words(f"{sentence.before}{sentence.text}")]
        own = np.array(starts) >= len(sentence.before)
        if meaning and own.any():
            found[0, i] = near[meaning].max(axis=1).mean()
            found[1, i] = 0.0 if kind is None else near[kind, own].max()
    return {"interaction": found[0], "asked_for": found[1]}
