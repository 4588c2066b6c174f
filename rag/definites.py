"""`the company`, `the judge` or `the bridge` of a question -> the full name that an earlier turn gives it.

Knows which earlier words fit a noun; a noun that the question itself describes further is left alone.
"""

import re
from collections.abc import Iterator

from rag.date_words import DATE
from rag.mentions import head_of, names_in, noun_phrases, without_possessive
from rag.said import Said
from rag.turns import History, with_date
from rag.vocabulary import ATTACHING, PERSON_NOUNS, listed
from rag.words import stop_words

_TURNS = 3  # how far back a definite noun is looked for
_COMPANIES = listed("company firm business airline corporation manufacturer enterprise organisation organization")
_PLACES = listed("town city village country region island province")
_AFTER_NOUN = re.compile(
    r"^(?:['’]s\b)? (?:of|that|which|who|whose|where|behind|between|near|from|with|called|named"
    r"|(?:in|at|on|for)(?=\s+\w)(?! (?:"
    rf"{DATE.pattern}|total|all|fact|the (?:end|morning|first)))|against|by(?! {DATE.pattern}))\b"
)
_RANKS = listed("first second third last next same whole other one ones")
_NEED_TO = listed("plan decision right way attempt offer proposal request call promise chance")
_DEMONSTRATIVE = (
    r"(?:(?<=\bof )|(?<=\bin )|(?<=\bto )|(?<=\bdid )|(?<=\bdoes )|(?<=\bis )|(?<=\bwas ))(?:this|that|these|those)"
)
_DEFINITE = re.compile(rf"\b(?:the|{_DEMONSTRATIVE}) ((?:(?!the\b)[a-z]+ )?)((?!the\b)[a-z]{{3,}})\b")


def with_definites_named(question: str, history: History) -> str:
    """The question with the first such noun named in full; unchanged where no earlier turn tells which one it is."""
    for found in _DEFINITE.finditer(question):
        for adjective, noun, end in _readings(found):
            after = question[end:]
            if (
                _AFTER_NOUN.match(after)
                or re.match(r" [A-Z]", after)
                or (noun in _NEED_TO and after.startswith(" to "))
            ):
                continue
            named = next(
                (name for turn in history.newest[:_TURNS] for name in _fitting(noun, adjective, turn, history)), ""
            )
            if named and not _stands_in(named, question):
                return question[: found.start()] + named + after
    return question


def _readings(found: re.Match[str]) -> Iterator[tuple[str, str, int]]:
    """Adjective, noun and its end: two words may be both, or the second is a verb already."""
    first, second = found[1].strip(), found[2]
    unfit = stop_words() | ATTACHING | _RANKS
    if second not in unfit and first not in stop_words():
        yield first, second, found.end()
    if first and first not in unfit:
        yield "", first, found.start(1) + len(first)


def _fitting(noun: str, adjective: str, turn: Said, history: History) -> Iterator[str]:
    """What one turn calls by this noun: "Judge Petra Lund", who was asked for, the longer phrase, a company's name."""
    for text in (turn.question, turn.answer):
        if titled := re.search(rf"\b{noun} ((?:[A-Z][\w’'-]+ ?)+)", text):
            yield f"{noun} {without_possessive(titled[1].strip())}"
        if titled := re.search(rf"\b{noun.capitalize()} [A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*", text):
            yield without_possessive(titled[0])
    told = [name for name in names_in(turn.answer) if name.text not in turn.question]
    if noun in PERSON_NOUNS and turn.asks_for_name and re.search(rf"\b{noun}\b", turn.question):
        yield from (f"{noun} {name.text}" for name in told if history.kind(name) in ("person", "name"))
    if re.search(rf"\b(?:which|what) (?:\w+ )?{noun}\b", turn.question, re.IGNORECASE):
        yield from (name.text for name in told)
    phrases = noun_phrases(turn.question)
    for phrase in phrases:
        longer = len(phrase.text.split()) > len(adjective.split()) + 2
        if head_of(phrase.text) == noun and longer and adjective in phrase.text:
            yield re.sub(r"^(?:a|an) ", "the ", with_date(phrase, turn))
    kind = "group" if noun in _COMPANIES else "place" if noun in _PLACES else ""
    names = [name for text in (turn.question, turn.answer) for name in names_in(text)] if kind else []
    yield from (name.text for name in names if history.kind(name) == kind)
    for phrase in phrases:
        if inner := re.search(rf".*\b(?:of|in|at) (the (?:\w+ )*{noun}\b.*)", phrase.text, re.IGNORECASE):
            yield inner[1]


def _stands_in(named: str, question: str) -> bool:
    return any(name.text in question for name in names_in(named) if name.kind != "name") or named in question
