"""Passages of one story that several documents tell in nearly the same words -> one passage that names them all.

Pure functions over passages; knows nothing of how they were found.
"""

import functools
from collections.abc import Sequence
from dataclasses import replace

from rag.denials import denials
from rag.mentions import names_in
from rag.records import Passage
from rag.sameness import opposed
from rag.sentences import sentence_spans
from rag.words import content_words, numbers, words_of

# Share of the shorter passage's runs of words that the longer one has too. Agencies' stories are cut to length and get
# other first lines; two reports of one event share far less.
_COPY = 0.6
_RUN = 4  # words


def grouped(passages: Sequence[Passage], limit: int) -> tuple[Passage, ...]:
    """The first `limit` stories, numbered from 1: each its best passage, with the documents that repeat it."""
    stories: list[Passage] = []
    for passage in passages:
        told = next((i for i, story in enumerate(stories) if _repeats(passage, story)), None)
        if told is None:
            stories.append(passage)
        elif passage.document.id not in {document.id for document in stories[told].copies}:
            stories[told] = replace(stories[told], copies=(*stories[told].copies, passage.document))
    return tuple(replace(story, number=number) for number, story in enumerate(stories[:limit], start=1))


def _repeats(passage: Passage, story: Passage) -> bool:
    if passage.document.id == story.document.id:
        return False
    shorter, longer = sorted((passage.chunk.text, story.chunk.text), key=len)
    if len(_runs(shorter) & _runs(longer)) < _COPY * len(_runs(shorter)):
        return False
    corrects = not numbers(shorter) <= numbers(longer)
    return not corrects and not _denied(shorter, longer)


def _denied(shorter: str, longer: str) -> bool:
    """Whether a sentence of the one denies the sentence of the other that is most like it, says its opposite, or has
    another name in its place."""
    others = [longer[span.start : span.end] for span in sentence_spans(longer)]
    for span in sentence_spans(shorter):
        sentence = shorter[span.start : span.end]
        words = frozenset(words_of(sentence))
        nearest = max(others, key=lambda other: len(words & frozenset(words_of(other))))
        alike = len(words & frozenset(words_of(nearest))) >= _COPY * len(words)
        if alike and (bool(denials(sentence)) != bool(denials(nearest)) or opposed(words, words_of(nearest))):
            return True
        if alike and _lacks_name(sentence, longer) and _lacks_name(nearest, shorter):
            return True
    return False


def _lacks_name(sentence: str, text: str) -> bool:
    """Whether the sentence has a name that the text does not have."""
    return any(not content_words(mention.text) <= content_words(text) for mention in names_in(sentence))


@functools.lru_cache(maxsize=512)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    """Runs of four words (w-shingles, Broder 1997); a shorter text is one run."""
    words = words_of(text)
    return frozenset(tuple(words[start : start + _RUN]) for start in range(max(1, len(words) - _RUN + 1)))
