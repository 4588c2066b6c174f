"""What a question asks for and a passage -> the values that the passage gives for it, with what restricts each.

Reads one passage at a time; knows nothing of other passages, nor of which value is right.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.amounts import Amount, amounts_in
from rag.asked import ADJECTIVES, Asked, done_in
from rag.bearing import coverage, denied_at, of_a_part, told_in_clause, word_matches
from rag.date_words import DATE
from rag.mentions import names_in
from rag.periods import Days
from rag.quotations import spoken
from rag.records import Passage, Quote, Span
from rag.restrictions import (
    Dated,
    dates_in,
    hours_in,
    is_former,
    is_part,
    is_planned,
    marks_in,
    rate_after,
)
from rag.sameness import HARMS, concepts, concepts_of, in_single_words, opposites, pair_concepts, side, words_on
from rag.speech import attribution
from rag.vocabulary import BE, DO, listed
from rag.words import content_words


@dataclass(frozen=True, slots=True)
class Value:
    """What a sentence gives for what is asked, `text` in its own words.

    One of `amount`, `days`, `name` and `outcome` (a pair of opposites and the side) says it so that it can be compared.
    It holds for `periods` and `hours`; `marks` restrict it; `noun` is what an amount counts. A `former` one is past or
    called wrong, one `aside` is of a part of what is asked about, or of something else. `fit` is how well its sentence
    fits the question.
    """

    text: str
    quote: Quote
    fit: float
    amount: Amount | None = None
    days: Days | None = None
    name: frozenset[str] = frozenset()
    outcome: tuple[int, int] | None = None
    noun: frozenset[str] = frozenset()
    periods: tuple[Days, ...] = ()
    hours: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    former: bool = False
    aside: bool = False


DENIAL = -1
"""In place of a pair of opposites: whether the question's own words are denied."""

_HALF = 0.5  # share of the question that a sentence with its title must cover
_ANOTHER_CLAUSE = re.compile(r"[,;]|\b(?:and|but|while)\b")  # two died and eleven were hurt
_FEW = 2  # words, of which a sentence must have all
_SETTING, _SAID_ALL = 0.5, 0.7  # the same of the words around an outcome, and of those that are denied or not
_PEOPLE = listed("person live visit attend")
_ANYBODY = listed(
    "person death injury live visit attend missing worker miner villag surviv refuge job evacuate arrest rescue"
)
_ANY_PERSON = listed("person men man")
_SOME_PERSONS = listed(
    "child woman women men man girl boy student pupil offic firefight soldier tourist polic babi teenag foreign crew "
    "pilot nurs doctor teacher journalist civilian"
)
_STOPS = BE | DO | listed(
    "in at on of to and or for from by with who that which as because while than after before when but not if into had "
    "have has since during near out off up over the a an"
)  # fmt: skip
_ADJECTIVE = re.compile(r"(?:al|ed|ing|ous|ive|ic|y|ful|less|able|ible|ary|id|ent|ant|ern|ish|[aeiou]n)$|^(?:of|\d)")
_NAMED_BY_NUMBER = re.compile(
    r"\b(?:line|flight|route|article|number|no\.|room|gate|chapter|page|channel|section|phase|bus|highway|unit"
    r"|area)\s+$",
    re.IGNORECASE,
)
_PLACED = re.compile(r"\b(?:in|at|near|to|outside|off|on|from|inside)\s+(?:the\s+)?$")


def values_of(asked: Asked, passage: Passage) -> list[Value]:
    """Every value of the kind that is asked for in the passage's evidence: best first, former ones and asides last."""
    found = [value for quote in passage.evidence for value in _values(asked, passage, quote)]
    return sorted(found, key=lambda value: (value.former or value.aside, -value.fit, value.quote.start))


def _values(asked: Asked, passage: Passage, quote: Quote) -> Iterator[Value]:
    text = quote.text
    stated = set(re.findall(r"\d+", f"{passage.document.title} {text}"))
    held = concepts(text)
    about = coverage(asked, f"{passage.document.title}. {text}")
    if (
        not asked.numbers <= stated
        or about < _HALF
        or (about == _HALF and len(asked.words | asked.noun) + len(asked.names) <= _FEW)
        or not (held & (asked.words | asked.noun))
        or of_a_part(asked, text)
    ):
        return
    if _of_another(asked, text):
        return
    if asked.past and asked.kind in ("number", "name") and is_planned(text):
        return
    dates = dates_in(text, passage.document.day)
    named = sum(name <= content_words(text) for name in asked.names)
    frame = Value(
        "",
        quote,
        len(asked.words & held) + named + 0.5 * bool(asked.noun & held),
        periods=tuple(one.days for one in dates if not one.only_reported),
        hours=hours_in(text),
        marks=marks_in(text),
    )
    if asked.kind in ("number", "any"):
        yield from _amounts(asked, frame, dates)
    if asked.kind == "time":
        yield from _times(asked, frame, dates)
    if asked.kind in ("name", "place"):
        yield from _names(asked, frame)
    if asked.kind in ("outcome", "any"):
        yield from _outcomes(asked, frame)


def _of_another(asked: Asked, text: str) -> bool:
    """Whether the sentence names a person, and not the one whom the question names."""
    asked_for = [content_words(person.split()[-1]) for person in asked.persons]
    if not asked_for or any(name <= content_words(text) for name in asked_for):
        return False
    return any(one.kind == "person" or (one.kind == "name" and " " in one.text) for one in names_in(text))


def _amounts(asked: Asked, frame: Value, dates: Sequence[Dated]) -> Iterator[Value]:
    text = frame.quote.text
    for found in amounts_in(text, [Span(one.start, one.end) for one in dates]):
        amount = _in_years(found) if asked.unit == "age" else found
        noun = _noun_after(text, amount)
        if _NAMED_BY_NUMBER.search(text[: amount.start]) or not _counts(asked, text, amount, noun):
            continue
        value = replace(
            frame, text=amount.text, amount=amount, noun=noun, fit=frame.fit + 1.5 * bool(noun & asked.noun)
        )
        part = is_part(text, amount.start, amount.end) and not (amount.unit == "%" and asked.unit == "%")
        yield replace(
            _placed(asked, value, amount.start, amount.end),
            marks=frame.marks | rate_after(text, amount.end) | _qualified(asked, text, amount.end),
            aside=part or not told_in_clause(asked, text, amount.start, amount.end),
        )


def _times(asked: Asked, frame: Value, dates: Sequence[Dated]) -> Iterator[Value]:
    text = frame.quote.text
    for one in dates:
        if not one.only_reported and told_in_clause(asked, text, one.start, one.end):
            value = replace(frame, text=text[one.start : one.end], days=one.days, periods=())
            yield _placed(asked, value, one.start, one.end)


def _names(asked: Asked, frame: Value) -> Iterator[Value]:
    """Names that may answer "who" or "where": not the question's own, nor that of whoever says it."""
    text = frame.quote.text
    (part,) = spoken([text])
    said = attribution(part)
    known = frozenset().union(*asked.names)
    if said and asked.kind == "name":
        known |= content_words(said.subject)
    for mention in names_in(text):
        start = mention.start
        while start < mention.end and content_words(text[start : mention.end].split()[0]) & known:
            start += len(text[start : mention.end].split()[0]) + 1
        stems, before = content_words(text[start : mention.end]), text[:start]
        placed = _PLACED.search(before)
        if not stems or stems & known or DATE.fullmatch(text[start : mention.end]):
            continue
        if asked.kind == "place" and not placed and not re.search(r"\b(?:instead|rather|not)\b.{0,8}$", before):
            continue
        single = mention.kind == "name" and len(stems) == 1
        if asked.kind == "name" and (mention.kind == "thing" or (asked.person and single)):
            continue
        inside = placed and "to" not in placed[0].split()
        if asked.kind == "name" and mention.kind != "person" and (inside or re.search(r"\bof\s+(?:the\s+)?$", before)):
            continue
        if told_in_clause(asked, text, start, mention.end):
            value = replace(frame, text=text[start : mention.end], name=stems)
            yield _placed(asked, value, start, mention.end)


def _outcomes(asked: Asked, frame: Value) -> Iterator[Value]:
    """On which side of a pair of opposites that the question speaks of the sentence is, and whether it denies it."""
    plain = in_single_words(frame.quote.text)
    undone = {
        found[0]
        for found in word_matches(plain)
        if found[0].startswith("un") and concepts_of(found[0][2:]) & asked.words
    }
    held = concepts(frame.quote.text) | {concept for word in undone for concept in concepts_of(word[2:])}
    pairs = [pair for pair in range(opposites()) if asked.kind == "any" or pair_concepts(pair) & asked.words]
    sides = frozenset().union(*(pair_concepts(pair) for pair in range(opposites())))
    setting = asked.words - sides
    if len(setting & held) < _SETTING * len(setting):
        return
    for pair in pairs:
        sign = side((found[0] for found in word_matches(plain)), pair)
        if sign:
            word = words_on(plain, pair)
            negated = denied_at(plain, plain.find(word))
            yield replace(frame, text=f"not {word}" if negated else word, outcome=(pair, -sign if negated else sign))
    told = [found for found in word_matches(plain) if concepts_of(found[0]) & asked.words]
    if told and len(asked.words & held) >= _SAID_ALL * len(asked.words):
        denied = next((f"not {found[0]}" for found in told if denied_at(plain, found.start())), "") or min(
            undone, default=""
        )
        yield replace(frame, text=denied or told[-1][0], outcome=(DENIAL, -1 if denied else 1))


def _placed(asked: Asked, value: Value, start: int, end: int) -> Value:
    """With how near the question's words are, up to 1, and whether the value is a former one."""
    text = value.quote.text
    spans = [found.span() for found in word_matches(text) if concepts_of(found[0]) & (asked.words | asked.noun)]
    gaps = [max(first - end, start - last, 0) for first, last in spans if not (first < end and start < last)]
    near = 1 / (1 + min(gaps, default=200) / 20)
    return replace(value, fit=value.fit + near, former=is_former(text, start, end))


def _counts(asked: Asked, text: str, amount: Amount, noun: frozenset[str]) -> bool:
    """Whether a number is of the kind that is asked for, and counts the things that are."""
    harms = (asked.words | asked.noun) & HARMS
    if harms and not _nearest_harm(text, amount) & harms:
        return False
    done = done_in(re.split(r"[,;:]", text[amount.end :])[0][:50])
    if asked.done and done and not done & (asked.done | asked.words):
        return False
    if asked.kind == "any":
        return bool(noun or amount.unit)
    if asked.unit == "age":
        return "year" in amount.text or not (amount.unit or noun - {"age"})
    if asked.unit == "measure":
        return amount.unit in ("metre", "kilogram", "hour", "month", "hectare")
    if asked.unit:
        return amount.unit.startswith(asked.unit)
    return not asked.noun or _counts_noun(asked, text, amount, noun)


def _counts_noun(asked: Asked, text: str, amount: Amount, noun: frozenset[str]) -> bool:
    if amount.unit:  # tonnes of rice
        near = (concepts(amount.text) | noun) & asked.noun
        return bool(near) or (amount.unit != "%" and not noun and bool(asked.noun & concepts(text)))
    if asked.noun & _PEOPLE:
        return not noun & _SOME_PERSONS and (not noun or bool(noun & _ANYBODY))
    if asked.core and noun and noun <= _ANY_PERSON:  # eight men, where prisoners are counted
        return bool(asked.core & concepts(text))
    return bool(noun & asked.noun) or (not noun and bool(asked.noun & concepts(text[: amount.start])))


def _in_years(amount: Amount) -> Amount:
    if amount.unit != "month":
        return amount
    return replace(amount, value=amount.value / 12, low=amount.low / 12, high=amount.high / 12, step=1.0, unit="")


def _noun_after(text: str, amount: Amount) -> frozenset[str]:
    """Concepts of the words right after a number, up to a preposition, a verb or a comma."""
    end = amount.end + 3 if re.match(r" of [a-z]", text[amount.end :]) else amount.end  # tonnes of rice
    found: set[str] = set()
    for match in re.finditer(r"\s*([\w’'-]+)|\s*[^\w\s]", text[end : end + 60]):
        word = (match[1] or "").lower()
        if not word or word in _STOPS or len(found) > 3:
            break
        found |= concepts_of(word)
    return frozenset(found)


def _qualified(asked: Asked, text: str, end: int) -> frozenset[str]:
    """Nouns between a number and what it counts: "gold" of "four gold medals"."""
    found: set[str] = set()
    for match in re.finditer(r"\s+([\w’'-]+)", text[end : end + 40]):
        word = match[1].lower()
        if concepts_of(word) & asked.noun:
            return frozenset(found)
        found |= frozenset() if _ADJECTIVE.search(word) or word in ADJECTIVES else concepts_of(word)
    return frozenset()


def _nearest_harm(text: str, amount: Amount) -> frozenset[str]:
    """What befalls those who are counted: the harm told nearest to the number, first of those with no "and" between."""
    near = []
    for match in word_matches(text):
        if harm := concepts_of(match[0]) & HARMS:
            low, high = sorted(((match.start(), match.end()), (amount.start, amount.end)))
            between = text[low[1] : high[0]]
            near.append((bool(_ANOTHER_CLAUSE.search(between)), len(between), harm))
    return min(near, key=lambda item: item[:2])[2] if near else frozenset()
