"""Quotes and statements -> the same with the one who says it: no quoted claim is turned into a fact.

Knows how an attribution reads; who speaks where is for `speakers`, and what carries a statement for `grounding`.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.names import proper_names
from rag.prompting import describe
from rag.quotations import spoken
from rag.records import Document, Passage, Quote
from rag.searching import written
from rag.speakers import Speaker, mentions_speaker, speakers_of
from rag.speech import attribution
from rag.words import common, stop_words

_POSSESSIVES = frozenset({"his", "her", "its", "their", "our", "my"})
_MEANT = re.compile(  # what a speaker wants or thinks is no fact beside it
    r"\b(?:want|plan|hope|intend|expect|promise|pledge|vow|fear|believe|think|demand|propose|aim|deny|denie)(?:s|d|ed)?\b"
)


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


def introduction(document: Document, section: str, speaker: Speaker | None) -> str:
    """How a quoted answer introduces a quote: by its document, or by its speaker where the words do not name him."""
    if not speaker or speaker.named:
        return describe(document, section)
    name = speaker.name[:1].upper() + speaker.name[1:]
    outlet = f"by {document.source}" if document.source else f"in “{document.title}”"
    return f"{name}, as reported {outlet}{f' on {written(document.day)}' if document.day else ''}"


def attributed(statement: str, quotes: Sequence[Said]) -> str:
    """A statement with those who make the claims of the quotes that carry it, unless it names a speaker itself.

    What is a claim in one of its quotes is told as one, though another quote be a fact.
    """
    speakers = list({quote.speaker.name: quote.speaker for quote in quotes if quote.speaker}.values())
    if not speakers or attribution(spoken([statement])[0]):
        return statement
    if _MEANT.search(statement) and any(mentions_speaker(statement, speaker) for speaker in speakers):
        return statement
    word = statement.split()[0]
    named = any(name.span.start == 0 for name in proper_names(statement))
    begins = word if named or word == "I" or not common(_bare(word)) else word.lower()
    told = " and ".join(_within(speaker.name) for speaker in speakers)
    return f"According to {told}, {begins}{statement[len(word) :]}"


def _within(name: str) -> str:
    """A speaker's name within a sentence: "the police" of "The police", "the spokesman" of "their spokesman"."""
    word, _, rest = name.partition(" ")
    if word.lower() in _POSSESSIVES and rest:
        return f"the {rest}"
    one_of_many = common(_bare(word)) and (word.endswith("s") or word == "Police") and not rest[:1].isupper()
    return name[:1].lower() + name[1:] if word.lower() in stop_words() or one_of_many else name


def _bare(word: str) -> str:
    """A word in lower case, without its possessive ending."""
    return word.lower().replace("’", "'").removesuffix("'s")


def _speakers(passage: Passage) -> tuple[Speaker | None, ...]:
    chunk = passage.chunk
    sentences = chunk.texts
    return _speakers_of(sentences, passage.document.source)


@functools.lru_cache(maxsize=256)
def _speakers_of(sentences: tuple[str, ...], source: str) -> tuple[Speaker | None, ...]:
    return speakers_of(sentences, source)
