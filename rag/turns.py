"""Earlier turns of a conversation, and what they may be spoken of: persons, things, several, a place, a statement.

Every list has the likeliest first: the latest turn, and in it what its answer names where the question asks for a name.
Knows nothing of the question that is being asked.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.date_words import DATE
from rag.mentions import Kind, Mention, gender_of, names_in, noun_phrases
from rag.nations import PEOPLE_OF, is_land, tells_of_a_people
from rag.said import DATED, Said
from rag.words import words_of

_PLURAL = re.compile(
    r"\b(?:(?!(?:the|a|an|for|of|to|and|or|with|that|than|on|in|at|from|by|about|more|some|was|are|is)\b)[a-z-]+ ){0,2}"
    r"(?!(?:crowns|years|days|months|weeks|hours|minutes|metres|points|was|his|this|has|its)\b)[a-z]{3,}(?<!s)s\b"
)
_PERSONAL = re.compile(r"\b(?:he|she|him|his|her)\b", re.IGNORECASE)
_TITLE = re.compile(r"(?:A|An|The) ")  # of a work
_DESCRIBED = re.compile(r"['’]s? |^the .* (?:of|whom?) ")
SPEAKING = re.compile(
    r"\b(?:say|says|said|mean|means|meant|answer\w*|repl\w+|respon\w+|react\w*|den(?:y|ied|ies)|explain\w*|claim\w*|think|"
    r"thought|announce\w*|confirm\w*|comment\w*|reject\w*|promise\w*|agree\w*|disagree\w*|argue\w*)\b",
    re.IGNORECASE,
)


class History:
    """What the turns tell of names: newest first in every list."""

    def __init__(self, turns: Sequence[Said]) -> None:
        self.turns = turns
        self.newest = list(reversed(turns))
        self._kinds: dict[str, Kind] = {}
        self._genders: dict[str, str] = {}
        for turn in turns:
            for text in (turn.asked, turn.question, turn.answer):
                for name in names_in(text):
                    if name.kind != "name":
                        self._kinds.setdefault(name.text, name.kind)
            if _PERSONAL.search(turn.asked):
                self._kinds |= dict.fromkeys(turn.carried, "person")

    def kind(self, name: Mention) -> Kind:
        known = self._kinds.get(name.text, name.kind) if name.kind == "name" else name.kind
        if known == "name":  # a surname of a known person
            known = next((k for text, k in self._kinds.items() if text.split()[-1] == name.text), known)
        return known

    def people(self) -> Iterator[str]:
        """Names and descriptions of persons, the likeliest first."""
        for turn in self.newest:
            asked = [n.text for n in names_in(turn.question) if self._may_be_person(n)]
            named = [n for n in self._told(turn) if self._may_be_person(n)]
            named.sort(key=lambda n: -turn.nearness(n))
            told = [
                n.text for n in sorted(named, key=lambda n: re.search(r" of $", turn.answer[: n.start]) is not None)
            ]
            if not (turn.brief and told):
                yield from (name for name in asked if name in turn.carried)
            phrases = [p.text for p in noun_phrases(turn.question) if p.kind == "person"]
            described = [text for text in phrases if not any(text.startswith(name) for name in asked)]
            if turn.asks_for_name and asked and re.fullmatch(r"[Ww]ho (?:is|was) [A-Z][^’']*", turn.question):
                yield from asked
            elif turn.asks_for_name:
                near = [name for name in told if turn.brief] or [n.text for n in named if turn.nearness(n)]
                if turn.asks_for_object and not turn.brief:  # he of whom it was asked is surely meant, or whom he met
                    yield from asked
                    yield turn.wanted
                yield from near
                if turn.wanted and not (turn.brief and told):
                    yield turn.wanted
                yield from (name for name in told if name not in near)
                yield from [*described, *asked]
            else:
                yield from [*asked, *described, *told]

    def things(self) -> Iterator[str]:
        """Groups, works, events and at last places, the likeliest first."""
        for turn in self.newest:
            if not turn.brief:
                yield from (name for name in turn.carried if self._kinds.get(name) != "person")
            yield from self._told_things(turn)
            phrases = [p for p in noun_phrases(turn.question) if p.kind not in ("person", "people", "things")]
            phrases = [p for p in phrases if not tells_of_a_people(turn.question, p.text, p.end)]
            places = [p for p in phrases if p.kind in ("place", "name")]
            named = [p for p in places if self.kind(p) in ("group", "thing")]
            for phrase in sorted([p for p in phrases if p not in places] + named, key=lambda p: p.start):
                yield with_date(phrase, turn)
            yield from (p.text for p in places if p not in named and self.kind(p) != "person")
            inside = [n for n in names_in(turn.question) if self.kind(n) in ("place", "name", "group")]
            yield from (n.text for n in inside if not tells_of_a_people(turn.question, n.text, n.end))

    def owners(self) -> Iterator[str]:
        """What "its" may belong to: a country or town that the question is about comes first."""
        latest = self.newest[0]
        subject = re.search(r"\b(?:did|does|do|will|has|was) [A-Z][\w’'-]*(?: (?:& )?[A-Z][\w’'-]*)*", latest.question)
        for name in names_in(subject[0]) if subject else ():
            personal = self.kind(name) == "name" and latest.answer.startswith(("He ", "She "))
            if self.kind(name) in ("place", "group", "name") and not personal:
                yield name.text
        yield from self.things()

    def several(self, objects: bool = False) -> Iterator[str]:
        """What "they" may be: people, numbers of things, organisations, two persons; "them" may be what was told."""
        for turn in self.newest:
            if turn.asks_for_name and turn.brief:
                yield from _joined(turn.answer)
                added = [n for n in names_in(turn.answer) if n.text not in turn.question]
                yield from (n.text for n in added if not is_land(n.text))
            if objects and turn.question.lower().startswith("what"):
                yield from (found[0] for found in _PLURAL.finditer(turn.answer))
            if re.match(r"(?:which|what) \w+s\b", turn.question, re.IGNORECASE):
                yield from (p.text for p in noun_phrases(turn.answer)[:1] if p.kind in ("people", "things"))
            yield from _joined(turn.question)
            phrases = noun_phrases(turn.question)
            plural = [p for p in phrases if p.kind in ("people", "things") and not p.text.lower().startswith("many")]
            yield from (p.text for p in plural)
            yield from (p.text for p in phrases if self.kind(p) == "group")
            yield from (re.sub("^many ", "the ", p.text) for p in phrases if p.kind in ("people", "things"))
            yield from (n.text for n in names_in(turn.question) if self.kind(n) in ("place", "name"))
        yield from self.things()
        yield from self.people()

    def place(self) -> str:
        """Where "there" is, with its preposition."""
        for turn in self.newest:
            if turn.question.lower().startswith("where"):
                for name in names_in(turn.answer):
                    at_place = re.search(r"\b(?:in|at|near|to|from) (?:the )?$", turn.answer[: name.start])
                    added = name.text not in turn.question and name.text.lower() not in PEOPLE_OF
                    if added and (turn.brief or at_place):
                        return f"in {name.text}"
            thing = next(self.things(), "")
            places = [n.text for n in names_in(turn.question) if self.kind(n) == "place"]
            if places and without_date(thing) in turn.question and not any(place in thing for place in places):
                return f"in {places[-1]}"
            one_name = thing[:1].isupper() and " " not in thing
            return f"{'in' if one_name else 'at'} {thing}" if thing else ""
        return ""

    def statement(self, question: str) -> str:
        """What the last turn says, and what it is about, where the question does not name that."""
        turn = self.newest[0]
        about = re.search(r"\babout (.+?)\??$", turn.question) or re.search(r".*\bthat (.+ .+?)\??$", turn.question)
        topics = [about[1]] if about else [turn.asked_whether] if turn.asked_whether else _first(self._topics(turn), 3)
        said = turn.told or (re.search(r"“.+”", turn.question) or [""])[0].strip("“”")
        topics = [topic for topic in topics if topic not in question and topic not in said and "“" not in topic]
        if not said:
            return " and ".join(topics) or turn.question.rstrip("?")
        return f"“{said}”" + (f" about {' and '.join(topics)}" if topics else "")

    def gender(self, person: str) -> str:
        """By title or first name, else by the pronouns of turns that name this person."""
        if person not in self._genders:
            self._genders[person] = self._gender(person)
        return self._genders[person]

    def _gender(self, person: str) -> str:
        if _DESCRIBED.search(person):  # Agnes Harrow's dealer need be no woman
            return ""
        if known := gender_of(person):
            return known
        for turn in self.turns:
            surname = person.split()[-1]
            alone = len(names_in(turn.answer)) == 1
            if surname in turn.question or (surname in turn.answer and (turn.brief or alone)):
                asked = turn.asked if surname in turn.question and surname not in turn.asked else ""
                words = set(words_of(f"{asked} {turn.answer}"))
                she, he = bool(words & {"she", "her"}), bool(words & {"he", "his", "him"})
                if she != he:
                    return "she" if she else "he"
        return ""

    def _may_be_person(self, name: Mention) -> bool:
        kind = self.kind(name)
        return kind == "person" or (kind == "name" and not is_land(name.text) and not _TITLE.match(name.text))

    def _told(self, turn: Said) -> list[Mention]:
        """Names that the answer adds; of a long one those alone that are surely names of persons."""
        added = [name for name in names_in(turn.answer) if name.text not in turn.question]
        return added if turn.brief else [n for n in added if self.kind(n) == "person" or len(n.text.split()) > 1]

    def _told_things(self, turn: Said) -> Iterator[str]:
        """What the answer names, where the question asks for a thing."""
        if not turn.answer or re.match(r"(?:where|when|why|how)\b", turn.question, re.IGNORECASE):
            return
        names = [n for n in names_in(turn.answer) if n.text not in turn.question]
        short = len(turn.answer.split()) <= 8
        if turn.asks_for_name:
            who = re.match("who", turn.question, re.IGNORECASE)
            wanted = ("group", "thing", "name") if turn.brief and not who else ("group", "thing")
            yield from (n.text for n in names if self.kind(n) in wanted)
        elif (
            short and re.match(r"(?:\w+ )?what\b", turn.question, re.IGNORECASE) and not SPEAKING.search(turn.question)
        ):
            phrases = [
                p for p in noun_phrases(turn.answer) if p.start == 0 and p.kind not in ("things", "people", "person")
            ]
            yield from (
                p.text for p in phrases if p.text.lower().startswith(("a ", "an ", "the ")) or p.text[0].isupper()
            )

    def _topics(self, turn: Said) -> Iterator[str]:
        yield from (p.text for p in noun_phrases(turn.question) if p.kind not in ("people", "things"))


def without_date(text: str) -> str:
    return DATED.sub("", text).strip()


def with_date(phrase: Mention, turn: Said) -> str:
    """An event keeps the date that its question gave it; a group has none."""
    plain = (
        phrase.kind == "group"
        or not turn.date
        or DATE.search(phrase.text)
        or not phrase.text.lower().startswith("the ")
    )
    return phrase.text if plain else f"{phrase.text} {turn.date}"


def _joined(text: str) -> Iterator[str]:
    """Two names that "and" joins, as one."""
    for one, other in pairwise(names_in(text)):
        if text[one.end : other.start] == " and ":
            yield text[one.start : other.end]


def _first(items: Iterator[str], count: int) -> list[str]:
    return [item for item, _ in zip(items, range(count), strict=False)]
