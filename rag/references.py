"""Words of a question that refer to earlier turns -> what they refer to: pronouns, "there", "that", "the company".

A word whose antecedent stands in the question itself, and an `it` that stands for nothing, are left alone.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.mentions import (
    ATTACHING,
    BE,
    DATE,
    DO,
    PERSON_NOUNS,
    VERBS,
    Kind,
    Mention,
    gender_of,
    head_of,
    names_in,
    noun_phrases,
    without_possessive,
)
from rag.words import stop_words, words_of

_LONGEST_STATEMENT = 25  # words
_PRONOUN = re.compile(r"\b(?:he|she|him|his|her|they|them|their|(?:it|that|there)(?!['’])|its|this|these|those|then)\b", re.IGNORECASE)
_DATED = re.compile(rf"\b(?:(?:in|on|of|since|during|at|until|by) )?{DATE.pattern}")
_EMPTY_IT = re.compile(
    r"\bit (?:(?:is|was|be) )?(?:\w+ly )?(?:true|known|clear|possible|likely|legal|illegal|safe|right|correct|fair|worth|hard|"
    r"easy|difficult|normal|common|usual|allowed|expected|certain|important|necessary|said|reported|the case|a fact) ?"
    r"(?:that|to|if|whether|how|when|why|for|who|what)\b|\bit (?:take|cost|takes|took|cost) (?:\w+ )?(?:to|for|until|"
    r"before|from)\b|\bit (?:seems?|appears?|turn(?:s|ed)? out|looks?|rains?|rained|snows?|snowed|rain|snow)\b|"
    r"\b(?:why|when|where|how|who|what) (?:is|was) it that\b|\bwhat (?:time|day|date|year) is it\b|\bmake it\b|\bis it like\b|"
    r"\bit (?:held|found|said|thought|believed|reported|agreed|decided) that\b|\bhow \w+ is it (?:from|to|in|until|between)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:say|says|said|saying|claim\w*|think\w*|believe\w*|hope\w*|expect\w*|announce\w*|promis\w*|admit\w*|deny|denied|"
    r"fear\w*|want\w*|that|when|while|before|after|because|if|whether|until|as|who|which|how|where|why|what|once|since|or|\w+ing|"
    r"although|though|and|but)\b|,",
    re.IGNORECASE,
)
_SPEAKING = re.compile(
    r"\b(?:say|says|said|mean|means|meant|answer\w*|repl\w+|respon\w+|react\w*|den(?:y|ied|ies)|explain\w*|claim\w*|think|"
    r"thought|announce\w*|confirm\w*|comment\w*|reject\w*|promise\w*|agree\w*|disagree\w*|argue\w*)\b",
    re.IGNORECASE,
)
_BEFORE_THAT = re.compile(
    r"\b(?:about|to|before|after|of|for|with|by|from|like|than|on|in|since|at|during|behind|around|is|was|are|were|does|do|"
    r"did|will|would|can|could|has|had|\w+ed|cause|say|says|said|mean|do|designed|built|made|paid|wrote|won)$",
    re.IGNORECASE,
)
_NO_NOUN = re.compile(
    r"^\W*$|^\s+(?:is|was|are|were|has|had|will|would|can|could|did|does|happen\w*|mean|cost|take|caus\w+|chang\w+|work|come|"
    r"go|end|start|matter|still|really|actually|not|also|ever|already|right|correct|in|on|at|to|about|for|by|from|with|again|exactly|possible|true|important|affect\w*|help\w*|so|"
    r"make|made|be|been|bad|good|all)\b",
    re.IGNORECASE,
)
_TRUE = re.compile(r" (?:(?:still|really|actually) )?(?:true|right|correct|so)\b")
_NEAR_TIME = re.compile(
    r"^ (?:year|week|month|morning|afternoon|evening|night|summer|autumn|winter|spring|time|century|decade|days?|season)s?\b"
)
_THAT_TIME = re.compile(r"(?:(?:in|on|at|during|by|since) )?\b(?:that|the same) (?:year|month|day|time|week|summer|winter)\b")
_COMPANIES = frozenset("company firm business airline corporation manufacturer enterprise organisation organization".split())
_PLACES = frozenset("town city village country region island province".split())
_AFTER_NOUN = re.compile(
    r"^(?:['’]s\b)? (?:of|that|which|who|whose|where|behind|between|near|from|with|called|named|(?:in|at|on|for)(?! (?:"
    rf"{DATE.pattern}|total|all|fact|the (?:end|morning|first)))|against|by(?! {DATE.pattern}))\b"
)
_RANKS = frozenset("first second third last next same whole other one ones".split())
_NEED_TO = frozenset("plan decision right way attempt offer proposal request call promise chance".split())


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier turn: its question as asked and as it reads alone, and its answer without markers and sources."""

    asked: str
    question: str
    answer: str

    @property
    def asks_for_name(self) -> bool:
        return bool(re.match(r"(?:\w+ )?(?:who|whom|whose|which)\b", self.question, re.IGNORECASE))

    @property
    def told(self) -> str:
        """The first sentence of the answer, where it says more than a name or a date and is not long."""
        said = re.split(r"(?<=[a-z\d”])[.!?](?:\s|$)", re.sub(r"^(?:yes|no)\b,? *", "", self.answer, flags=re.IGNORECASE))[0]
        return said if 3 <= len(DATE.sub("", said).split()) <= _LONGEST_STATEMENT else ""

    @property
    def asks_whether_there_is(self) -> bool:
        return bool(re.match(r"(?:is|are|was|were|has|have) there\b", self.question, re.IGNORECASE))

    @property
    def date(self) -> str:
        """The last date of the question, with its preposition."""
        return (list(_DATED.finditer(self.question)) or [None])[-1:][0][0] if DATE.search(self.question) else ""  # type: ignore[index]


class History:
    """What the turns tell of names: newest first in every list."""

    def __init__(self, turns: Sequence[Said]) -> None:
        self.turns = turns
        self.newest = list(reversed(turns))
        self._kinds: dict[str, Kind] = {}
        for turn in turns:
            for text in (turn.asked, turn.question, turn.answer):
                for name in names_in(text):
                    if name.kind != "name":
                        self._kinds.setdefault(name.text, name.kind)

    def kind(self, name: Mention) -> Kind:
        known = self._kinds.get(name.text, name.kind) if name.kind == "name" else name.kind
        if known == "name":  # a surname of a known person
            known = next((k for text, k in self._kinds.items() if text.split()[-1] == name.text), known)
        return known

    def people(self) -> Iterator[str]:
        """Names and descriptions of persons, the likeliest first."""
        for turn in self.newest:
            asked = [n.text for n in names_in(turn.question) if self._may_be_person(n)]
            told = [n.text for n in names_in(turn.answer) if self._may_be_person(n) and n.text not in turn.question]
            described = [p.text for p in noun_phrases(turn.question) if p.kind == "person" and p.text not in asked]
            if turn.asks_for_name:
                yield from told
                if not told and re.match(r"who (?!is|was)", turn.question, re.IGNORECASE) and not turn.answer:
                    yield f"the person {turn.question[0].lower()}{turn.question[1:].rstrip('?')}"
                yield from [*described, *asked]
            else:
                yield from [*asked, *described, *told]

    def things(self, told: bool = True) -> Iterator[str]:
        """Groups, works, events and at last places, the likeliest first; without `told` those of answers come last."""
        for turn in self.newest:
            if told:
                yield from self._told_things(turn)
            phrases = [p for p in noun_phrases(turn.question) if p.kind not in ("person", "people", "things")]
            places = [p for p in phrases if p.kind in ("place", "name")]
            named = [p for p in places if self.kind(p) in ("group", "thing")]
            for phrase in sorted([p for p in phrases if p not in places] + named, key=lambda p: p.start):
                yield _with_date(phrase, turn)
            yield from (p.text for p in places if p not in named and self.kind(p) != "person")
            inside = [n for n in names_in(turn.question) if self.kind(n) in ("place", "name", "group")]
            yield from (n.text for n in inside)
            if not told:
                yield from self._told_things(turn)

    def several(self) -> Iterator[str]:
        """What "they" may be: groups of people, numbers of things, organisations, two persons."""
        for turn in self.newest:
            if turn.asks_for_name:
                yield from (n.text for n in names_in(turn.answer) if n.text not in turn.question)
            if re.match(r"(?:which|what) \w+s\b", turn.question, re.IGNORECASE):
                yield from (p.text for p in noun_phrases(turn.answer)[:1] if p.kind in ("people", "things"))
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
                    return f"in {name.text}"
            for thing in _first(self.things(), 1):
                if thing in turn.question or without_date(thing) in turn.question:
                    places = [n.text for n in names_in(turn.question) if self.kind(n) == "place"]
                    if any(place in thing for place in places) or not places:
                        return f"{'in' if names_in(thing)[:1] and thing[0].isupper() and ' ' not in thing else 'at'} {thing}"
                    return f"in {places[-1]}"
        return next((f"at {thing}" for thing in self.things()), "")

    def statement(self, question: str) -> str:
        """What the last turn says, and what it is about, where the question does not name that."""
        turn = self.newest[0]
        about = re.search(r"\babout (.+?)\??$", turn.question) or re.search(r".*\bthat (.+ .+?)\??$", turn.question)
        topics = [about[1]] if about else _first(self._topics(turn), 3)
        said = turn.told or (re.search(r"“.+”", turn.question) or [""])[0].strip("“”")
        topics = [topic for topic in topics if topic not in question and topic not in said and "“" not in topic]
        if not said:
            return " and ".join(topics) or turn.question.rstrip("?")
        return f"“{said}”" + (f" about {' and '.join(topics)}" if topics else "")

    def gender(self, person: str) -> str:
        """By title or first name, else by the pronouns of turns that name this person."""
        if known := gender_of(person):
            return known
        for turn in self.turns:
            surname = person.split()[-1]
            if surname in turn.question + turn.answer:
                asked = turn.asked if surname in turn.question and surname not in turn.asked else ""
                words = set(words_of(f"{asked} {turn.answer}"))
                she, he = bool(words & {"she", "her"}), bool(words & {"he", "his", "him"})
                if she != he:
                    return "she" if she else "he"
        return ""

    def _may_be_person(self, name: Mention) -> bool:
        return self.kind(name) in ("person", "name")

    def _told_things(self, turn: Said) -> Iterator[str]:
        """What the answer names, where the question asks for a thing."""
        if not turn.answer or re.match(r"(?:where|when|why|how)\b", turn.question, re.IGNORECASE):
            return
        names = [n for n in names_in(turn.answer) if n.text not in turn.question]
        short = len(turn.answer.split()) <= 8
        if turn.asks_for_name:
            wanted = ("group", "thing") if re.match("who", turn.question, re.IGNORECASE) else ("group", "thing", "name")
            yield from (n.text for n in names if self.kind(n) in wanted)
        elif short and re.match(r"(?:\w+ )?what\b", turn.question, re.IGNORECASE) and not _SPEAKING.search(turn.question):
            phrases = [p for p in noun_phrases(turn.answer) if p.start == 0 and p.kind not in ("things", "people", "person")]
            yield from (p.text for p in phrases if p.text.lower().startswith(("a ", "an ", "the ")) or p.text[0].isupper())

    def _topics(self, turn: Said) -> Iterator[str]:
        yield from (p.text for p in noun_phrases(turn.question) if p.kind not in ("people", "things"))


def resolved(question: str, history: History) -> str | None:
    """The question with what it refers to named; None where it refers to nothing that was said before."""
    pieces, at, used = [], 0, []
    for found in _PRONOUN.finditer(question):
        if found.start() < at:
            continue
        replacement = _replacement(question, found, history, used)
        if replacement is None:
            continue
        start, end, text = replacement
        used.append(without_possessive(text))
        pieces += [question[at:start], text]
        at = end
    text = "".join([*pieces, question[at:]])
    text = _definite(text, history)
    return text if text != question else None


def context(history: History) -> str:
    """What the last turn is about, to be added to a question that names nothing."""
    thing = next(history.things(told=False), "") or next(history.people(), "")
    date = history.newest[0].date
    dated = f" {date}" if date and thing in history.newest[0].question and not DATE.search(thing) else ""
    return re.sub(r"^(?:a|an) ", "the ", thing) + dated if thing else ""


def without_date(text: str) -> str:
    return _DATED.sub("", text).strip()


def _replacement(question: str, found: re.Match[str], history: History, used: list[str]) -> tuple[int, int, str] | None:
    """Start, end and the words to put there; None where the word refers to nothing earlier."""
    word, start, end = found[0].lower(), found.start(), found.end()
    before, after = question[:start].rstrip(), question[end:]
    if word in ("he", "she", "him", "his", "her"):
        gender = "she" if word in ("she", "her") else "he"
        possessive = word == "his" or (word == "her" and _noun_follows(after))
        if _inside(
            before, after, possessive, lambda m: _kind(m, history) in ("person", "name") and gender_of(m.text) in ("", gender)
        ):
            return None
        people = (p for p in history.people() if history.gender(p) in ("", gender))
        return _put(_unused(people, before + after, used), start, end, possessive)
    if word in ("it", "its"):
        empty = any(e.start() <= start < e.end() for e in _EMPTY_IT.finditer(question))
        if empty or _inside(before, after, word == "its", lambda m: _kind(m, history) not in ("person", "people")):
            return None
        if word == "it" and _SPEAKING.search(before) and not re.search(r"\b(?:about|of|for)$", before) and not _noun_follows(after):
            return start, end, history.statement(" ".join([question, *used]))
        if word == "it" and history.newest[0].asks_whether_there_is and history.newest[0].told:
            return start, end, history.statement(" ".join([question, *used]))
        put = _put(_unused(history.things(), before + after, used), start, end, word == "its")
        return _of(put, question) if word == "its" else put
    if word in ("they", "them", "their"):
        if _inside(before, after, word == "their", lambda m: m.kind != "person" or word == "their"):
            return None
        if word == "their" and re.search(r"\b(?:people|who|anyone|everyone|somebody|someone|nobody|[a-z]{3,}s)\b", before, re.I):
            return None
        if re.search(r"\b[a-z]{3,}s (?:.*)(?:or|and|when|that|because|if)\b", before):
            return None
        return _put(_unused(history.several(), before + after, used), start, end, word == "their")
    if word == "there":
        return _there(before, after, history, start, end)
    if word == "then":
        date = history.newest[0].date
        late = re.fullmatch(r"\W*", after) and date and before
        return (start, end, date if not re.search(r"\b(?:since|by|until|from)$", before) else _bare(date)) if late else None
    return _demonstrative(question, found, history, used)


def _demonstrative(question: str, found: re.Match[str], history: History, used: list[str]) -> tuple[int, int, str] | None:
    word, start, end = found[0].lower(), found.start(), found.end()
    before, after = question[:start].rstrip(), question[end:]
    if word in ("this", "these") and _NEAR_TIME.match(after):
        return None
    timed = _THAT_TIME.search(question)
    if timed and timed.start() <= start < timed.end():
        date = history.newest[0].date
        return (timed.start(), timed.end(), date) if date else None
    plain = re.match(r"[^,]*?\b(?:before|after)$", before) is not None and re.fullmatch(r"\W*", after) is not None
    if plain and word == "that" and re.search(r"\b(?:he|she|they|it)\b", before, re.IGNORECASE):
        return len(before), end, ""  # "before that" once the person is named: earlier than now
    if not (_BEFORE_THAT.search(before) or not before or re.fullmatch(r"\W*", after)) or not _NO_NOUN.match(after):
        return None
    if word == "that" and re.match(r" (?:in|on|at|to|for|by|from|with)\b", after) and not _SPEAKING.search(before):
        return None
    if word in ("these", "those"):
        return _put(_unused(history.several(), before + after, used), start, end, False)
    stated = _SPEAKING.search(before) or re.search(r"\bdo$", before) or _TRUE.match(after)
    opinion = re.search(r"\b(?:would|will|does|did|is|was)$", before, re.I) and _SPEAKING.search(history.newest[0].question)
    if stated or opinion:
        return start, end, history.statement(" ".join([question, *used]))
    return _put(_unused(history.things(), before + after, used), start, end, False)


def _there(before: str, after: str, history: History, start: int, end: int) -> tuple[int, int, str] | None:
    existential = re.search(r"\b(?:is|are|was|were|be|been|will|has|have|can|could|might|still|if|that)$", before, re.I)
    asks_who = re.match(r"(?:who|what|how many) (?:\w+ )?(?:is|are|was|were)$", before, re.IGNORECASE)
    if re.match(r"['’]s\b| (?:is|are|was|were|has|have|will|would|shall|a|an|any|no|the)\b", after):
        return None
    if not before or (existential and not (asks_who and re.fullmatch(r"\W*", after))):
        return None
    place = history.place()
    if not place:
        return None
    prepositional = re.search(r"\b(?:from|to|in|near|over|out|around)$", before)
    return start, end, place.split(" ", 1)[1] if prepositional else place


def _definite(question: str, history: History) -> str:
    """`the company` and the like named in full, where an earlier turn tells which one it is."""
    demonstrative = r"(?:(?<=\bof )|(?<=\bin )|(?<=\bto )|(?<=\bdid )|(?<=\bdoes )|(?<=\bis )|(?<=\bwas ))(?:this|that|these|those)"
    for found in re.finditer(rf"\b(?:the|{demonstrative}) ((?:[a-z]+ )?)([a-z]{{3,}})\b", question):
        for adjective, noun in ((found[1], found[2]), ("", found[1].strip())):
            if not noun or noun in stop_words() | ATTACHING | _RANKS or adjective.strip() in stop_words():
                continue
            end = found.end() if noun == found[2] else found.start(1) + len(noun)
            after = question[end:]
            if _AFTER_NOUN.match(after) or (noun in _NEED_TO and after.startswith(" to ")):
                continue
            named = _named(noun, adjective, history)
            if named and head_of(named) + "s" != head_of(question[found.start() : end]) and not _within_name(named, question):
                return question[: found.start()] + named + after
    return question


def _named(noun: str, adjective: str, history: History) -> str:
    for turn in history.newest[:3]:
        pool = [turn.question, turn.answer]
        for text in pool:
            titled = re.search(rf"\b{noun} ((?:[A-Z][\w’'-]+ ?)+)", text) or re.search(
                rf"\b({noun.capitalize()} [A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*)", text
            )
            if titled:
                return f"{noun} {without_possessive(titled[1].strip())}" if noun not in titled[1].lower() else titled[1]
        if noun in PERSON_NOUNS and turn.asks_for_name and re.search(rf"\b{noun}\b", turn.question):
            for name in names_in(turn.answer):
                if history.kind(name) in ("person", "name") and name.text not in turn.question:
                    return f"{noun} {name.text}"
        if re.search(rf"\b(?:which|what) (?:\w+ )?{noun}\b", turn.question, re.IGNORECASE):
            for name in names_in(turn.answer):
                if name.text not in turn.question:
                    return name.text
        for phrase in noun_phrases(turn.question):
            longer = len(phrase.text.split()) > 1 + len(adjective.split()) + 1
            if head_of(phrase.text) == noun and longer and adjective.strip() in phrase.text:
                return re.sub(r"^(?:a|an) ", "the ", _with_date(phrase, turn))
        wanted = "group" if noun in _COMPANIES else "place" if noun in _PLACES else ""
        for text in pool if wanted else ():
            for name in names_in(text):
                if history.kind(name) == wanted:
                    return name.text
        inner = [p for p in noun_phrases(turn.question) if re.search(rf"\b(?:of|in|at) the (?:\w+ )*{noun}\b", p.text, re.IGNORECASE)]
        for phrase in inner:
            return re.sub(rf"^.*\b(the (?:\w+ )*{noun}\b)", r"\1", phrase.text, flags=re.IGNORECASE)
    return ""


def _with_date(phrase: Mention, turn: Said) -> str:
    """An event keeps the date that its question gave it; a group has none."""
    plain = phrase.kind == "group" or not turn.date or DATE.search(phrase.text) or not phrase.text.lower().startswith("the ")
    return phrase.text if plain else f"{phrase.text} {turn.date}"


def _within_name(named: str, question: str) -> bool:
    return any(name.text in question for name in names_in(named) if name.kind != "name") or named in question


def _inside(before: str, after: str, possessive: bool, fits: Callable[[Mention], bool]) -> bool:
    """Whether the question itself has an antecedent before a pronoun: in another clause, unless it is a possessive."""
    last = (words_of(before) or [""])[-1]
    following = (words_of(after) or [""])[0]
    # "the forces it has": a subject that no auxiliary stands before begins a clause of its own.
    own_clause = last not in DO | BE | {""} and (following in DO | BE | VERBS or following.endswith("ed"))
    asks = re.match(r"(?:\w+ )?(?:who|whose|(?:which|what|how many) (?!(?:is|are|was|were|did|does|do|would|will)\b)(\w+))\b", before, re.I)
    if asks and fits(Mention("", 0, asks.end(), _asked_kind(asks[1]))) and _CLAUSE.search(before[asks.end() :]):
        return True
    mentions = [*names_in(before), *noun_phrases(before)]
    return any(fits(m) and (possessive or own_clause or _CLAUSE.search(before[m.end :])) for m in mentions)


def _asked_kind(noun: str | None) -> Kind:
    if noun is None or noun in PERSON_NOUNS:
        return "person"
    return "people" if noun == "people" or noun.removesuffix("s") in PERSON_NOUNS else "things" if noun[-1] == "s" else "thing"


def _kind(mention: Mention, history: History) -> Kind:
    return history.kind(mention) if mention.text else mention.kind


def _noun_follows(after: str) -> bool:
    following = re.match(r"\s+([\w'’-]+)", after)
    return bool(following) and not _NO_NOUN.match(after) and following[1].lower() not in (  # type: ignore[index]
        "before", "after", "when", "if", "because", "or", "and", "that", "since", "until", "as", "yesterday", "then",
    )  # fmt: skip


def _unused(candidates: Iterator[str], question: str, used: Sequence[str]) -> str:
    for candidate in candidates:
        last = without_possessive(candidate).split()[-1]
        if candidate not in used and not re.search(rf"\b{re.escape(last)}\b", question):
            return re.sub(r"^(?:a|an) ", "the ", candidate)
    return ""


def _put(text: str, start: int, end: int, possessive: bool) -> tuple[int, int, str] | None:
    if not text:
        return None
    return start, end, text + ("’" if text.endswith("s") else "’s") * possessive


def _of(replacement: tuple[int, int, str] | None, question: str) -> tuple[int, int, str] | None:
    """ "the director of the museum in Tollen" rather than "the museum in Tollen's director", at a question's end."""
    if replacement is None:
        return None
    start, end, text = replacement
    owned = re.fullmatch(r"((?: [a-z]+){1,3})\W*", question[end:])
    if not owned or " " not in text or not re.search(r" (?:of|in|at|on|near|for) ", text):
        return replacement
    return start, end + owned.end(1), f"the{owned[1]} of {without_possessive(text)}"


def _bare(date: str) -> str:
    return re.sub(r"^(?:in|on|of|since|during|at|until|by) ", "", date)


def _first(items: Iterator[str], count: int) -> list[str]:
    return [item for item, _ in zip(items, range(count), strict=False)]
