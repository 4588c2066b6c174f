"""Text -> the numbers that it spells out: "two hundred and forty", "a third", "the ninth", "twice".

Knows English number words; nothing of digits, of what is counted or of units.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.records import Span
from rag.units import FRACTIONS, LARGE, ORDINALS, SMALL, SPANS, TIMES
from rag.words import Word, located_words, stop_words

_AFTER_A_SHARE = frozenset(
    (
        "less",
        "larger",
        "smaller",
        "higher",
        "lower",
        "bigger",
        "cheaper",
        "dearer",
        "full",
        "empty",
        "point",
        "since",
        "compared",
    )
)

_Read = tuple[int, float, str]
"""The place of the word after a number, its value, and its unit."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """`unit` is "%" of a fraction, "th" of an ordinal, "times" of a multiple, else ""."""

    span: Span
    value: float
    unit: str


def spelled(text: str) -> Iterator[Numeral]:
    """In the order of their places."""
    words = located_words(text)
    i = 0
    while i < len(words):
        read = _fraction(text, words, i) or _cardinal(text, words, i) or _single(words, i)
        if read is None or (words[i].text == "zero" and i and words[i - 1].text in ("above", "below")):
            i += 1
            continue
        end, value, unit = read
        yield Numeral(Span(words[i].start, words[end - 1].end), value, unit)
        i = end


def _fraction(text: str, words: Sequence[Word], i: int) -> _Read | None:
    """ "A third of", "two-thirds", "half"."""
    first = words[i].text
    following = words[i + 1].text if i + 1 < len(words) else ""
    if first == "half" and following not in ("time", "final", "finals", "brother", "sister", "century", "marathon"):
        return i + 1, 0.5, "%"
    if first == "every" and following in FRACTIONS and following not in ("half", "quarter"):
        return i + 2, 1 / FRACTIONS[following], "%"
    count = 1 if first in ("a", "one") else SMALL.get(first, 0)
    part = FRACTIONS.get(following.removesuffix("s") if following != "halves" else following)
    after = words[i + 2].text if i + 2 < len(words) else ""
    if not count or not part or (count == 1 and following.endswith("s")) or (count > 1 and not following.endswith("s")):
        return None
    stopped = len(words) > i + 2 and "," in text[words[i + 1].end : words[i + 2].start]
    if (
        part != 2
        and count == 1
        and first == "a"
        and after
        and not stopped
        and after not in stop_words() | _AFTER_A_SHARE
    ):
        return None  # a third term, a fifth goal
    return i + 2, count / part, "%"


def _cardinal(text: str, words: Sequence[Word], i: int) -> _Read | None:
    """ "Two hundred and forty", "a dozen", "three and a half"."""
    total, current, end = 0.0, 0.0, i
    if words[i].text in ("a", "an") and i + 1 < len(words) and words[i + 1].text in LARGE:
        current, end = 1.0, i + 1
    while end < len(words):
        word = words[end].text
        if end > i and not re.fullmatch(r"[\s-]+", text[words[end - 1].end : words[end].start]):
            break
        if word in SMALL and (not current or (current % 10 == 0 and current % 100 >= 20 and SMALL[word] < 10)
                               or (current >= 100 and current % 100 == 0)):  # fmt: skip
            current += SMALL[word]
        elif word in LARGE and (current or word == "dozen"):
            if word == "hundred" or word == "dozen":
                current = (current or 1) * LARGE[word]
            else:
                total, current = total + current * LARGE[word], 0.0
        elif word == "and" and end + 1 < len(words) and words[end + 1].text in SMALL and current >= 100:
            pass
        else:
            break
        end += 1
    if end == i or (end == i + 1 and words[i].text in ("a", "an")):
        return None
    return end, total + current, ""


def _single(words: Sequence[Word], i: int) -> _Read | None:
    word = words[i].text
    following = words[i + 1].text if i + 1 < len(words) else ""
    if word in ORDINALS and not (word == "second" and following == "") and not (word == "first" and not following):
        return i + 1, float(ORDINALS[word]), "th"
    if word in TIMES:
        return i + 1, float(TIMES[word]), "" if word in ("once", "both") else "times"
    if word == "couple" and following == "of":
        return i + 2, 2.0, ""
    if word in ("a", "an") and following in SPANS:
        return i + 2, 1.0, ""
    if word == "year" and i and words[i - 1].text == "the" and following in ("to", "ended", "ending"):
        return i + 1, 1.0, ""
    if (
        word in ("decade", "fortnight", "century")
        and i
        and words[i - 1].text in ("a", "the", "per", "one", "last", "next")
    ):
        return i + 1, 1.0, ""
    return None
