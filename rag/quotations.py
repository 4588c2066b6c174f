"""Sentences -> the same without what stands in quotation marks, wherever a quotation begins and ends.

Knows straight, curly, single and angled marks; nothing of who speaks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.records import Span

QUOTATION = "“”"
_OPENING = re.compile(r"[“«„]|(?<![^\s(\[—–-])[\"‘'](?=[\w.…$€£(])")
_DOUBLE_CLOSING = re.compile(r"[”»]|(?<=\S)\"")
_SINGLE_CLOSING = re.compile(r"(?<=[.,!?\w])['’](?=\s|$|[,.])")
_OPENING_ALONE = "“«„"  # marks that can be nothing else; what they open ends with the sentence at the latest
_LONGEST = 6  # sentences of one quotation; a mark that is not closed by then opened none


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence in which “” stands for each quotation.

    `continued` says that one goes on from the sentence before, `continues` that one goes on into the next.
    """

    text: str
    continued: bool
    continues: bool

    @property
    def quotes(self) -> bool:
        return QUOTATION in self.text

    @property
    def only_quotes(self) -> bool:
        """Whether nothing of the sentence stands outside of quotation marks."""
        return self.quotes and not re.search(r"\w", self.text)


def spoken(sentences: Sequence[str]) -> list[Spoken]:
    """The sentences of a text, in order, without what they quote."""
    found: list[Spoken] = []
    opener = ""
    for index, sentence in enumerate(sentences):
        continued, parts, at = bool(opener), [], 0
        while mark := (_closing(opener) if opener else _OPENING).search(sentence, at):
            if opener:
                parts.append(QUOTATION + "".join(re.findall(r"[,.?!]$", sentence[: mark.start()])))
                opener = ""
            elif _is_closed(mark[0], sentence[mark.end() :], sentences[index + 1 : index + _LONGEST]):
                parts.append(sentence[at : mark.start()])
                opener = mark[0]
            elif mark[0] in _OPENING_ALONE:
                parts.append(sentence[at : mark.start()] + QUOTATION)
                at = len(sentence)
                break
            else:
                parts.append(sentence[at : mark.end()])
            at = mark.end()
        parts.append(QUOTATION if opener else sentence[at:])
        found.append(Spoken(" ".join("".join(parts).split()), continued, bool(opener)))
    return found


def quoted(sentence: str) -> tuple[Span, ...]:
    """What stands in quotation marks; what a mark opens or closes alone reaches to the sentence's end or beginning."""
    found: list[Span] = []
    at = 0
    while mark := _OPENING.search(sentence, at):
        closed = _closing(mark[0]).search(sentence, mark.end())
        if closed or mark[0] not in "'‘":
            found.append(Span(mark.end(), closed.start() if closed else len(sentence)))
        at = closed.end() if closed else mark.end()
    first = re.search(r"[”»]", sentence)
    if first and not any(span.start <= first.start() <= span.end for span in found):
        found.insert(0, Span(0, first.start()))
    return tuple(found)


def _closing(opener: str) -> re.Pattern[str]:
    return _SINGLE_CLOSING if opener in "'‘" else _DOUBLE_CLOSING


def _is_closed(opener: str, rest: str, later: Sequence[str]) -> bool:
    """Whether a quotation that is opened ends: a single mark, which may be an apostrophe, in its own sentence."""
    if opener in "'‘":
        return bool(_SINGLE_CLOSING.search(rest))
    return any(_DOUBLE_CLOSING.search(text) for text in (rest, *later))
