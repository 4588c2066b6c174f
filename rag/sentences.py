"""Text -> sentence spans with exact offsets, by nltk's trained Punkt model from the data that LlamaIndex ships.

Knows paragraphs, headings, list items and sentence ends; nothing of tokens, chunks or documents.
"""

import functools
import importlib
import importlib.util
import re
import sys
import threading
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

from rag.blocks import is_wrapped
from rag.errors import ModelError
from rag.records import Span

# A blank line ends a block; a heading or a list item begins one, and a heading is one.
_BLOCK_END = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+•][ \t]|\d{1,3}[.)][ \t]|#{1,6}[ \t]))|\Z")
_LINE_END = re.compile(r"\n(?=[^\w\n]*[^\W_a-zß-öø-ÿ])")
_CONTINUED = re.compile(r"\n[^\w\n]*[a-zß-öø-ÿ]")
_MOSTLY_NOT = 0.25  # of the lines of a list go on in small letters; of wrapped prose, three quarters do
_NARROW = 60  # characters: hardly any prose is wrapped so early
_LONGEST_WORD = 8  # of those, with what is before it
_GOES_ON = re.compile(  # how no line of a list ends
    r"(?:[,;–-]|\b(?:an?|and|as|at|be|but|by|for|from|had|has|have|her|his|if|in|into|is|its|of|on|or|over|than|that|the"
    r"|their|to|until|was|were|when|which|will|with))$",
    re.IGNORECASE,
)
_HEADING = re.compile(r"#{1,6}[ \t][^\n]*(?:\n|\Z)")
# Frequent in news, and missing from what Punkt was trained on.
_ABBREVIATIONS = {"i.e", "e.g", "cf", "approx", "incl", "fig", "gov", "capt", "rev", "sgt", "cpl"}
_WINDOW = 50_000  # characters that are looked at together
_LOWER_CASE = 0b1110000  # of Punkt's orthographic flags: at a sentence's beginning, within it, or at neither for sure
_MARKS = re.compile(r"(?:\*{1,3}|_{1,3})(?=\s)")
_IDEOGRAPHIC_END = re.compile(r"(?<=[。！？])(?![」』”’）])")


def sentence_spans(text: str) -> list[Span]:
    """Spans in order, not overlapping, without white space at their ends; together they hold every other character."""
    spans: list[Span] = []
    for block in _blocks(text):
        for line in _lines(text, block):
            for sentence in _punkt_spans(text[line.start : line.end]):
                _append(spans, text, Span(line.start + sentence.start, line.start + sentence.end), block.start)
    return spans


def is_heading(text: str, start: int) -> bool:
    """Whether a line that looks like a Markdown heading begins there."""
    return bool(_HEADING.match(text, start))


@functools.cache
def lower_case_words() -> frozenset[str]:
    """Words that Punkt's training, on the Wall Street Journal, saw in lower case within sentences."""
    contexts: dict[str, int] = _punkt()._params.ortho_context
    return frozenset(word for word, seen in contexts.items() if seen & _LOWER_CASE)


def static_data(*parts: str) -> Path:
    """A file of the data that the llama-index-core package carries; found without importing it (2 s)."""
    package = importlib.util.find_spec("llama_index.core")
    path = Path(*(package.submodule_search_locations or ["."]) if package else ".", "_static", *parts)
    if not path.exists():
        raise ModelError(
            f"llama-index-core no longer carries {Path(*parts)}; install the version that pyproject.toml names"
        )
    return path


def nltk_module(name: str) -> Any:
    """A module of nltk, imported without scipy and scikit-learn, which nltk can do without: they take a second."""
    hidden = _Hidden()
    sys.meta_path.insert(0, hidden)
    try:
        return importlib.import_module(name)
    finally:
        sys.meta_path.remove(hidden)


class _Hidden(MetaPathFinder):
    """For the thread that made it, scipy and scikit-learn are not installed."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()

    def find_spec(self, name: str, *_: object) -> None:
        if threading.get_ident() == self._thread and name.split(".")[0] in ("scipy", "sklearn"):
            raise ModuleNotFoundError(f"{name} is left out", name=name)


def _blocks(text: str) -> Iterator[Span]:
    start = 0
    while start < len(text):
        found = _HEADING.match(text, start) or _BLOCK_END.search(text, start)
        assert found  # _BLOCK_END matches at the end of any text
        heading = found.start() == start and found.re is _HEADING
        yield Span(start, found.end() if heading else found.start())
        start = found.end()


def _lines(text: str, block: Span) -> Iterator[Span]:
    """The lines of a list, each of which says something; the whole block where they wrap prose, or are a table's."""
    words = text[block.start : block.end]
    lines = words.split("\n")
    continued = len(_CONTINUED.findall(words))
    begin = block.start
    narrow = not continued and max(map(len, lines)) < _NARROW
    if "|" not in words and continued <= _MOSTLY_NOT * (len(lines) - 1) and (narrow or not is_wrapped(lines)):
        for found in _LINE_END.finditer(text, block.start, block.end):
            if not _GOES_ON.search(text, max(begin, found.start() - _LONGEST_WORD), found.start()):
                yield Span(begin, found.start())
                begin = found.end()
    yield Span(begin, block.end)


def _punkt_spans(block: str) -> Iterator[Span]:
    for start, end in _with_marks(block, _punkt_windows(block)):
        inner = start
        for ideographic in _IDEOGRAPHIC_END.finditer(block, start, end):
            yield Span(inner, ideographic.start())
            inner = ideographic.start()
        yield Span(inner, end)


def _with_marks(block: str, spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same, where signs that end words in bold or italics belong to the sentence that they end."""
    held: tuple[int, int] | None = None
    for start, end in spans:
        marks = _MARKS.match(block, start)
        if held and marks and not block[held[1] : start].strip():
            held, start = (held[0], marks.end()), marks.end()
        if held:
            yield held
        held = (start, end)
    if held:
        yield held


def _punkt_windows(block: str) -> Iterator[tuple[int, int]]:
    """Sentences window by window, each from where the last one of the window before began.

    nltk gives up a text on which its expressions take five seconds.
    """
    begin = 0
    while begin < len(block):
        window = block[begin : begin + _WINDOW]
        spans = list(_punkt().span_tokenize(window))
        following = begin + len(window)
        if following < len(block) and len(spans) > 1:
            following = begin + spans.pop()[0]
        yield from ((begin + start, begin + end) for start, end in spans)
        begin = following


def _append(spans: list[Span], text: str, span: Span, block_start: int) -> None:
    stripped = text[span.start : span.end].strip()
    if not stripped:
        return
    start = text.index(stripped, span.start)
    span = Span(start, start + len(stripped))
    # "1." or "(a)" alone is the marker of what follows it, not a sentence.
    previous = spans[-1] if spans else None
    if previous and previous.start >= block_start and not any(c.isalpha() for c in text[previous.start : previous.end]):
        spans[-1] = Span(previous.start, span.end)
    else:
        spans.append(span)


@functools.cache
def _punkt() -> Any:
    data, allowed = str(static_data("nltk_cache")), nltk_module("nltk.data").path
    if data not in allowed:  # nltk opens files under its own data paths only; LlamaIndex adds the same one
        allowed.append(data)
    tokenizer = nltk_module("nltk.tokenize.punkt").PunktTokenizer("english")
    tokenizer._params.abbrev_types |= _ABBREVIATIONS
    return tokenizer
