"""Weekdays, weekends and words that count from the day of asking -> calendar expressions."""

import re
from datetime import date, timedelta

from rag.occurrences import AMOUNT, WEEKDAYS, Expression, Rule, amount_of, fixed, rule
from rag.periods import Days, back, calendar_unit, months_later, recurring, week_of

_WEEK = 7


def _weekday(match: re.Match[str], asked_on: date) -> Expression | None:
    number = WEEKDAYS.index(match["weekday"].lower())
    which = (match["which"] or match["first"] or "").lower()
    if which == "next":
        return None
    if which:
        monday = week_of(asked_on).first - timedelta(days=_WEEK * (which == "last"))
        return fixed(match, "day", Days(*[monday + timedelta(days=number)] * 2))
    return Expression(match.start(), match.end(), "day", False, lambda day: recurring(day, number), _WEEK)


def _weekend(match: re.Match[str], asked_on: date) -> Expression | None:
    which = match["which"].lower()
    inside = which.endswith("last") and asked_on.weekday() >= 5
    days = recurring(asked_on - timedelta(days=2 * inside + _WEEK * bool(match["before"])), 5, 2)
    return fixed(match, "weekend", days, certain=which != "the" or bool(match["before"]), upcoming=which == "this")


def _near_day(match: re.Match[str], asked_on: date) -> Expression | None:
    words = " ".join(match[0].lower().split())
    named = match[0][0].isupper() and match.start() > 0 and match.string[: match.start()].rstrip()[-1:] not in '.?!"“'
    if named:  # USA Today; the song Yesterday
        return None
    days = 2 if "before" in words else 1 if words in ("yesterday", "last night") else 0
    return fixed(match, "day", Days(*[asked_on - timedelta(days=days)] * 2))


def _calendar(match: re.Match[str], asked_on: date) -> Expression | None:
    unit = match["unit"]
    shift = 2 if "before" in match[0] else "last" in match[0].lower()
    if unit == "year" and re.match(r"['’]s\b", match.string[match.end() :]):
        return None
    day = months_later(asked_on, -3 * shift) if unit == "quarter" else back(asked_on, shift, unit)
    return fixed(match, unit, calendar_unit(day, unit))  # type: ignore[arg-type]


def _rolling(match: re.Match[str], asked_on: date) -> Expression | None:
    unit, several = match["unit"].lower(), bool(match["plural"])
    if not match["amount"] and not several and (unit == "night" or (unit == "day" and "past" not in match[0].lower())):
        return None  # "the last day" of something
    first = back(asked_on, amount_of(match["amount"] or ("few" if several else "one")), unit)
    return fixed(match, "day", Days(first, asked_on))


def _ago(match: re.Match[str], asked_on: date) -> Expression | None:
    unit, count = match["unit"].lower(), amount_of(match["amount"])
    if re.search(r"\b(?:more|less|longer)\s+than\s+$|\bover\s+$|\bleast\s+$", match.string[: match.start()]):
        return None
    if unit == "hour":  # it may have been before midnight
        return fixed(match, "day", Days(back(asked_on, count, unit), asked_on))
    if unit == "fortnight":
        unit, count = "week", 2 * count
    if match["exact"]:
        return fixed(match, "day", Days(*[back(asked_on, count, unit)] * 2))
    vague = re.search(r"few|several", match["amount"], re.IGNORECASE)
    near = calendar_unit(back(asked_on, 2 if vague else count, unit), unit)
    return fixed(match, "day", Days(calendar_unit(back(asked_on, count, unit), unit).first, near.last))


_UNIT = r"(?P<unit>hour|night|day|week|fortnight|month|year|decade)"
_ANY_WEEKDAY = "|".join(WEEKDAYS)
_NOT_OF = r"(?!\s+(?:of|before|that|when|in\s+which)\b)"
RELATIVE: tuple[Rule, ...] = (  # a rule before another takes the words that both could read
    rule(rf"\b(?:(?P<first>last|next)\s+week\s+on\s+)?(?P<weekday>{_ANY_WEEKDAY})\b"
         r"(?:(?:\s+(?:morning|afternoon|evening|night))?\s+(?:of\s+)?(?P<which>last|this|next)\s+week\b)?", _weekday),
    rule(r"\b(?P<which>(?:this\s+)?(?:last|past)|this|the)\s+weekend\b(?:(?P<before>\s+before\s+last\b)"
         r"|(?!\s+(?:of|before|after|when|that|edition)\b))", _weekend),
    rule(rf"(?<![\w.,-])(?P<amount>{AMOUNT})\s+{_UNIT}s?\s+ago\b(?P<exact>\s+today\b)?", _ago),
    rule(r"\b(?:the\s+)?day\s+before\s+yesterday\b|\byesterday\b|\blast\s+night\b|\btonight\b|\btoday\b(?!['’]s)"
         r"|\btoday['’]s\s+(?=news|headlines|papers?\b|edition|stories|articles|reports?\b)"
         r"|\bthis\s+(?:morning|afternoon|evening)\b", _near_day),
    rule(rf"\b(?:the|this|these)\s+(?:last|past)\s+(?:(?P<amount>{AMOUNT})\s+)?{_UNIT}(?P<plural>s)?\b{_NOT_OF}",
         _rolling),
    rule(rf"\b(?:over|in|during|within|for)\s+(?:last|past)\s+(?P<amount>{AMOUNT})\s+{_UNIT}(?P<plural>s)\b(?!\s+of\b)",
         _rolling),
    rule(rf"\b(?:last|past)\s+(?P<amount>\d{{1,3}})\s+{_UNIT}(?P<plural>s)\b{_NOT_OF}", _rolling),
    # Lower case only, because Last Week Tonight and This Week are names.
    (re.compile(r"(?<!\b[Tt]he )\b(?:[Ll]ast|[Tt]his)\s+(?P<unit>week|month|quarter|year|decade)\b(?!\s+of\b)"),
     _calendar),
    (re.compile(r"\b[Tt]he\s+(?P<unit>week|month|year)\s+before\s+last\b"), _calendar),
)  # fmt: skip
