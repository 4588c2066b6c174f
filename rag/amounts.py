"""Text -> the amounts in it: numbers in digits or words with their unit, and how exactly each is meant.

Knows English number words, hedges ("about", "at least") and a few units; leaves alone what calendar expressions hold.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.records import Span
from rag.units import ORDINALS, SMALL

_SMALL = SMALL | {"dozen": 12}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ABBREVIATED = {"m": 10**6, "mn": 10**6, "bn": 10**9, "k": 1000}
_SPELLED = "|".join([*_SMALL, *_SCALES])
_AMOUNT = re.compile(
    r"(?P<money>[$€£]\s?)?(?<![\w.,])(?P<digits>\d{1,3}(?:[, \u00a0]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?(?P<scale>hundred|thousand|million|billion|trillion)\b|(?P<short>m|mn|bn|k)\b)?(?![\w]|[.:]\d|st\b"
    r"|nd\b|rd\b|th\b)"
    rf"|\b(?P<spelled>(?:an?\s+)?(?:{_SPELLED})(?:(?:[\s-]+(?:and\s+)?)(?:{_SPELLED}))*)\b",
    re.IGNORECASE,
)
TALLY = re.compile(  # "a third worker has died": so three have
    rf"\b(?:an?|the)\s+(?P<nth>{'|'.join(set(ORDINALS) - {'first'})})"
    r"(?=\s+(?:[a-z]+\s+){1,3}(?:has|have|had)\s+(?:since\s+|now\s+|also\s+)?(?:died|drowned|been)\b)",
    re.IGNORECASE,
)
"""One more of those that were counted before, by which a later report counts on."""
_UNIT_AFTER = re.compile(
    r"\s*-?\s*(?P<percent>%|percent\b|per\s?cent\b|percentage points?\b)|\s*-?\s*(?P<unit>[A-Za-z]+)\b"
)
_SIGNS = {"$": "dollar", "€": "euro", "£": "pound"}
_CURRENCIES = [
    "crowns",
    "crown",
    "euros",
    "euro",
    "dollars",
    "dollar",
    "pounds",
    "pound",
    "francs",
    "franc",
    "kroner",
    "kronor",
    "roubles",
    "rubles",
    "yen",
]
_MEASURES = {  # what each counts, and how many of it
    **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers"), ("metre", 1000.0)),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), ("metre", 1.0)),
    **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeters"), ("metre", 0.01)),
    **dict.fromkeys(("mm", "millimetre", "millimetres", "millimeters"), ("metre", 0.001)),
    **dict.fromkeys(("mile", "miles"), ("metre", 1609.344)),
    **dict.fromkeys(("foot", "feet", "ft"), ("metre", 0.3048)),
    **dict.fromkeys(("kg", "kilo", "kilos", "kilogram", "kilograms"), ("kilogram", 1.0)),
    **dict.fromkeys(("tonne", "tonnes", "ton", "tons"), ("kilogram", 1000.0)),
    **dict.fromkeys(("hectare", "hectares"), ("hectare", 1.0)),
    **dict.fromkeys(("minute", "minutes"), ("hour", 1 / 60)),
    **dict.fromkeys(("hour", "hours"), ("hour", 1.0)),
    **dict.fromkeys(("day", "days"), ("hour", 24.0)),
    **dict.fromkeys(("week", "weeks"), ("hour", 168.0)),
    **dict.fromkeys(("month", "months"), ("month", 1.0)),
    **dict.fromkeys(("year", "years"), ("month", 12.0)),
}
_HEDGES = (  # the least and the most that is meant, as shares of the number
    (re.compile(r"\b(?:at least|more than|over|above|upwards of|no fewer than|exceed(?:s|ed"
        r"|ing)?)\s+(?:an?\s+)?$"), 1.0, 1.25),
    (re.compile(r"\b(?:nearly|almost|close to|just under|fewer than|less than|under|up to"
        r"|at most)\s+(?:an?\s+)?$"), 0.8, 1.0),
    (re.compile(r"\b(?:about|around|roughly|some|approximately|estimated|perhaps|or so)\s+(?:an?\s+)?$"), 0.9, 1.1),
)  # fmt: skip
_ROUNDED = 0.05  # a round number stands for one that is no further away than this share of it


@dataclass(frozen=True, slots=True)
class Amount:
    """`text[start:end]` with its unit: "%", "money" with a currency, a measure, or "" for a count of what follows.

    `low` and `high` are what a hedge allows, `step` is the place of the last digit that is not a round zero.
    """

    text: str
    start: int
    end: int
    value: float
    unit: str
    low: float
    high: float
    step: float


def amounts_in(text: str, taken: Sequence[Span] = ()) -> list[Amount]:
    """In order of their places; numbers within `taken` spans, such as dates, are left out."""
    found = []
    for match in _AMOUNT.finditer(text):
        if any(span.start < match.end() and match.start() < span.end for span in taken):
            continue
        value, step = _spelled(match["spelled"]) if match["spelled"] else _digits(match)
        if value is None:
            continue
        unit, factor, end = _unit(text, match)
        before = text[: match.start()].lower()
        low, high = next(((low, high) for hedge, low, high in _HEDGES if hedge.search(before)), (1.0, 1.0))
        scaled = value * factor
        found.append(
            Amount(
                text[match.start() : end], match.start(), end, scaled, unit, scaled * low, scaled * high, step * factor
            )
        )
    for match in TALLY.finditer(text):
        value = float(ORDINALS[match["nth"].lower()])
        found.append(Amount(match["nth"], *match.span("nth"), value, "", value, value, 1.0))
    return sorted(found, key=lambda one: one.start)


def agree(one: Amount, other: Amount) -> bool:
    """Whether both may tell of one number: equal, equal when rounded, or within each other's hedges."""
    slack = 1e-6 * max(abs(one.value), abs(other.value))
    if one.low <= other.high + slack and other.low <= one.high + slack:
        return True
    rough, fine = (one, other) if one.step >= other.step else (other, one)
    return (
        abs(round(fine.value / rough.step) * rough.step - rough.value) <= slack
        and abs(fine.value - rough.value) <= _ROUNDED * rough.value
    )


def _digits(match: re.Match[str]) -> tuple[float | None, float]:
    written = re.sub(r"[, \u00a0]", "", match["digits"])
    scale = _SCALES.get((match["scale"] or "").lower()) or _ABBREVIATED.get((match["short"] or "").lower()) or 1
    whole, _, decimals = written.partition(".")
    zeros = len(whole) - len(whole.rstrip("0")) if not decimals and len(whole) > 2 else 0
    return float(written) * scale, 10.0 ** (zeros - len(decimals)) * scale


def _spelled(words: str) -> tuple[float | None, float]:
    parts = re.split(r"[\s-]+", words.lower())
    if parts == ["one"] or parts[-1:] == ["and"]:
        return None, 1.0
    total, current, step = 0.0, 0.0, 1.0
    for part in parts:
        if part in _SMALL:
            current = max(current, 1.0) * 12 if part == "dozen" else current + _SMALL[part]
        elif part in _SCALES:
            scale = _SCALES[part]
            current, step = max(current, 1.0) * scale, float(scale)
            if scale > 100:
                total, current = total + current, 0.0
    return total + current, step


def _unit(text: str, match: re.Match[str]) -> tuple[str, float, int]:
    """The unit, what the number is multiplied by, and where the amount ends."""
    end = match.end()
    after = _UNIT_AFTER.match(text, end)
    if after and after["percent"]:
        return "%", 1.0, after.end()
    word = after["unit"].lower() if after and after["unit"] else ""
    if match["money"]:
        return "money " + _SIGNS[match["money"].strip()], 1.0, end
    if word in _CURRENCIES and after:
        return f"money {word.rstrip('s')}", 1.0, after.end()
    if word in _MEASURES and after and not (word == "m" and text[end : end + 1] != " "):
        unit, factor = _MEASURES[word]
        return unit, factor, after.end()
    return "", 1.0, end
