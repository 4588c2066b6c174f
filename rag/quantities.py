"""Text -> its numbers by value and unit: digits and words, percentages and fractions, money, measures, times of day.

"Two million", "2m" and "2,000,000" are read as one, as are "three quarters" and "75 percent", "a fortnight" and "14
days", "7 p.m." and "19:00". Knows English wording; leaves out what it is told is a date, and compares nothing.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.clocks import times_of_day
from rag.numerals import spelled
from rag.records import Span
from rag.units import CURRENCIES, LARGE, MEASURES, MONEY, SIGNS, SPANS, SUFFIXES
from rag.words import irregular, located_words, stop_words

_HEDGES = {
    "more": r"(?:more|longer|larger|bigger|higher|greater|heavier|older) than|over|above|upwards of|in excess of"
    r"|exceed(?:s|ed|ing)?|topped|(?:shortly|just) (?:after|past)",
    "least": r"at least|no fewer than|no less than|as (?:few|little|low) as",
    "less": r"(?:less|fewer|shorter|smaller|lower|lighter|younger) than|under|below|short of|not (?:quite|even)",
    "most": r"up to|at most|no (?:more|longer|later) than|as (?:many|much|long|high|hot|fast|tall|far|late|large) as",
    "nearly": r"almost|nearly|close to|(?:shortly|just) before",
    "about": r"about|around|roughly|some|approximately|(?:an )?estimated|circa|(?:just|a little) (?:over|under)",
}
_HEDGE = "|".join(rf"(?P<{name}>\b(?:{words}))" for name, words in reversed(_HEDGES.items()))
_HEDGED = re.compile(rf"(?:{_HEDGE})\s+(?:an?\s+)?(?:[$€£¥]\s*)?$", re.IGNORECASE)  # "less than the 8" are just 8

_HEDGED_BEHIND = re.compile(
    r"(?:\s+(?!and\b|or\b|but\b)[a-z]+){0,2}?\s+(?:(?P<most>at (?:the )?most|or (?:less|fewer))"
    r"|(?P<least>at (?:the )?least|or more)|(?P<about>or so))\b(?=\s*(?:[.,;:)]|$)|\s+(?:at|in|on|per|each)\b)"
)
_DENIED = {"more": "most", "less": "least"}  # never more than
_DENYING = re.compile(r"\b(?:never|not|no|nobody|none|\w+n['’]t)\b(?:\s+\w+){0,5}\s*$", re.IGNORECASE)

_DIGITS = r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_METRES = (  # "5 m high" is no five million
    r"(?P<metres>\sm)\b(?=\s+(?:high|long|wide|deep|tall|thick|above|below|away|from|of|in|at|on|to|and|or|by)\b"
    r"|\s*[.,;:)]|\s*$)"
)
_MINUS = re.compile(r"\bminus\s+$|(?<!\S)\N{MINUS SIGN}$", re.IGNORECASE)
_BELOW_ZERO = re.compile(r"\s*(?:°?\s*[CF]\b|degrees(?:\s+[A-Za-z]+)?)?\s+below\s+zero\b")
_NUMBER = re.compile(
    rf"(?P<money>[$€£¥]\s?)?(?<![\w.])(?<![A-Za-z]-)(?P<digits>{_DIGITS})(?P<sign>[½¼¾⅓⅔])?(?:(?P<ordinal>st|nd|rd|th)\b"
    rf"|\s?(?P<percent>%)|{_METRES}|\s?(?P<suffix>k|mn?|mln|bn?|tn)\b)?(?!\w)|(?P<alone>[½¼¾⅓⅔])",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\b(?:number|no\.)\s+$", re.IGNORECASE)
_KIND_OF_SPAN = re.compile(r"\s+[a-z]+\s+(hours|days|weeks|months|years)\b")  # four rainy days
_SHARE = re.compile(r"\s+(?:in|out\s+of)\s+(?:every\s+)?")
_SHARE_OF_ONE = re.compile(rf"(?:\s+[a-z]+(?:\s+of\s+[a-z]+)?)?{_SHARE.pattern}")  # one litre of water in four
_DURATIONS = (  # what a part of one and the words after it are, and what stands after the next part
    (re.compile(r".*\b(?:hours?|hrs?)\s+(?:and\s+)?"), re.compile(r"\s+(?:minutes?|mins?)\b|(?!\s*[\w%°])")),
    (re.compile(r".*\b(?:minutes?|mins?)\s+(?:and\s+)?"), re.compile(r"\s+(?:seconds?|secs?)\b")),
)
_VERB = re.compile(r"\s+([a-z]+)\s+(?:the|an?|his|her|its|their|that|to|in|on|for|with|at|it|them|no|not)\b")
_PLURALS = frozenset(("people", "men", "women", "children", "police", "fish", "sheep"))
_LISTED = re.compile(r"\s*(?:-|–|to|and|or|of\s+(?:the|its|their)(?:\s+\w+)?)\s*")
_SIXTY = 60
_AS_MUCH = 10.0  # times the second number that the first may be
_REACH = 3  # content words after a number among which that stands which it counts


@dataclass(frozen=True, slots=True)
class Quantity:
    """`text` as written at `span`. `value` counts `unit`: "%", a currency, a base measure, "clock" (minutes), "th" for
    ordinals, "times", "" for a bare count. `raw` is the number itself. `nouns` are stems of what it may count, nearest
    first, `counted` that of the first plural among them; `vague` is a time that may be of the morning or the evening.
    """

    text: str
    span: Span
    value: float
    raw: float
    unit: str = ""
    hedge: str = ""
    nouns: tuple[str, ...] = ()
    counted: str = ""
    vague: bool = False

    @property
    def share(self) -> bool:
        """Whether it is a fraction in words: "a third"."""
        return self.unit == "%" and self.raw < 1 and not self.text[:1].isdigit()


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
    found = [_signed(text, one) for one in _joined(text, found)]
    found = _durations(text, [_with_unit(text, one) for one in found])
    return tuple(_with_nouns(text, _shared_units(text, found)))


def _clocks(text: str) -> list[Quantity]:
    return [
        Quantity(one.text, one.span, one.minutes, one.minutes / 60, "clock", vague=one.vague)
        for one in times_of_day(text)
    ]


def _signed(text: str, one: Quantity) -> Quantity:
    """Below zero, where the text says so."""
    minus = _MINUS.search(text[: one.span.start]) or _BELOW_ZERO.match(text, one.span.end)
    return replace(one, value=-one.value, raw=-one.raw) if minus else one


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
        if match["metres"]:
            unit, value = (unit, value * SUFFIXES["m"]) if unit else ("metre", value)
        found.append(Quantity(match[0].strip(), Span(*match.span()), value, value, unit))
    return found


def _written_in_words(text: str) -> list[Quantity]:
    found = []
    for one in spelled(text):
        value = one.value * (100 if one.unit == "%" else 1)
        found.append(Quantity(text[one.span.start : one.span.end], one.span, value, one.value, one.unit))
    return found


def _joined(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """ "Two and a half", "half a million", "half an hour" are one; "two in five" and "one litre in four" are shares."""
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
            and before.share
            and re.fullmatch(r"\s+(?:of\s+)?", between)
            and re.match(r"an?\s", one.text)
            and (one.raw >= 100 or one.text.split()[-1].lower() in SPANS | {"dozen"})
        ):
            part = before.raw * one.raw
            span = Span(before.span.start, one.span.end)
            joined[-1] = replace(before, text=text[slice(*span)], span=span, value=part, raw=part, unit="")
        elif (
            before
            and (_SHARE if before.raw != 1 else _SHARE_OF_ONE).fullmatch(between)
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
    if match and hedge in _DENIED and _DENYING.search(text[: one.span.start - len(match[0])]):
        hedge = _DENIED[hedge]
    behind = _HEDGED_BEHIND.match(text, one.span.end)
    one = replace(one, hedge=hedge or ((behind.lastgroup or "") if behind else ""))
    after = re.match(r"[\s-]*(per\s+cent|percentage|percent|pct|[A-Za-z]+)", text[one.span.end :])
    for word in re.findall(r"[a-z]+", one.text.lower()):  # a year, half an hour, a year and a half
        if word in SPANS | {"decade", "fortnight", "century"}:
            base, factor = MEASURES[word]
            return replace(one, unit=base, value=one.raw * factor)
    if one.share and (of := re.match(r"[\s-]+(?:of\s+)?(?:an?\s+)?(?:percentage\s+)?([a-z]+)", text[one.span.end :])):
        if of[1] in ("point", "points"):
            return replace(one, unit="point", value=one.raw)
        if of[1] == "as":  # half as many
            return replace(one, unit="times", value=one.raw)
        if of[1] in MEASURES and (of[0].startswith("-") or of[0].split()[0] in ("a", "an")):
            base, factor = MEASURES[of[1]]
            return replace(one, unit=base, value=one.raw * factor)
    if not after or one.unit in ("th", "clock"):
        return one
    if not one.unit and _LABEL.search(text[: one.span.start]):
        return replace(one, unit="th")
    word = after[1].lower()
    if (kind := _KIND_OF_SPAN.match(text, one.span.end)) and word not in stop_words():
        word = kind[1].lower()
    if word in ("percentage", "point", "points") and re.match(
        r"[\s-]*(?:percentage\s+)?points?\b", text[one.span.end :]
    ):
        return one if word != "percentage" else replace(one, unit="point", value=one.raw)
    if word in ("times", "fold") and not one.unit:
        return replace(one, unit="times")
    if word.startswith("per"):
        return replace(one, unit="%", value=one.raw) if word != "per" else one
    singular = word if word in MEASURES or word in CURRENCIES else word.removesuffix("s").replace("centurie", "century")
    if singular in CURRENCIES and not one.unit:
        return replace(one, unit=CURRENCIES[singular])
    if singular in MEASURES and not one.unit and not (word == "m" and one.raw < 1):
        base, factor = MEASURES[singular]
        return replace(one, unit=base, value=one.raw * factor)
    return one


def _durations(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """ "Two hours and 14 minutes", "2 hours 40" and "30 minutes 41.7 seconds" are one."""
    joined: list[Quantity] = []
    for one in found:
        before = joined[-1] if joined else None
        if (
            before
            and before.unit == "minute"
            and one.unit in ("minute", "")
            and one.raw < _SIXTY
            and any(
                part.fullmatch(text, before.span.start, one.span.start) and after.match(text, one.span.end)
                for part, after in _DURATIONS
            )
        ):
            span, value = Span(before.span.start, one.span.end), before.value + one.value
            joined[-1] = replace(before, text=text[slice(*span)], span=span, value=value, raw=value)
        else:
            joined.append(one)
    return joined


def _shared_units(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """In "from 4 to 6 percent" the first number has the unit of the second, in "11 of the 38 million" its scale."""
    shared = list(found)
    for i in range(len(shared) - 1):
        one, other = shared[i], shared[i + 1]
        between = text[one.span.end : other.span.start]
        if one.unit or other.unit == "th" or not _LISTED.fullmatch(between):
            continue
        large = next((LARGE[word] for word in other.text.lower().split() if word in LARGE), 1.0)
        ranging = "and" not in between or re.search(r"\bbetween\s+$", text[: one.span.start], re.IGNORECASE)
        raw = one.raw * (large if ranging and one.raw * large <= _AS_MUCH * abs(other.raw) else 1.0)
        scale = other.value / other.raw if other.raw else 1
        shared[i] = replace(one, unit=other.unit, value=raw * scale, raw=raw)
    return shared


def _with_nouns(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """With stems of the words after each, up to the end of its phrase; "61 of the 150 seats" counts seats twice."""
    counted: list[Quantity] = []
    for one in reversed(found):
        after = text[one.span.end :]
        if counted and re.match(
            r"\s+of\s+(?:the|its|their|all|his|her)?\s*$", text[one.span.end : counted[-1].span.start]
        ):
            counted.append(replace(one, nouns=counted[-1].nouns, counted=counted[-1].counted))
            continue
        phrase = re.split(
            r"[,;:.!?()\"“”]|\s(?:of|in|on|at|by|to|from|for|with|against|over|under|between|during|behind|ahead|onwards?|than|into|through|until|because|while|if"
            r"|and|or|but|were|was|are|is|had|have|has|that|who|which|when|since|after|before)\b",
            after,
            maxsplit=1,
        )[0]
        if re.search(r"\bout\s+of\s+$", text[: one.span.start]) or _does(after):
            counted.append(one)
            continue
        words = [word for word in located_words(phrase) if word.text not in stop_words()][:_REACH]
        plural = next((word.stem for word in words if _plural(word.text)), "")
        counted.append(replace(one, nouns=tuple(word.stem for word in words), counted=plural))
    return counted[::-1]


def _does(after: str) -> bool:
    """Whether a verb follows a number, which then counts what was counted before: "two wanted a quarter point"."""
    verb = _VERB.match(after)
    return verb is not None and (verb[1].endswith("ed") or irregular(verb[1]))


def _plural(word: str) -> bool:
    return word in _PLURALS or (word.endswith("s") and not word.endswith(("ss", "us", "is")))
