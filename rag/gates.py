"""Why a quote does not carry a part of a statement: numbers, dates, names, denials, directions, speakers, in words.

Each gate compares what two texts say exactly, and gives a reason that a person understands. Knows a sentence and its
passage; nothing of how quotes are chosen, or of how near two wordings are.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.assertions import unasserted
from rag.comparing import any_same, follows, same
from rag.denials import never_before
from rag.directions import contradicted_elsewhere, unmatched_superlative
from rag.ends import is_step
from rag.exchanges import changed_places
from rag.moments import Moment, moments, told_by, told_by_publication
from rag.names import proper_names
from rag.naming import misnaming, of_other_office
from rag.other_terms import SPAN_BETWEEN, in_other_terms
from rag.polarity import NOT_DENIED, disagreement
from rag.quantifiers import miscounted
from rag.quantities import Quantity, quantities
from rag.sayings import claims, misattributed, speaking, unspoken
from rag.sources import Source
from rag.tables import of_other_row
from rag.trends import turned_round
from rag.words import content_words

_NOW = {"today", "now", "this year", "this week", "this month", "tonight"}
_OF_ALL = re.compile(r"\b(?:of|all|total of|['’]s)\s*(?:the\s+|its\s+|their\s+)?$", re.IGNORECASE)
_CHANGE = re.compile(
    r"(?:\s+[\w-]+){0,2}?\s+(?:drop|fall|rise|increase|decrease|decline|gain|reduction|difference|gap|margin|lead)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\s+(?:out\s+)?of\s+(?:the\s+|its\s+|their\s+|his\s+|her\s+)?", re.IGNORECASE)
_ADDRESS = re.compile(r"\b(?:[a-z]{2,12}://|www\.|javascript:|mailto:)[^\s()<>‹›\"'’”]+", re.IGNORECASE)
_AFTER_A_NAME = re.compile(r"(?<!\bin\s)(?<!\bat\s)\b[A-Z][\w’'.]*[\s-]$")
_SINCE = re.compile(r"\s+\w+\s+(?:after|since)\b", re.IGNORECASE)
_HALF_OF_THEM = 0.5
_IN_SO_LONG = re.compile(r"\b(?:in|within|over|during|for)\s+(?:the\s+)?(?:past\s+|last\s+)?$", re.IGNORECASE)

Kind = Literal["absent", "missing", "opposite", "speaker"]


@dataclass(frozen=True, slots=True)
class Objection:
    """A reason in words.

    "missing" is what the quote does not have, "absent" a number or a date for which it has no other; "opposite" and
    "speaker" are what it denies.
    """

    reason: str
    kind: Kind = "missing"


def objections(part: str, statement: str, main: Source, others: Sequence[Source] = ()) -> tuple[Objection, ...]:
    """Why `main` does not carry a part of a statement; none where it does. `others` are what else is quoted for it."""
    outlet = main.passage.document.source
    spoken = misattributed(part, main.around, main.place, outlet)
    said = () if spoken else speaking(part, main.around, main.place, outlet)
    facts = [*_of_quantities(part, statement, main, others), *_of_moments(part, statement, main, others)]
    missing = [
        *misnaming(part, statement, main, others, said),
        *of_other_office(part, main),
        *_of_addresses(part, (main, *others)),
        unspoken(
            part, [text for source in (main, *others) for text in (source.text, source.after, *source.context[-1:])]
        ),
    ]
    superlative = unmatched_superlative(part, " ".join(source.text for source in (main, *others)))
    denied = disagreement(part, main.text, statement)
    if denied == NOT_DENIED and (
        _in_other_words(part, main.text) or any(not disagreement(part, other.text) for other in others)
    ):
        denied = ""
    found = [
        *facts,
        *(Objection(reason) for reason in missing),
        Objection(f"the quote does not say {superlative}" if superlative else ""),
        Objection(denied, "missing" if denied == NOT_DENIED else "opposite"),
        Objection(miscounted(part, main.text), "opposite"),
        Objection(turned_round(part, main.text), "opposite"),
        Objection(of_other_row(part, main.row) if main.row else "", "opposite"),
        Objection(contradicted_elsewhere(part, main.text, main.around), "opposite"),
        Objection(unasserted(part, main.text, statement), "missing"),
        Objection(changed_places(part, main), "opposite"),
        Objection(spoken, "speaker" if spoken and claims(main.around, main.place, outlet) else "missing"),
    ]
    return tuple(dict.fromkeys(one for one in found if one.reason))


def _in_other_words(part: str, quote: str) -> bool:
    """Whether a quote has less than half of the words of a statement, which may then say "no" in words of its own."""
    own = content_words(part)
    return len(own & content_words(quote)) < _HALF_OF_THEM * len(own)


def _of_quantities(part: str, statement: str, main: Source, others: Sequence[Source]) -> Iterator[Objection]:
    said = main.quantities_of(statement)
    elsewhere = [one for other in others for one in other.quantities]
    rivals = [one for one in main.quantities if not any(same(stated, one) for stated in said)]
    rivals = [one for one in rivals if not in_a_name(main.text, one)]
    for stated in main.quantities_of(part):
        alike = [one for one in rivals if one.unit == stated.unit]
        if in_other_terms(part, stated, main.quantities_of(part), main, others, alike=bool(alike)):
            continue
        if _derived(part, stated) and follows(stated, [*main.quantities, *elsewhere]):
            continue
        if stated.unit == "th" and stated.raw == 1 and any(never_before(one.text) for one in (main, *others)):
            continue
        bound = [one for one in main.quantities if _counts_the_same(stated, one)]
        agreeing = [one for one in main.quantities if same(stated, one)]
        if bound and not any_same(stated, bound) and all(one.nouns for one in agreeing):
            if not any(_counts_the_same(stated, one) and same(stated, one) for one in elsewhere):
                yield Objection(f"the sources say {_in_words(bound[0])}, not {_in_words(stated)}")
        elif not agreeing and not (slight(stated) and not (stated.unit and alike)) and not any_same(stated, elsewhere):
            if alike:
                follows_from = stated.unit != "%" and _derived(part, stated)  # with what another sentence says
                kind: Kind = "absent" if follows_from else "missing"
                yield Objection(f"the sources say {_in_words(alike[0])}, not {_in_words(stated)}", kind)
            else:
                yield Objection(f"the quote does not say {_in_words(stated)}", "absent")
        elif agreeing and (whole := _only_of(part, agreeing, main)):
            yield Objection(f"the sources say {whole}, not {_in_words(stated)}")


def in_a_name(text: str, number: Quantity) -> bool:
    """Whether it tells one thing from others: "the Glide 3", and not "in Hask 3 people"."""
    plain = not number.unit and number.text.isdecimal()
    after_one = any(name.span.end == number.span.start - 1 for name in proper_names(text)) if plain else False
    return after_one and bool(_AFTER_A_NAME.search(text[: number.span.start]))


def says(source: Source, text: str, stated: Quantity) -> bool:
    """Whether a source has a number of a text, or what it follows from: "two weeks later" needs a date."""
    if SPAN_BETWEEN.match(text, stated.span.end) and stated.unit in ("day", "month") and source.moments:
        return True
    return any_same(stated, source.quantities) or (_derived(text, stated) and follows(stated, source.quantities))


def _derived(part: str, stated: Quantity) -> bool:
    """Whether a number is told as one that follows from others: "by two years", "nine fewer", "six of the nine"."""
    before, after = part[: stated.span.start], part[stated.span.end :]
    told = stated.share or stated.unit in ("times", "point", "minute") or is_step(part, stated.span)
    return told or bool(_OF_ALL.search(before) or _CHANGE.match(after))


def _only_of(part: str, agreeing: Sequence[Quantity], main: Source) -> str:
    """How the quote names the part of which the stated number is the whole, where the statement tells of the whole."""
    if re.search(r"\bof\b", part):
        return ""
    named = ""
    for whole in agreeing:
        own = [
            one
            for one in main.quantities
            if not one.share and _WHOLE.fullmatch(main.text, one.span.end, whole.span.start)
        ]
        if not own:
            return ""
        named = main.text[own[0].span.start : whole.span.end]
    return named


def _of_moments(part: str, statement: str, main: Source, others: Sequence[Source]) -> Iterator[Objection]:
    day = main.passage.document.day
    said = moments(statement, day)
    elsewhere = [one for other in others for one in other.moments]
    for stated in moments(part, day):
        if (
            (stated.text.lower() in _NOW and not main.moments)
            or told_by(stated, main.moments)
            or told_by_publication(
                stated, day, [one for text in (*main.before, main.text) for one in moments(text, day)]
            )
        ):
            continue
        if told_by(stated, elsewhere) or (stated.text.endswith("ago") and _counted_from(stated, main)):
            continue
        rivals = [
            one for one in main.moments if one.length <= stated.length and not any(told_by(s, [one]) for s in said)
        ]
        if rivals:
            yield Objection(f"the sources say {rivals[0].text}, not {stated.text}")
        else:
            yield Objection(f"the quote does not say {stated.text}", "absent")


def _counted_from(stated: Moment, main: Source) -> bool:
    """Whether the quote counts as many years (or days) from an event, or as how long something took: "127 years after
    they were taken", "doubled in three years"."""
    return any(
        (
            _SINCE.match(main.text, its.span.end)
            or (_IN_SO_LONG.search(main.text[: its.span.start]) and not SPAN_BETWEEN.match(main.text, its.span.end))
        )
        for number in quantities(stated.text)
        for its in main.quantities
        if same(number, its)
    )


def _of_addresses(part: str, sources: Sequence[Source]) -> Iterator[str]:
    """Links are no words that could be said in others: each stands in a source as it is."""
    for address in _ADDRESS.findall(part):
        if not any(address in source.text for source in sources):
            yield f"the sources do not have the address {address}"


def _counts_the_same(stated: Quantity, source: Quantity) -> bool:
    return (
        stated.unit == source.unit and stated.unit in ("", "th") and bool(set(stated.nouns[:2]) & set(source.nouns[:2]))
    )


def slight(stated: Quantity | Moment) -> bool:
    """A number or a day that may be mere wording: "one", "a year", "the first", "today"."""
    if isinstance(stated, Moment):
        return stated.text.lower() in _NOW
    return (stated.raw == 1 and not stated.text[:1].isdigit()) or stated.text.lower() == "both"


def _in_words(one: Quantity) -> str:
    if one.raw < 0:
        return f"minus {one.text}"
    bare = one.unit == "%" and one.raw > 1 and not re.search(r"%|per", one.text)
    return f"{one.text} percent" if bare else one.text
