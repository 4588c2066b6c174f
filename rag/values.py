"""A question and a passage -> the values that the passage gives for what is asked: a number, a time, a name, an outcome.

Each comes with what restricts it (a day, "women's", "first quarter"), so that values of two passages can be compared.
Knows nothing of other passages, nor of which value is right.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.amounts import Amount, amounts_in
from rag.answer_types import wanted_type
from rag.expressions import Expression, find_expressions
from rag.mentions import BE, DATE, DO, TITLES, listed, names_in
from rag.periods import Days
from rag.records import Document, Passage, Quote, Span
from rag.sameness import HARMS, concepts, concepts_of, opposites, pair_concepts, side, words_on
from rag.speech import SPEAKING, attribution, spoken
from rag.words import content_words, names, negations, stop_words

Kind = Literal["number", "time", "name", "place", "outcome", "any"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question wants: the kind of value, what is counted, and what else it speaks of.

    `noun` and `words` are concepts; `names` are groups of stems, all of which a passage must hold, `persons` names of two words and more. `done` is what
    the question says was done: "felled".
    """

    kind: Kind
    unit: str
    noun: frozenset[str]
    words: frozenset[str]
    names: tuple[frozenset[str], ...]
    persons: tuple[str, ...] = ()
    done: frozenset[str] = frozenset()
    core: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    past: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """What a sentence gives for what is asked, `text` in its own words; one of the four after it says it comparably.

    `periods` are days that it holds for, `marks` words that restrict it, `clock` times of day,
    `former` says that the passage calls it past
    or wrong, `part` that it is only a part of what is asked about. `fit` is how well its sentence fits the question.
    """

    text: str
    quote: Quote
    fit: float
    amount: Amount | None = None
    noun: frozenset[str] = frozenset()
    days: Days | None = None
    name: frozenset[str] = frozenset()
    outcome: tuple[int, int] | None = None
    periods: tuple[Days, ...] = ()
    marks: frozenset[str] = frozenset()
    former: bool = False
    part: bool = False
    clock: frozenset[str] = frozenset()


_NUMBER_WORDS = re.compile(
    r"^what (?:is|was|are|were|will be|has been)?\s*(?:the|its|their)?\s*(?:[\w'’-]+\s+){0,3}?(?:turnout|rate|share|toll|price|cost|number|"
    r"size|fine|population|budget|age|length|height|score|total|amount|percentage|proportion|speed|weight|depth)\b"
    r"|\bhow (?:high|large|big|strong|wide|deep|heavy|tall|fast|far|expensive)\b"
)
_UNITS = (
    ("money", re.compile(r"\bhow much (?:money|does|did|do|will|would|has|have|is|was|were|are)?\b.*\b(?:cost|pay|paid|spend|spent|earn\w*|stolen|raise\w*|worth|"
                         r"lend|lent|owe\w*|fine\w*|invest\w*|money|lose|lost|give|gave|donate\w*)\b|\b(?:price|cost|fine|budget|salary)\b")),
    ("%", re.compile(r"\b(?:percent|percentage|per cent|turnout|proportion|share|(?:unemployment|inflation|interest|jobless) rate)\b")),
    ("age", re.compile(r"\bhow old\b|\bwhat age\b")),
    ("measure", re.compile(r"\bhow (?:long|far|tall|high|deep|wide|heavy)\b")),
)  # fmt: skip
_AUXILIARIES = DO | BE | listed("has have had")
_NOT_ASKED = listed(
    "how many much what which who whom when where long high large big old number people's share kind new total "
    "decide decided happen happened result outcome announce announced again still yet"
)
_MODALS = listed("will would can could should must may might")
_PREPOSITIONS = listed("in on at of for from to after because when while during with by near against between into since before "
                       "about over under as that who which")  # fmt: skip
_ADVERBS = listed("again now first last this year still yet already ever this today")
_NAMED_PLACE = re.compile(r"\b(?:in|at|of|from|on|near|between|against|to)\s+(?:the\s+)?(?:[A-Z][\w’'-]*\s*(?:and\s+(?=[A-Z]))?)+")
_PAST = re.compile(r"\b(?:did|was|were|had|has|have|been)\b|^(?:who|how many \w+) \w+ed\b")
_PLANNED = re.compile(r"\b(?:plans?|planned|wants?|wanted|aims?|aimed|hopes?|hoped|intends?|intended|expected|forecast|predicted|will|would|due)\b")
_STATED = re.compile(r"\b(?:number|figure|total|tally|toll|count\w*|correct\w*|rais\w*|revis\w*|estimat\w*|puts?)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[;:—–]|,\s+(?:before|after|while|when|but|and|well|far|as)\b|\s(?:before|after|while|but)\s")
_NAMED_BY_NUMBER = re.compile(r"\b(?:line|flight|route|article|number|no\.|room|gate|chapter|page|channel|section|phase|bus|highway|unit|area)\s+$", re.IGNORECASE)
_SITE = re.compile(r"\b(?:at|in) (?:its|their|the company['’]s|one of its)\s+(?:[\w’'-]+\s+){0,2}?(?:site|plant|factory|branch|office|division|unit|subsidiary|mill|yard)s?\b", re.IGNORECASE)
_CLOCK = re.compile(
    r"\b(?:at|by|until|as of|before|after) (?P<time>noon|midnight|midday|dawn|dusk|\d{1,2}(?:[.:]\d\d)? ?(?:[ap]\.?m\b|o['’]clock)"
    r"|\d{1,2}[.:]\d\d\b|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:in the \w+|o['’]clock))",
    re.IGNORECASE,
)
_RELATIVE_CLAUSE = re.compile(r",\s+(?:who|which|whose|where)\b[^,;]*(?:,|$)")
_ADJECTIVES = listed("new more other young old further additional different full")
_PEOPLE = listed("person live visit attend")
_ANYBODY = listed(
    "person death injury live visit attend missing worker miner villag surviv refuge job evacuate arrest rescue"
)
_ANY_PERSON = listed("person men man")
_PERSONS = listed("child woman women men man girl boy student pupil offic firefight soldier tourist polic babi teenag foreign crew pilot "
                  "nurs doctor teacher journalist civilian")  # fmt: skip
_PART_BEFORE = re.compile(
    r"\b(?:another|further|including|among them|of whom|of them|additional|the other|only the|first|last|every|each)\s+(?:an?\s+)?(?:\w+\s+)?$"
    r"|\b(?:among|of) those\b.*$|(?:^|[,;]\s)of (?:the|its|their|all|these)\b[^;]*$|\balso\s+$", re.IGNORECASE)  # fmt: skip
_PART_AFTER = re.compile(r"(?:\s+[\w’'-]+)?\s+(?:more|others?|of (?:them|whom|those|these)|alone|in the \w+ alone)\b")
_FORMER_BEFORE = re.compile(
    r"(?:\b(?:not|instead of|rather than|up from|down from|compared with|earlier|previously|initially|originally|formerly|"
    r"had been|than the|replac\w+|succeed\w*)\s+(?:\w+\s+){0,2}?)$", re.IGNORECASE)  # fmt: skip
_FORMER_AFTER = re.compile(
    r"[^,.;]{0,30}\b(?:as (?:first|earlier|previously|originally|initially) \w+|previously reported|first reported|earlier reported)\b"
)
_MARKS = re.compile(
    r"\b(?:women['’]?s?|men['’]s|junior|youth|senior|wheelchair|relay|under-\d+|league|cup|semi-?final|final|doubles|singles|domestic|"
    r"abroad|average|(?:first|second|third|fourth|last|opening|closing)[\s-](?:quarter|half|day|round|phase|leg|stage|week|month|year|place|time|vote|reading)"
    r"|Q[1-4]|children|northern|southern|eastern|western|net|gross|record|expected|forecast|target|limit|capacity|return)\b"
)
_DATING = re.compile(r"\b(?:in|on|since|by|until|till|from|to|during|last|this|next|of|early|mid|late|before|after|around|for|and|between)[\s-]+(?:the\s+)?$", re.IGNORECASE)
_PLACED = re.compile(r"\b(?:in|at|near|to|outside|off|on|from|inside)\s+(?:the\s+)?$")
_RATE = re.compile(
    r"\b(?:(?:an?|each|per|every) (?P<unit>day|week|month|year|hour)|(?P<ly>da|week|month|year)(?:i?ly))\b(?! (?:ago|earlier|later|before|after))"
)
_REPORTED = re.compile(
    rf"\b(?:{'|'.join(sorted(SPEAKING))})\b(?:\s+(?!that\b)[\w’'-]+){{0,4}}?\s*(?:on\s+|late\s+|early\s+)*$"
)
_REPORTED_AFTER = re.compile(rf"^\s*(?:\w+\s+)?,?\s*[^,.]{{0,40}}\b(?:{'|'.join(sorted(SPEAKING))})\b")
_AHEAD = re.compile(
    r"\b(?:will|would|to be|is to|are to|due|planned|until|next|scheduled|begins|starts|opens|set for|shall|postponed|moved|delayed)\b"
)
_SAME_PART = re.compile(r"\b(?P<head>[a-z]+) of (?:the|its|a|an|his|her)\s+(?:[\w’'-]+\s+){0,2}?$")
_NEUTRAL_HEADS = listed(
    "number cost price opening trial start beginning end length construction building total toll head director leader rest share "
    "population result results turnout vote outbreak victims survivors owner sinking closure launch strike winner value age people "
    "depth height size estimate amount loss theft killing death arrest percent cent percentage because out ahead front instead most many some "
    "all rate effect effects impact course day night time cause reason future use name"
)
_PHRASES = {
    r"call(?:ed|ing) off": "cancelled", r"(?:go(?:es)?|going|went|gone) ahead": "ahead", r"put off": "postponed",
    r"turn(?:ed)? down|vot(?:ed|e) down|throw[ns]? out|threw out|voted against": "rejected", r"step(?:s|ped)? down": "resigned",
    r"(?:gave|given|got|gets|give) (?:the|a) (?:go-ahead|green light)|voted for|gave its approval": "approved",
    r"not guilty": "acquitted",
}  # fmt: skip
_PLAIN = -1  # in place of a pair of opposites: whether the question's own words are denied
_MISSING = 0.4  # share of a question's words that a passage may lack
_NO_DATE = dt.date(2000, 1, 1)


def read_question(question: str) -> Asked:
    """What the question wants, as far as its words tell."""
    lowered = question.lower().strip()
    first = (lowered.split() or [""])[0]
    wanted = wanted_type(question)
    kind: Kind = "any"
    if wanted == "time":
        kind = "time"
    elif wanted == "number" or _NUMBER_WORDS.search(lowered):
        kind = "number"
    elif wanted == "name":
        kind = (
            "place"
            if re.search(r"\bwhere\b|\b(?:what|which) (?:country|city|place|region|town|state)\b", lowered)
            else "name"
        )
    elif first in _AUXILIARIES | {"will", "can", "could", "should", "would", "must"}:
        kind = "outcome"
    counted = re.search(r"\bhow (?:many|much)\s+(.*)", lowered)
    after = [word.strip("?,.") for word in counted[1].split()] if counted else []
    noun = next((concepts_of(word) for word in after if word not in _ADJECTIVES), frozenset())
    if after and after[0] in _AUXILIARIES | {"will", "can", "of", "more"}:
        noun = frozenset()
    named = {stem for stem, word in names(question).items() if not DATE.fullmatch(word)}
    dated = [(one.start, one.end) for one in find_expressions(question, _NO_DATE)]
    words = frozenset(
        concept
        for found in re.finditer(r"[\w’'-]+", question)
        if not any(start <= found.start() < end for start, end in dated)
        for word in [found[0]]
        for concept in concepts_of(word)
        if word.lower() not in _NOT_ASKED and word.lower() not in stop_words() and not content_words(word) <= named
    )
    unit = next((unit for unit, asks in _UNITS if asks.search(lowered)), "") if kind == "number" and not noun else ""
    if noun == {"money"} or "money" in noun:
        unit, noun = "money", frozenset()
    core = _done(question) or _core(_without(question, dated)) - frozenset().union(*_names(question))
    return Asked(
        kind, unit, noun, words - noun, tuple(_names(question)), tuple(_persons(question)), _done(question), core,
        frozenset(re.findall(r"(?<![\w.,])\d+(?![\w.,:])", _without(question, dated))), bool(_PAST.search(lowered)),
    )  # fmt: skip


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    return "".join(char for i, char in enumerate(text) if not any(start <= i < end for start, end in spans))


def _core(question: str) -> frozenset[str]:
    """The concept of what the question is told by: its verb, or the noun of "What is the turnout in ...?"."""
    lowered = question.lower().rstrip("?. ")
    plain = question.rstrip("?. ")
    if not re.match(r"what|how (?:high|old|long|large|big|fast|far|deep|tall)", lowered):
        plain = _NAMED_PLACE.sub(" ", plain)
    words = re.findall(r"[\w’'-]+", plain.lower())
    at = next((i for i, word in enumerate(words) if word in _AUXILIARIES | _MODALS), None)
    if at is None:
        after = [word for word in words[1:] if word not in _ADJECTIVES]
        start = 2 if lowered.startswith("how") else 1 if lowered.startswith(("which", "what")) else 0
        return concepts_of(after[start]) if len(after) > start and after[start] not in stop_words() else frozenset()
    rest = words[at + 1 :]
    if rest and rest[0] in _PREPOSITIONS:
        return frozenset()
    end = next((i for i, word in enumerate(rest) if word in _PREPOSITIONS), len(rest))
    told = [word for word in rest[:end] if word not in stop_words() | _AUXILIARIES and word not in _NOT_ASKED | _ADVERBS]
    return concepts_of(told[-1]) if told else frozenset()


def _names(question: str) -> Iterator[frozenset[str]]:
    for mention in names_in(question):
        stems = content_words(mention.text)
        person = mention.kind in ("person", "name") and len(mention.text.split()) > 1
        if stems:
            yield content_words(mention.text.split()[-1]) if person else stems


def _persons(question: str) -> Iterator[str]:
    for mention in names_in(question):
        if mention.kind in ("person", "name") and len(mention.text.split()) > 1:
            yield mention.text


def speaks_of(asked: Asked, passage: Passage) -> bool:
    """Whether the passage has the question's names and most of its other words."""
    text = f"{passage.document.title} {passage.chunk.text}"
    held = content_words(text)
    if not all(name <= held for name in asked.names) or any(_namesake(person, text) for person in asked.persons):
        return False
    wanted = asked.words | asked.noun
    missing = len(wanted - concepts(text))
    return not wanted or missing <= min(max(1, _MISSING * len(wanted)), len(wanted) - 1)


def _namesake(person: str, text: str) -> bool:
    """Whether the text names somebody of the same last name, and never the person himself."""
    parts = [word for word in person.split() if word.lower() not in TITLES]
    if len(parts) < 2:
        return False
    first, last = parts[0], parts[-1]
    others = re.findall(rf"\b([A-Z][\w’'-]+)\s+{re.escape(last)}\b", text)
    return first not in text and any(other.lower() not in TITLES for other in others)


def values_of(asked: Asked, passage: Passage) -> list[Value]:
    """Every value of the kind that is asked for in the passage's evidence, the best first; those called former last."""
    found = [value for quote in passage.evidence for value in _values(asked, passage, quote)]
    return sorted(found, key=lambda value: (value.former or value.part, -value.fit, value.quote.start))


def _values(asked: Asked, passage: Passage, quote: Quote) -> Iterator[Value]:
    text = quote.text
    shared = asked.words & concepts(text)
    fit = (
        len(shared) + sum(name <= content_words(text) for name in asked.names) + 0.5 * bool(asked.noun & concepts(text))
    )
    if not shared and asked.words and not (asked.noun & concepts(text)):
        return
    if _of_a_part(asked, text):
        return
    expressions = _dates(text, passage.document)
    past = asked.past and bool(_PLANNED.search(text)) and not re.search(r"\b(?:has|have|had|was|were|did)\b", text)
    if not asked.numbers <= set(re.findall(r"\d+", passage.document.title + text)) or (past and asked.kind in ("number", "name")):
        return
    about = {
        "quote": quote,
        "marks": _marks(text),
        "clock": frozenset(found["time"].lower() for found in _CLOCK.finditer(text)),
    }
    if asked.kind in ("number", "any"):
        taken = [Span(one.start, one.end) for one, _ in expressions]
        for amount in amounts_in(text, taken):
            if asked.unit == "age" and amount.unit == "month":
                amount = replace(
                    amount, value=amount.value / 12, low=amount.low / 12, high=amount.high / 12, step=1.0, unit=""
                )
            noun = _noun_after(text, amount.end)
            if _counts(asked, text, amount, noun):
                near = _nearness(asked, text, amount.start, amount.end)
                periods = tuple(days for one, days in expressions if not _only_reported(text, one))
                former = _former(text, amount.start, amount.end)
                before, after = text[: amount.start], text[amount.end :]
                part = bool(_PART_BEFORE.search(before) or _PART_AFTER.match(after) or _SITE.search(text))
                part = part or (not amount.unit and bool(re.match(r"\s+of (?:the|its|their|his|her|these|all)\b", after)))
                part = part or not _told_of(asked, text, amount.start, amount.end)
                if _NAMED_BY_NUMBER.search(before):
                    continue
                yield Value(
                    amount.text,
                    fit=fit + near + 1.5 * bool(noun & asked.noun),
                    amount=amount,
                    noun=noun,
                    periods=periods,
                    former=former,
                    part=part,
                    **about,
                )  # type: ignore[arg-type]
    if asked.kind == "time":
        for one, days in expressions:
            if not _only_reported(text, one) and _told_of(asked, text, one.start, one.end):
                near = _nearness(asked, text, one.start, one.end)
                former = _former(text, one.start, one.end)
                yield Value(text[one.start : one.end], fit=fit + near, days=days, former=former, **about)  # type: ignore[arg-type]
    periods = tuple(days for one, days in expressions if not _only_reported(text, one))
    if asked.kind in ("name", "place"):
        for start, end in _named(asked, text):
            if not _told_of(asked, text, start, end):
                continue
            near = _nearness(asked, text, start, end)
            yield Value(
                text[start:end],
                fit=fit + near,
                name=content_words(text[start:end]),
                periods=periods,
                former=_former(text, start, end),
                **about,
            )  # type: ignore[arg-type]
    if asked.kind in ("outcome", "any"):
        for pair, sign, word in _outcomes(asked, text):
            yield Value(word, fit=fit, outcome=(pair, sign), periods=periods, **about)  # type: ignore[arg-type]


def _counts(asked: Asked, text: str, amount: Amount, noun: frozenset[str]) -> bool:
    """Whether a number counts what is asked for, and all of it."""
    harms = asked.words & HARMS or asked.noun & HARMS
    if harms and not _nearest_harm(text, amount) & harms:
        return False
    done = _done(re.split(r"[,;:]", text[amount.end :])[0][:50])
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
    if not asked.noun:
        return True
    if amount.unit:
        counted = concepts(amount.text) | noun
        return bool(counted & asked.noun) or (amount.unit != "%" and not noun and bool(asked.noun & concepts(text)))
    if asked.noun & _PEOPLE:
        return not noun & _PERSONS and (not noun or bool(noun & _ANYBODY))
    if asked.core and noun and noun <= _ANY_PERSON:  # eight men, where prisoners are counted
        return bool(asked.core & concepts(text))
    return bool(noun & asked.noun) or (not noun and bool(asked.noun & concepts(text[: amount.start])))


def _done(text: str) -> frozenset[str]:
    """The concept of what "was done" right at the start of a text, after a noun at most."""
    found = re.search(
        r"\b(?:was|were|been|being|are|is)\s+(?:\w+ly\s+|also\s+|still\s+)?([\w’'-]+(?:ed|en|wn|rn|lt|nt|ing))\b", text
    )
    return concepts_of(found[1]) if found else frozenset()


def _noun_after(text: str, end: int) -> frozenset[str]:
    """Concepts of the words right after a number, up to a preposition, a verb or a comma."""
    found: set[str] = set()
    end = end + 3 if re.match(r" of [a-z]", text[end:]) else end  # tonnes of rice
    for match in re.finditer(r"\s*([\w’'-]+)|\s*[^\w\s]", text[end : end + 60]):
        word = (match[1] or "").lower()
        if not word or word in _STOPS or len(found) > 3:
            break
        found |= concepts_of(word)
    return frozenset(found)


_STOPS = BE | DO | listed("in at on of to and or for from by with who that which as because while than after before when but not if into "
                          "had have has since during near out off up over the a an")  # fmt: skip


def _told_of(asked: Asked, text: str, start: int, end: int) -> bool:
    """Whether the clause with a value tells of what is asked: by the question's verb, or by nearly all of its words."""
    if not asked.core:
        return True
    inside = next((found for found in _RELATIVE_CLAUSE.finditer(text) if found.start() <= start < found.end()), None)
    if inside:
        text, start, end = inside[0], start - inside.start(), end - inside.start()
    else:
        text = _RELATIVE_CLAUSE.sub(lambda found: " " * len(found[0]), text)
    cuts = [0, *(found.start() for found in _CLAUSE.finditer(text)), len(text)]
    first = max(cut for cut in cuts if cut <= start)
    last = min(cut for cut in cuts if cut >= end)
    clause = text[first:last]
    held = concepts(clause)
    stated = _STATED.search(clause) if asked.kind == "number" else update_words(clause)
    if asked.core & held or stated:
        return True
    wanted = len(asked.words | asked.noun) + len(asked.names)
    found = len((asked.words | asked.noun) & held) + sum(name <= content_words(clause) for name in asked.names)
    return found >= 0.75 * wanted


def _nearest_harm(text: str, amount: Amount) -> frozenset[str]:
    """What befalls those who are counted: the harm told nearest to the number."""
    near = [
        (min(abs(match.start() - amount.end), abs(amount.start - match.end())), concepts_of(match[0]) & HARMS)
        for match in re.finditer(r"[\w’'-]+", text)
        if concepts_of(match[0]) & HARMS
    ]
    return min(near, key=lambda item: item[0])[1] if near else frozenset()


def _marks(text: str) -> frozenset[str]:
    """Words that restrict what a value holds for, those of a rate as one."""
    found = {word.lower().replace("’", "'").removesuffix("'s") for word in _MARKS.findall(text)}
    return frozenset(found)


def _rate(text: str, end: int) -> frozenset[str]:
    """What an amount is counted by: "a day"."""
    rate = _RATE.search(text[end : end + 40])
    return frozenset({f"a {rate['unit'] or rate['ly']}"}) if rate else frozenset()


def _nearness(asked: Asked, text: str, start: int, end: int) -> float:
    """0 to 1: how near the nearest of the question's words is."""
    spans = [
        match.span() for match in re.finditer(r"[\w’'-]+", text) if concepts_of(match[0]) & (asked.words | asked.noun)
    ]
    gaps = [max(first - end, start - last, 0) for first, last in spans if not (first < end and start < last)]
    return 1 / (1 + min(gaps, default=200) / 20)


def _former(text: str, start: int, end: int) -> bool:
    """Whether a value is one that no longer holds: "from 18 March to 2 April", "not 12 as first reported"."""
    before, after = text[max(0, start - 40) : start], text[end:]
    moved = re.search(r"\bfrom\s+(?:an? |the )?$", before) and re.match(r"(?:\s+[\w’'-]+){0,3}?\s+to\b", after)
    return bool(moved or _FORMER_BEFORE.search(before) or _FORMER_AFTER.match(after))


def _of_a_part(asked: Asked, text: str) -> bool:
    """Whether the sentence is about a part of what is asked about: "the car park of the hospital"."""
    for match in re.finditer(r"[\w’'-]+", text):
        if concepts_of(match[0]) & asked.words and (part := _SAME_PART.search(text[: match.start()])):
            head = part["head"]
            if head not in _NEUTRAL_HEADS and not concepts_of(head) & (asked.words | asked.noun):
                return True
    return False


def _dates(text: str, document: Document) -> list[tuple[Expression, Days]]:
    """Calendar expressions with the days that they name, seen from the day of publication."""
    day = document.day
    found = []
    for one in find_expressions(text, day or _NO_DATE):
        if not one.certain and one.precision in ("month", "year", "decade") and not _DATING.search(text[: one.start]):
            continue
        days = one.latest(day or _NO_DATE) if not one.cycle else _occurrence(text, one, day)
        if days:
            found.append((one, days))
    return found


def _occurrence(text: str, one: Expression, day: dt.date | None) -> Days | None:
    """Of what comes again the nearest; of a weekday the next where the sentence looks ahead, else the last."""
    if day is None:
        return None
    past, ahead = one.latest(day), one.earliest(day)
    if not past or not ahead:
        return past or ahead
    if one.cycle < 10:
        return ahead if _AHEAD.search(text) else past
    return past if day - past.last <= ahead.first - day else ahead


def _only_reported(text: str, one: Expression) -> bool:
    """Whether a date says when something was said."""
    return bool(_REPORTED.search(text[: one.start]) or (one.start < 4 and _REPORTED_AFTER.match(text[one.end :])))


def _named(asked: Asked, text: str) -> Iterator[tuple[int, int]]:
    """Names that may answer "who" or "where": not the question's own, nor that of whoever says it."""
    (part,) = spoken([text])
    said = attribution(part)
    known = frozenset().union(*asked.names) | (content_words(said.subject) if said else frozenset())
    for mention in names_in(text):
        stems = content_words(mention.text)
        placed = _PLACED.search(text[: mention.start])
        if not stems or stems & known or DATE.fullmatch(mention.text):
            continue
        if (
            asked.kind == "place"
            and not placed
            and not re.search(r"\b(?:instead|rather|not)\b.{0,8}$", text[: mention.start])
        ):
            continue
        if (
            asked.kind == "name"
            and mention.kind != "person"
            and ((placed and "to" not in placed[0].split()) or re.search(r"\bof\s+(?:the\s+)?$", text[: mention.start]))
        ):
            continue
        yield mention.start, mention.end


def _outcomes(asked: Asked, text: str) -> Iterator[tuple[int, int, str]]:
    """For each pair of opposites that the question speaks of: on which side the sentence is, and its word for it."""
    plain = text.lower()
    for phrase, word in _PHRASES.items():
        plain = re.sub(rf"\b(?:{phrase})\b", word, plain)
    settings = asked.words - _pair_concepts(asked)
    if settings and len(settings & concepts(text)) < 0.5 * len(settings):
        return
    for pair in range(opposites()):
        sign = side(re.findall(r"[\w’'-]+", plain), pair)
        if sign and (asked.kind == "any" or pair_concepts(pair) & asked.words):
            word = words_on(plain, pair)
            denied = _denied(plain, plain.find(word))
            yield pair, -sign if denied else sign, f"not {word}" if denied else word
    told = [found for found in re.finditer(r"[\w’'-]+", plain) if concepts_of(found[0]) & asked.words]
    if told and len(asked.words & concepts(text)) >= 0.7 * len(asked.words):
        denied_word = next((found for found in told if _denied(plain, found.start())), None)
        yield _PLAIN, -1 if denied_word else 1, f"not {denied_word[0]}" if denied_word else told[-1][0]


def _denied(text: str, start: int) -> bool:
    """Whether a negation stands among the four words before."""
    before = re.findall(r"[\w’'-]+", re.split(r"[,;:.]", text[:start])[-1])[-4:]
    return any(negations(word) or re.match(r"refus|declin|fail|unable", word) for word in before)


def _pair_concepts(asked: Asked) -> frozenset[str]:
    held = [pair_concepts(pair) for pair in range(opposites()) if pair_concepts(pair) & asked.words]
    return frozenset().union(*held)


def modifiers(asked: Asked, text: str) -> frozenset[str]:
    """What is said of the things that the question speaks of: "pensions" of "the bill on pensions", "the pensions bill"."""
    found: set[str] = set()
    for match in re.finditer(r"[\w’'-]+", text):
        if concepts_of(match[0]) & (asked.words | asked.noun):
            after = re.match(r"\s+(?:on|for|about|against|of)\s+(?:the\s+|an?\s+)?([\w’'-]+)", text[match.end() :])
            before = re.search(r"([\w’'-]+)\s+$", text[: match.start()])
            found |= concepts_of(after[1]) if after else set()
            found |= concepts_of(before[1]) if before and not before[1].endswith("ed") else set()
    return frozenset(found - asked.words - asked.noun)


def sentences_share(one: str, other: str) -> float:
    """Share of the shorter sentence's concepts that the other has too."""
    first, second = concepts(one), concepts(other)
    return len(first & second) / max(min(len(first), len(second)), 1)


def update_words(text: str) -> str:
    """The words by which a report says that it brings something up to date; empty where it does not."""
    found = _UPDATE.search(text)
    return found[0] if found else ""


_UPDATE = re.compile(
    r"\b(?:(?:rais|revis|correct|updat|lower|increas|reduc)(?:ed|ing|es)\b|(?:has|have|had) (?:since|now)\b|\brisen\b|\brose\b|\bclimbed\b|\bgrown to\b|"
    r"\bnow (?:says?|stands?|put|puts|be)\b|\bpostponed\b|\bput off\b|\brescheduled\b|\bdelayed\b|\bbrought forward\b|\bpushed back\b|\bmoved\b|"
    r"\bcalled off\b|\bcancell?ed\b|\binstead of\b|\bno longer\b|\b(?:first|previously|earlier|initially|originally) (?:reported|said|announced|thought|"
    r"planned|put|given|estimated|stated)\b|\bearlier (?:report|figure|statement|toll|estimate)|\boverturned\b|\bwithdr[ae]wn?\b|\breversed\b)",
    re.IGNORECASE,
)
