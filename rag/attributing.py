"""Quotes and statements -> the same with the one who says it: no quoted claim is turned into a fact.

Knows how an attribution reads; who speaks where is for `speakers`, and what carries a statement for `grounding`.
"""

import functools
from collections.abc import Sequence

from rag.prompting import describe
from rag.quotations import spoken
from rag.records import Document, Passage, Quote
from rag.searching import written
from rag.speakers import Speaker, mentions_speaker, speakers_of
from rag.speech import PRONOUNS, attribution
from rag.words import content_words, stop_words


def speaker_of(passage: Passage, quote: Quote) -> Speaker | None:
    """Who makes the claim of one of a passage's sentences; None where the quote is no sentence of it."""
    spans = passage.chunk.sentences
    index = next((i for i, span in enumerate(spans) if span == (quote.start, quote.end)), None)
    return _speakers(passage)[index] if index is not None else None


def introduction(document: Document, speaker: Speaker | None) -> str:
    """How a quoted answer introduces a quote: by its document, or by its speaker where the words do not name him."""
    if not speaker or speaker.named:
        return describe(document)
    name = speaker.name[:1].upper() + speaker.name[1:]
    outlet = f"by {document.source}" if document.source else f"in “{document.title}”"
    return f"{name}, as reported {outlet}{f' on {written(document.day)}' if document.day else ''}"


def attributed(statement: str, speakers: Sequence[Speaker | None]) -> str:
    """A statement with the speaker of the quotes that carry it, where they have one and it says nothing of him."""
    first = speakers[0] if speakers else None
    if not first or any(not other or other.name != first.name for other in speakers):
        return statement
    if mentions_speaker(statement, first) or attribution(spoken([statement])[0]):
        return statement
    word = statement.split()[0]
    begins = word.lower() if word.lower() in stop_words() and word != "I" else word
    return f"According to {_within(first.name)}, {begins}{statement[len(word) :]}"


def misattributed(statement: str, speakers: Sequence[Speaker | None]) -> str:
    """Why a statement names the wrong speaker, in words; empty where it does not."""
    said = attribution(spoken([statement])[0])
    known = [speaker for speaker in speakers if speaker]
    if not said or not known or said.subject.lower() in PRONOUNS:
        return ""
    if any(content_words(said.subject) & content_words(speaker.name) for speaker in known):
        return ""
    return f"the quote has {_within(known[0].name)} say it, not {said.subject}"


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
