"""Quotes and statements -> the same with the one who says it: no quoted claim is turned into a fact.

Knows how an attribution reads; who speaks where is for `speakers`, and what carries a statement for `grounding`.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.prompting import describe
from rag.quotations import spoken
from rag.records import Document, Passage, Quote
from rag.searching import written
from rag.speakers import Speaker, mentions_speaker, speakers_of
from rag.speech import attribution
from rag.words import stop_words


@dataclass(frozen=True, slots=True)
class Said:
    """A quote's words and who makes their claim; nobody but the writer where `speaker` is None."""

    text: str
    speaker: Speaker | None


def said_in(passage: Passage, quote: Quote) -> Said:
    """One of a passage's sentences with its speaker; other quotes have none."""
    spans = passage.chunk.sentences
    index = next((i for i, span in enumerate(spans) if span == (quote.start, quote.end)), None)
    return Said(quote.text, _speakers(passage)[index] if index is not None else None)


def introduction(document: Document, speaker: Speaker | None) -> str:
    """How a quoted answer introduces a quote: by its document, or by its speaker where the words do not name him."""
    if not speaker or speaker.named:
        return describe(document)
    name = speaker.name[:1].upper() + speaker.name[1:]
    outlet = f"by {document.source}" if document.source else f"in “{document.title}”"
    return f"{name}, as reported {outlet}{f' on {written(document.day)}' if document.day else ''}"


def attributed(statement: str, quotes: Sequence[Said]) -> str:
    """A statement with the speaker of the quotes that carry it, where they have one and it says nothing of him."""
    first = quotes[0].speaker if quotes else None
    if not first or any(not quote.speaker or quote.speaker.name != first.name for quote in quotes):
        return statement
    if mentions_speaker(statement, first) or attribution(spoken([statement])[0]):
        return statement
    word = statement.split()[0]
    common = word.lower() in stop_words() or any(re.search(rf"\b{re.escape(word.lower())}\b", q.text) for q in quotes)
    begins = word.lower() if common and word != "I" else word
    return f"According to {_within(first.name)}, {begins}{statement[len(word) :]}"


def _within(name: str) -> str:
    """A speaker's name within a sentence: "the police" of "The police"."""
    word = name.split()[0]
    return name[:1].lower() + name[1:] if word.lower() in stop_words() else name


def _speakers(passage: Passage) -> tuple[Speaker | None, ...]:
    chunk = passage.chunk
    sentences = tuple(chunk.text[start - chunk.start : end - chunk.start] for start, end in chunk.sentences)
    return _speakers_of(sentences, passage.document.source)


@functools.lru_cache(maxsize=256)
def _speakers_of(sentences: tuple[str, ...], source: str) -> tuple[Speaker | None, ...]:
    return speakers_of(sentences, source)
