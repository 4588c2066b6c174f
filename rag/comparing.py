"""Whether one number says what another does, or follows from others: rounded, hedged, as a share, as a difference.

Knows quantities; nothing of the texts that they stand in.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, permutations

from rag.quantities import Quantity
from rag.words import root

_EXACT = 1e-6
_ROUGHLY = 0.15  # of a number, that "about" and "nearly" may leave out
_A_LITTLE = 0.1  # that any of them may
_LOOSELY = 0.5  # that "more than" may
_OF_A_SHARE = 2.5  # percent by which what "about a third" tells of may differ from it
# What a share may be of the fraction that tells it: "less than a fifth" of 19 percent, "a third" of 32.
_SHARES = {
    "": (0.95, 1.05), "about": (0.88, 1.12), "nearly": (0.85, 1.0), "less": (0.8, 1.0), "most": (0.8, 1.0),
    "more": (1.0, 1.3), "least": (1.0, 1.3),
}  # fmt: skip
_TWICE = 2
_AGAIN = [(root(noun),) for noun in ("offence", "offense", "time", "breach", "conviction")]  # what a second one is
_SHORTLY = 30  # minutes before or after
_UPPER = ("less", "most")  # what the sources say only as a limit is no number of theirs
_MONTH = {"month": 365.25 / 12}  # days
_APART = ("th", "clock", "%", "point", "times")  # units that a bare number never has


def same(stated: Quantity, source: Quantity) -> bool:
    """Whether a source's quantity is what a statement says, "about", "nearly" and "more than" allowed for."""
    if abs(stated.raw - source.raw) < _EXACT and not _hedges_agree(stated.hedge, source.hedge):
        return False
    units = {stated.unit, source.unit}
    if units == {"day", "month"}:  # more than two months, eleven weeks
        stated, source = (
            replace(one, unit="day", value=one.value * _MONTH.get(one.unit, 1)) for one in (stated, source)
        )
        return _near(stated, source, stated.value, source.value)
    if "cent" in units and units & {"euro", "dollar"}:
        stated, source = (
            replace(one, value=one.value / 100) if one.unit == "cent" else one for one in (stated, source)
        )
        return _near(stated, source, stated.value, source.value)
    if units == {"clock", "minute"}:  # 1:08, of a race, and 1 minute 8 seconds; 20:00 is no 20 minutes
        time, span = (stated, source) if stated.unit == "clock" else (source, stated)
        return span.value % 1 != 0 and abs(time.value / 60 - span.value) < _EXACT
    if stated.unit == source.unit:
        if stated.unit == "clock":
            return _same_time(stated, source)
        return _near(stated, source, stated.value, source.value)
    # A unit may be left out, or stand only once in a list; a share or an ordinal is never a count.
    if units == {"", "th"}:  # round seven, the seventh round
        return stated.raw == source.raw and not (source if stated.unit else stated).nouns
    if units == {"th", "times"}:  # the third time, three times; but caught twice, a second offence
        again = (stated if stated.unit == "th" else source).nouns[:1]
        return stated.raw == source.raw == _TWICE and again in _AGAIN
    if "th" in units and stated.raw == source.raw:  # the eighth year running, eight years in a row
        return bool(set(stated.nouns[:1]) & set(source.nouns[:1]))
    if units == {"", "clock"}:
        return stated.raw * 60 % 720 == source.raw * 60 % 720
    if units == {"times", "%"}:  # halved, by half
        return (
            (stated if stated.unit == "times" else source).raw
            == 0.5
            == (source if stated.unit == "times" else stated).raw
        )
    bare = next((one for one in (stated, source) if not one.unit), None)
    if bare is None or units & {"th", "clock"}:
        return False
    if units & {"%", "point"}:  # 8 percent were wanted and 6.5 given
        return (
            not bare.nouns and not stated.share and not source.share and _near(stated, source, stated.raw, source.raw)
        )
    if "times" not in units and bare.counted:  # 300 people are no 300 metres
        return False
    return _near(stated, source, stated.raw, source.raw)


def follows(stated: Quantity, sources: Sequence[Quantity]) -> bool:
    """Whether a number follows from two of the sources': their difference, their sum, or how often one is the other."""
    if stated.unit == "minute" and _between_times(stated, sources):
        return True
    if stated.share:
        return any(_as_a_share(stated, *sorted(two)) for two in _pairs(sources))
    for one, other in combinations([one for one in sources if one.unit not in ("th", "clock")], 2):
        if one.unit != other.unit and ((one.unit and other.unit) or (other if one.unit else one).counted):
            continue
        exact = one.unit == other.unit
        low, high = sorted((one.value, other.value) if exact else (one.raw, other.raw))
        results: list[float] = []
        if stated.unit == "times" and low:
            results = [high / low, low / high]
        elif stated.unit == "point" and {one.unit, other.unit} <= {"%", "", "point"}:
            results = [high - low]
        elif stated.unit in (one.unit, other.unit):
            results = [high - low, high + low]
        elif not stated.unit and exact and abs(one.raw - other.raw) == stated.raw:  # "two fewer", of years
            return True
        said = stated.value if exact else stated.raw
        if any(_near(stated, one, said, result) for result in results):
            return True
    return False


def _pairs(sources: Sequence[Quantity]) -> Iterator[tuple[float, float]]:
    """Values of two numbers of one kind of which one may be a part of the other, or what it was before."""
    for one, other in combinations([one for one in sources if one.unit not in _APART], 2):
        if one.unit == other.unit and one.value > 0 and other.value > 0:
            yield one.value, other.value


def _as_a_share(stated: Quantity, low: float, high: float) -> bool:
    """Whether a fraction in words is what one number is of another, or by how much of itself it rose or fell."""
    low_end, high_end = _SHARES[stated.hedge]
    return any(
        stated.value * low_end <= 100 * share <= stated.value * high_end
        for share in (low / high, 1 - low / high, high / low - 1)
    )


def _between_times(stated: Quantity, sources: Sequence[Quantity]) -> bool:
    """Whether so many minutes lie between two times of a day: "nine hours", from 10 a.m. to 7 p.m."""
    times = [one for one in sources if one.unit == "clock"]
    return any(
        _near(stated, stated, stated.value, (later.value - one.value) % 1440) for one, later in permutations(times, 2)
    )


def any_same(stated: Quantity, sources: Iterable[Quantity]) -> bool:
    """Whether one of the sources' quantities is what a statement says."""
    return any(same(stated, one) for one in sources)


def _hedges_agree(stated: str, source: str) -> bool:
    """Of two equal numbers; "about" goes with everything."""
    if stated == "more":
        return source in ("more", "least", "about")
    if stated == "less":
        return source in ("less", "most", "nearly", "about")
    if stated == "least":
        return source not in ("less", "most")
    if stated == "most":
        return source not in ("more", "least")
    return stated == "about" or source not in _UPPER


def _near(stated: Quantity, other: Quantity, said: float, source: float) -> bool:
    hedge = stated.hedge
    if abs(said - source) <= _EXACT * max(abs(said), abs(source), 1e-9):
        return True
    if stated.unit == "%" and (stated.share or other.share):  # a third, 33 percent; about a third, 34 percent
        rounded = 0.4 if abs(said * 3 % 100) > _EXACT or abs(source * 3 % 100) > _EXACT else _EXACT
        if abs(said - source) <= (_OF_A_SHARE if "about" in (hedge, other.hedge) else rounded):
            return True
        if stated.share and hedge:
            low, high = _SHARES[hedge]
            return said * low <= source <= said * high
    if not hedge or said <= 0 or source <= 0:
        return False
    number = stated.raw if stated.raw >= 1 else said
    step = 10.0 ** (len(f"{number:.0f}") - len(f"{number:.0f}".rstrip("0"))) if number >= 1 else 0.1
    step *= said / number  # two years, a little over, are rounded to a year
    if stated.unit == "times":
        step = 1.0
    step_away = max(step, _A_LITTLE * said)
    if hedge in ("more", "least"):
        return said < source < said + min(step_away, _LOOSELY * said)
    if hedge in ("less", "most", "nearly"):
        return said - min(step_away, _ROUGHLY * said) < source < said
    return abs(said - source) <= min(step / 2, _ROUGHLY * said)


def _same_time(stated: Quantity, source: Quantity) -> bool:
    day = 720 if stated.vague or source.vague else 1440
    later = (stated.value - source.value) % day
    if stated.hedge in ("nearly", "less"):
        return 0 <= later <= _SHORTLY
    if stated.hedge == "more":
        return 0 <= -later % day <= _SHORTLY
    return later == 0
