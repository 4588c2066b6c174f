"""Text -> its numbers by value and unit: digits and words, percentages and fractions, money, measures, times of day.

"Two million", "2m" and "2,000,000" are one quantity, as are "three quarters" and "75 percent", "a fortnight" and "14
days", "7 p.m." and "19:00". Knows English wording; leaves out what it is told is a date.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.records import Span
from rag.units import CURRENCIES, FRACTIONS, LARGE, MEASURES, MONEY, ORDINALS, SIGNS, SMALL, SPANS, SUFFIXES, TIMES
from rag.words import Word, located_words, stop_words

_HEDGES = {
    "more": (
        r"more than|over|above|at least|upwards of|in excess of|exceed(?:s|ed|ing)?|topped|no fewer than|no less than"
    ),
    "less": (r"less than|fewer than|under|below|almost|nearly|close to|short of|not quite|up to|at most|no more than"),
    "about": (
        r"about|around|roughly|some|approximately|(?:an )?estimated|or so|circa|(?:just|a little) (?:over|under)"
    ),
}
_HEDGE = re.compile("|".join(rf"(?P<{name}>\b(?:{words}))" for name, words in _HEDGES.items()), re.IGNORECASE)
_HEDGED = re.compile(rf"(?:{_HEDGE.pattern})\s+(?:the\s+|its\s+|an?\s+)?(?:[$€£¥]\s*)?$", re.IGNORECASE)

_DIGITS = r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CLOCK = re.compile(
    r"(?<![\w.])(?P<hour>\d{1,2})(?:[.:](?P<minute>\d\d))?\s*(?P<half>a\.?\s?m\b\.?|p\.?\s?m\b\.?|o['’]clock(?:\s+in\s+the\s+(?P<part>\w+))?"
    r"|in\s+the\s+(?P<part2>morning|afternoon|evening))"
    r"|(?<![\w.:])(?P<hour24>\d{1,2}):(?P<minute24>\d\d)(?![\w:])|\b(?P<word>noon|midday|midnight)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"(?P<money>[$€£¥]\s?)?(?<![\w.])(?P<digits>{_DIGITS})(?P<sign>[½¼¾⅓⅔])?(?:(?P<ordinal>st|nd|rd|th)\b"
    rf"|\s?(?P<percent>%)|\s?(?P<suffix>k|mn?|mln|bn?|tn)\b)?(?!\w)|(?P<alone>[½¼¾⅓⅔])",
    re.IGNORECASE,
)
_REACH = 3  # content words after a number among which that stands which it counts


@dataclass(frozen=True, slots=True)
class Quantity:
    """`text` as written at `span`. `value` counts `unit`: "%", a currency, a base measure, "clock" (minutes), "th" for
    ordinals, "" for a bare count. `raw` is the number itself. `nouns` are stems of what it may count, nearest first.
    """

    text: str
    span: Span
    value: float
    raw: float
    unit: str = ""
    hedge: str = ""
    nouns: tuple[str, ...] = ()


@functools.lru_cache(maxsize=8192)
def quantities(text: str, dated: tuple[Span, ...] = ()) -> tuple[Quantity, ...]:
    """In the order of their places; `dated` are the spans of dates, whose numbers are none."""
    taken = list(dated)
    found: list[Quantity] = []
    for finder in (_clocks, _written_in_digits, _written_in_words):
        for one in finder(text):
            if not any(one.span.start < span.end and span.start < one.span.end for span in taken):
                found.append(one)
                taken.append(one.span)
    found.sort(key=lambda one: one.span.start)
    found = _joined(text, found)
    found = [_with_unit(text, one) for one in found]
    return tuple(_with_nouns(text, _shared_units(text, found)))


def same(stated: Quantity, source: Quantity) -> bool:
    """Whether a source's quantity is what a statement says, "about", "nearly" and "more than" allowed for."""
    if {stated.hedge, source.hedge} == {"more", "less"} and abs(stated.raw - source.raw) < 1e-6:
        return False
    if stated.unit == source.unit:
        return _near(stated.value, source.value, stated.hedge)
    # A unit may be left out, or stand only once in a list; a share or an ordinal is never a count.
    if {stated.unit, source.unit} == {"", "th"}:  # round seven, the seventh round
        return stated.raw == source.raw and not (source if stated.unit else stated).nouns
    if "th" in (stated.unit, source.unit) and stated.raw == source.raw:  # the eighth year running, eight years in a row
        return bool(set(stated.nouns[:1]) & set(source.nouns[:1]))
    if {stated.unit, source.unit} & {"%", "th", "clock"} or (stated.unit and source.unit):
        return {stated.unit, source.unit} == {"", "clock"} and stated.raw * 60 % 720 == source.value % 720
    return _near(stated.raw, source.raw, stated.hedge)


def _near(stated: float, source: float, hedge: str) -> bool:
    if abs(stated - source) <= 1e-6 * max(abs(stated), abs(source), 1e-9) or _same_share(stated, source):
        return True
    if not hedge or not stated or not source:
        return False
    step = 10.0 ** (len(f"{stated:.0f}") - len(f"{stated:.0f}".rstrip("0"))) if stated >= 1 else 0.1
    if hedge == "more":
        return stated < source < stated + step
    if hedge == "less":
        return stated - step < source < stated
    return abs(stated - source) <= step / 2


def _same_share(stated: float, source: float) -> bool:
    """A third, written as 33 or 33.3."""
    thirds = (100 / 3, 200 / 3)
    return any(abs(stated - third) <= 0.7 and abs(source - third) <= 0.7 for third in thirds)


def _clocks(text: str) -> list[Quantity]:
    found = []
    for match in _CLOCK.finditer(text):
        if match["word"]:
            minutes = 0 if match["word"].lower() == "midnight" else 720
        elif match["hour24"]:
            minutes = int(match["hour24"]) * 60 + int(match["minute24"])
        else:
            half = (match["half"] or "").lower()
            part = (match["part"] or match["part2"] or "").lower()
            later = half.startswith("p") or part in ("afternoon", "evening")
            minutes = int(match["hour"]) % 12 * 60 + int(match["minute"] or 0) + (720 if later else 0)
        found.append(Quantity(match[0].strip(), Span(*match.span()), minutes, minutes / 60, "clock"))
    return found


def _written_in_digits(text: str) -> list[Quantity]:
    found = []
    for match in _NUMBER.finditer(text):
        if match["alone"]:
            value = SIGNS[match["alone"]]
            found.append(Quantity(match[0], Span(*match.span()), value * 100, value, "%"))
            continue
        value = float(re.sub("[,\u00a0\u202f]", "", match["digits"])) + SIGNS.get(match["sign"] or "", 0)
        value *= SUFFIXES.get((match["suffix"] or "").lower(), 1)
        unit = "%" if match["percent"] else "th" if match["ordinal"] else MONEY.get((match["money"] or "").strip(), "")
        found.append(Quantity(match[0].strip(), Span(*match.span()), value, value, unit))
    return found


def _written_in_words(text: str) -> list[Quantity]:
    words = located_words(text)
    found: list[Quantity] = []
    i = 0
    while i < len(words):
        read = _fraction(text, words, i) or _cardinal(text, words, i) or _single(words, i)
        if read is None:
            i += 1
            continue
        end, value, unit = read
        span = Span(words[i].start, words[end - 1].end)
        found.append(Quantity(text[span.start : span.end], span, value * (100 if unit == "%" else 1), value, unit))
        i = end
    return found


def _fraction(text: str, words: Sequence[Word], i: int) -> tuple[int, float, str] | None:
    """ "A third of", "two-thirds", "half": the place after it, its value and its unit."""
    first = words[i].text
    following = words[i + 1].text if i + 1 < len(words) else ""
    if first == "half" and following not in ("time", "final", "finals", "brother", "sister", "century", "marathon"):
        return i + 1, 0.5, "%"
    if first == "quarters" and i and words[i - 1].text == "three":
        return None
    count = 1 if first in ("a", "one") else SMALL.get(first, 0)
    part = FRACTIONS.get(following.removesuffix("s") if following != "halves" else following)
    after = words[i + 2].text if i + 2 < len(words) else ""
    if not count or not part or (count == 1 and following.endswith("s")) or (count > 1 and not following.endswith("s")):
        return None
    stopped = len(words) > i + 2 and "," in text[words[i + 1].end : words[i + 2].start]
    if part != 2 and count == 1 and first == "a" and after and not stopped and after not in stop_words() | {"less"}:
        return None  # a third term, a fifth goal
    return i + 2, count / part, "%"


def _cardinal(text: str, words: Sequence[Word], i: int) -> tuple[int, float, str] | None:
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


def _single(words: Sequence[Word], i: int) -> tuple[int, float, str] | None:
    word = words[i].text
    following = words[i + 1].text if i + 1 < len(words) else ""
    if word in ORDINALS and not (word == "second" and following == "") and not (word == "first" and not following):
        return i + 1, float(ORDINALS[word]), "th"
    if word in TIMES:
        return i + 1, float(TIMES[word]), ""
    if word == "couple" and following == "of":
        return i + 1, 2.0, ""
    if word in ("a", "an") and following in SPANS:
        return i + 2, 1.0, ""
    if (
        word in ("decade", "fortnight", "century")
        and i
        and words[i - 1].text in ("a", "the", "per", "one", "last", "next")
    ):
        return i + 1, 1.0, ""
    return None


def _joined(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """ "2.5 million" and "two and a half" are one; "two in five" is a share."""
    joined: list[Quantity] = []
    for one in found:
        before = joined[-1] if joined else None
        between = text[before.span.end : one.span.start] if before else ""
        if (
            before
            and re.fullmatch(r"\s+and\s+(?:a\s+)?", between)
            and one.unit == "%"
            and one.raw < 1
            and not before.unit
        ):
            whole = before.raw + one.raw
            joined[-1] = replace(before, text=text[before.span.start : one.span.end],
                                 span=Span(before.span.start, one.span.end), value=whole, raw=whole)  # fmt: skip
        elif (
            before
            and re.fullmatch(r"\s+(?:in|out\s+of)\s+(?:every\s+)?", between)
            and not before.unit and not one.unit and before.raw < one.raw <= 10
            and not re.match(r"\s+(?:points|games|matches|days|weeks|months|years|hours)", text[one.span.end :])
        ):  # fmt: skip
            share = before.raw / one.raw
            span = Span(before.span.start, one.span.end)
            joined[-1] = replace(before, text=text[slice(*span)], span=span, value=share * 100, raw=share, unit="%")
        else:
            joined.append(one)
    return [_multiplied(text, one) for one in joined]


def _multiplied(text: str, one: Quantity) -> Quantity:
    match = re.match(r"[\s-]+(hundred|thousand|million|billion|trillion|dozen)\b", text[one.span.end :], re.IGNORECASE)
    if not match or one.unit in ("th", "%", "clock"):
        return one
    factor, end = LARGE[match[1].lower()], one.span.end + match.end()
    return replace(one, text=text[one.span.start : end], span=Span(one.span.start, end), value=one.value * factor,
                   raw=one.raw * factor)  # fmt: skip


def _with_unit(text: str, one: Quantity) -> Quantity:
    """With the unit that the word after it names, and its hedge."""
    match = _HEDGED.search(text[max(0, one.span.start - 30) : one.span.start])
    hedge = next((name for name in _HEDGES if match and match[name]), "")
    one = replace(one, hedge=hedge)
    after = re.match(r"[\s-]*(per\s+cent|percentage|percent|pct|[A-Za-z]+)", text[one.span.end :])
    if (word := one.text.split()[-1].lower()) in SPANS | {"decade", "fortnight", "century"}:
        base, factor = MEASURES[word]
        return replace(one, unit=base, value=float(factor))
    if not after or one.unit in ("th", "clock"):
        return one
    word = after[1].lower()
    if word.startswith("per"):
        return replace(one, unit="%", value=one.raw) if word != "per" else one
    singular = word if word in MEASURES or word in CURRENCIES else word.removesuffix("s").replace("centurie", "century")
    if singular in CURRENCIES and not one.unit:
        return replace(one, unit=CURRENCIES[singular])
    if singular in MEASURES and not one.unit and not (word == "m" and one.raw < 1):
        base, factor = MEASURES[singular]
        return replace(one, unit=base, value=one.raw * factor)
    return one


def _shared_units(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """In "from 4 to 6 percent" the first number has the unit of the second."""
    shared = list(found)
    for i in range(len(shared) - 1):
        between = text[shared[i].span.end : shared[i + 1].span.start]
        if (
            not shared[i].unit
            and shared[i + 1].unit not in ("", "th")
            and re.fullmatch(r"\s*(?:-|–|to|and|or)\s*", between)
        ):
            scale = shared[i + 1].value / shared[i + 1].raw if shared[i + 1].raw else 1
            shared[i] = replace(shared[i], unit=shared[i + 1].unit, value=shared[i].raw * scale)
    return shared


def _with_nouns(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """With stems of the words after each, up to the end of its phrase; "61 of the 150 seats" counts seats twice."""
    counted: list[Quantity] = []
    for one in reversed(found):
        after = text[one.span.end :]
        if counted and re.match(
            r"\s+of\s+(?:the|its|their|all|his|her)?\s*$", text[one.span.end : counted[-1].span.start]
        ):
            counted.append(replace(one, nouns=counted[-1].nouns))
            continue
        phrase = re.split(
            r"[,;:.!?()\"“”]|\s(?:of|in|on|at|by|to|from|for|with|and|or|but|were|was|are|is|had|have|has|that|who|which|when|since|after|before)\b",
            after,
            maxsplit=1,
        )[0]
        if re.search(r"\bout\s+of\s+$", text[: one.span.start]):
            counted.append(one)
            continue
        stems = [word.stem for word in located_words(phrase) if word.text not in stop_words()][:_REACH]
        counted.append(replace(one, nouns=tuple(stems)))
    return counted[::-1]
