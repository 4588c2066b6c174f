"""What a question asks for and a passage -> the values that the passage gives for it, with what restricts each.

Reads one passage at a time; knows nothing of other passages, nor of which value is right.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.amounts import Amount, amounts_in
from rag.asked import ADJECTIVES, Asked, done_in
from rag.mentions import BE, DATE, DO, TITLES, listed, names_in
from rag.periods import Days
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
    updates,
)
from rag.sameness import HARMS, concepts, concepts_of, opposites, pair_concepts, side, words_on
from rag.speech import attribution, spoken
from rag.words import content_words, negations


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

_MISSING = 0.4  # share of a question's words that a passage may lack
_NEARLY_ALL = 0.75  # share of them by which a clause tells of what is asked without its verb
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
    r"\b(?:line|flight|route|article|number|no\.|room|gate|chapter|page|channel|section|phase|bus|highway|unit|area)\s+$",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"\b(?:number|figure|total|tally|toll|count(?:ed|s|ing)?|correct\w*|rais\w*|revis\w*|estimat\w*|puts?)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;:—–]|,\s+(?:before|after|while|when|but|and|well|far|as)\b|\s(?:before|after|while|but)\s")
_RELATIVE_CLAUSE = re.compile(r",\s+(?:who|which|whose|where)\b[^,;]*(?:,|$)")
_PLACED = re.compile(r"\b(?:in|at|near|to|outside|off|on|from|inside)\s+(?:the\s+)?$")
_PART_OF = re.compile(r"\b(?P<head>[a-z]+) of (?:the|its|a|an|his|her)\s+(?:[\w’'-]+\s+){0,2}?$")
_WHOLE = listed(  # "the cost of the hospital" is about the hospital, "the car park of the hospital" is not
    "number cost price opening trial start beginning end length construction building total toll head director leader "
    "rest share population result results turnout vote outbreak victims survivors owner sinking closure launch strike "
    "winner value age people depth height size estimate amount loss theft killing death arrest percent cent percentage "
    "because out ahead front instead most many some all rate effect effects impact course day night time cause reason "
    "future use name"
)
_PHRASES = {
    r"call(?:ed|ing) off": "cancelled",
    r"(?:go(?:es)?|going|went|gone) ahead": "ahead",
    r"put off": "postponed",
    r"turn(?:ed)? down|vot(?:ed|e) down|throw[ns]? out|threw out|voted against": "rejected",
    r"step(?:s|ped)? down": "resigned",
    r"(?:gave|given|got|gets|give) (?:the|a) (?:go-ahead|green light)|voted for|gave its approval": "approved",
    r"not guilty": "acquitted",
    r"lift(?:s|ed|ing)? (?:the|its|a|their|his|her) ban": "allowed",
}


def speaks_of(asked: Asked, passage: Passage) -> bool:
    """Whether the passage has the question's names and most of its other words."""
    text = f"{passage.document.title} {passage.chunk.text}"
    held = content_words(text)
    if not all(name <= held for name in asked.names) or any(_namesake(person, text) for person in asked.persons):
        return False
    wanted = asked.words | asked.noun
    missing = len(wanted - concepts(text))
    return not wanted or missing <= min(max(1, _MISSING * len(wanted)), len(wanted) - 1)


def values_of(asked: Asked, passage: Passage) -> list[Value]:
    """Every value of the kind that is asked for in the passage's evidence: best first, former ones and asides last."""
    found = [value for quote in passage.evidence for value in _values(asked, passage, quote)]
    return sorted(found, key=lambda value: (value.former or value.aside, -value.fit, value.quote.start))


def modifiers(asked: Asked, text: str) -> frozenset[str]:
    """What is said of the things that a question speaks of: "pensions" of "the bill on pensions"."""
    found: set[str] = set()
    for match in _words(text):
        if concepts_of(match[0]) & (asked.words | asked.noun):
            after = re.match(r"\s+(?:on|for|about|against|of)\s+(?:the\s+|an?\s+)?([\w’'-]+)", text[match.end() :])
            before = re.search(r"([\w’'-]+)\s+$", text[: match.start()])
            found |= concepts_of(after[1]) if after else set()
            found |= concepts_of(before[1]) if before and not before[1].endswith("ed") else set()
    return frozenset(found - asked.words - asked.noun)


def _namesake(person: str, text: str) -> bool:
    """Whether the text names somebody of the same last name, and never the person himself."""
    parts = [word for word in person.split() if word.lower() not in TITLES]
    others = re.findall(rf"\b([A-Z][\w’'-]+)\s+{re.escape(parts[-1])}\b", text) if len(parts) > 1 else []
    return any(other.lower() not in TITLES for other in others) and parts[0] not in text


def _values(asked: Asked, passage: Passage, quote: Quote) -> Iterator[Value]:
    text = quote.text
    stated = set(re.findall(r"\d+", f"{passage.document.title} {text}"))
    held = concepts(text)
    if not asked.numbers <= stated or not (held & (asked.words | asked.noun)) or _of_a_part(asked, text):
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
            aside=part or not _told_in_clause(asked, text, amount.start, amount.end),
        )


def _times(asked: Asked, frame: Value, dates: Sequence[Dated]) -> Iterator[Value]:
    text = frame.quote.text
    for one in dates:
        if not one.only_reported and _told_in_clause(asked, text, one.start, one.end):
            value = replace(frame, text=text[one.start : one.end], days=one.days, periods=())
            yield _placed(asked, value, one.start, one.end)


def _names(asked: Asked, frame: Value) -> Iterator[Value]:
    """Names that may answer "who" or "where": not the question's own, nor that of whoever says it."""
    text = frame.quote.text
    (part,) = spoken([text])
    said = attribution(part)
    known = frozenset().union(*asked.names) | (content_words(said.subject) if said else frozenset())
    for mention in names_in(text):
        stems, before = content_words(mention.text), text[: mention.start]
        placed = _PLACED.search(before)
        if not stems or stems & known or DATE.fullmatch(mention.text):
            continue
        if asked.kind == "place" and not placed and not re.search(r"\b(?:instead|rather|not)\b.{0,8}$", before):
            continue
        inside = placed and "to" not in placed[0].split()
        if asked.kind == "name" and mention.kind != "person" and (inside or re.search(r"\bof\s+(?:the\s+)?$", before)):
            continue
        if _told_in_clause(asked, text, mention.start, mention.end):
            value = replace(frame, text=text[mention.start : mention.end], name=stems)
            yield _placed(asked, value, mention.start, mention.end)


def _outcomes(asked: Asked, frame: Value) -> Iterator[Value]:
    """On which side of a pair of opposites that the question speaks of the sentence is, and whether it denies it."""
    plain = frame.quote.text.lower()
    for phrase, word in _PHRASES.items():
        plain = re.sub(rf"\b(?:{phrase})\b", word, plain)
    held = concepts(frame.quote.text)
    pairs = [pair for pair in range(opposites()) if asked.kind == "any" or pair_concepts(pair) & asked.words]
    sides = frozenset().union(*(pair_concepts(pair) for pair in range(opposites())))
    setting = asked.words - sides
    if len(setting & held) < _SETTING * len(setting):
        return
    for pair in pairs:
        sign = side((found[0] for found in _words(plain)), pair)
        if sign:
            word = words_on(plain, pair)
            denied = _denied(plain, plain.find(word))
            yield replace(frame, text=f"not {word}" if denied else word, outcome=(pair, -sign if denied else sign))
    told = [found for found in _words(plain) if concepts_of(found[0]) & asked.words]
    if told and len(asked.words & held) >= _SAID_ALL * len(asked.words):
        denied_word = next((found[0] for found in told if _denied(plain, found.start())), "")
        text = f"not {denied_word}" if denied_word else told[-1][0]
        yield replace(frame, text=text, outcome=(DENIAL, -1 if denied_word else 1))


def _placed(asked: Asked, value: Value, start: int, end: int) -> Value:
    """With how near the question's words are, up to 1, and whether the value is a former one."""
    text = value.quote.text
    spans = [found.span() for found in _words(text) if concepts_of(found[0]) & (asked.words | asked.noun)]
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
    """What befalls those who are counted: the harm told nearest to the number."""
    near = [
        (min(abs(match.start() - amount.end), abs(amount.start - match.end())), concepts_of(match[0]) & HARMS)
        for match in _words(text)
        if concepts_of(match[0]) & HARMS
    ]
    return min(near, key=lambda item: item[0])[1] if near else frozenset()


def _told_in_clause(asked: Asked, text: str, start: int, end: int) -> bool:
    """Whether the clause with a value tells of what is asked: by the question's verb, or by nearly all of its words."""
    inside = next((found for found in _RELATIVE_CLAUSE.finditer(text) if found.start() <= start < found.end()), None)
    if inside:
        text, start, end = inside[0], start - inside.start(), end - inside.start()
    else:
        text = _RELATIVE_CLAUSE.sub(lambda found: " " * len(found[0]), text)
    cuts = [0, *(found.start() for found in _CLAUSE.finditer(text)), len(text)]
    clause = text[max(cut for cut in cuts if cut <= start) : min(cut for cut in cuts if cut >= end)]
    held = concepts(clause)
    stated = bool(_STATED.search(clause)) if asked.kind == "number" else updates(clause)
    if not asked.core or asked.core & held or stated:
        return True
    wanted = asked.words | asked.noun
    found = len(wanted & held) + sum(name <= content_words(clause) for name in asked.names)
    return found >= _NEARLY_ALL * (len(wanted) + len(asked.names))


def _of_a_part(asked: Asked, text: str) -> bool:
    """Whether the sentence is about a part of what is asked about: "the car park of the hospital"."""
    for match in _words(text):
        part = _PART_OF.search(text[: match.start()]) if concepts_of(match[0]) & asked.words else None
        if part and part["head"] not in _WHOLE and not concepts_of(part["head"]) & (asked.words | asked.noun):
            return True
    return False


def _denied(text: str, start: int) -> bool:
    """Whether a negation stands among the four words before."""
    before = re.findall(r"[\w’'-]+", re.split(r"[,;:.]", text[:start])[-1])[-4:]
    return any(negations(word) or re.match(r"refus|declin|fail|unable", word) for word in before)


def _words(text: str) -> Iterator[re.Match[str]]:
    return re.finditer(r"[\w’'-]+", text)
