"""Sentences -> the same without what stands in quotation marks, wherever a quotation begins and ends.

Knows straight, curly, single and angled marks; nothing of who speaks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

QUOTATION = "“”"
_OPENING = re.compile(r"[“«„]|(?<![^\s(\[—–-])[\"‘'](?=[\w.…$€£(])")
_CLOSING = re.compile(r"[”»]|(?<=\S)\"|(?<=[.,!?])['’](?=\s|$)")
_SINGLE_END = re.compile(r"(?<=[.,!?\w])['’](?=\s|$|[,.])")


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
    found = []
    inside = False
    for sentence in sentences:
        continued, parts, at = inside, [], 0
        while True:
            mark = (_CLOSING if inside else _OPENING).search(sentence, at)
            if not mark:
                break
            if inside:
                parts.append(QUOTATION + "".join(re.findall(r"[,.?!]$", sentence[: mark.start()])))
            elif mark[0] in "'‘" and not _SINGLE_END.search(sentence, mark.end()):
                parts.append(sentence[at : mark.end()])
                at = mark.end()
                continue
            else:
                parts.append(sentence[at : mark.start()])
            inside, at = not inside, mark.end()
        parts.append(QUOTATION if inside else sentence[at:])
        found.append(Spoken(" ".join("".join(parts).split()), continued, inside))
    return found
