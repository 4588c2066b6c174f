"""Words of a question that refer to earlier turns -> what they refer to: pronouns, "there", "that", "the company".

A word whose antecedent stands in the question itself, and an `it` that stands for nothing, are left alone.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag.definites import with_definites_named
from rag.empty_it import stands_for_nothing
from rag.mentions import Kind, Mention, gender_of, names_in, noun_phrases, without_possessive
from rag.turns import SPEAKING, History
from rag.vocabulary import BE, DO, PERSON_NOUNS, VERBS, listed
from rag.words import words_of

_LONGEST = 120  # characters of a name or phrase that is put in; a longer one was not understood
_PRONOUN = re.compile(
    r"\b(?:he|she|him|his|her|they|them|their|(?:it|that|there)(?!['’])|its|this|these|those|then)\b", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"\b(?:say|says|said|claim\w*|think\w*|believe\w*|hope\w*|expect\w*|announce\w*|promis\w*|admit\w*|deny|denied|"
    r"fear\w*|want\w*|that|when|while|before|after|because|if|whether|until|as|who|which|how|where|why|what|once|since|"
    r"or|\w+ing|although|though|and|but)\b|,",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:\w+ )?(?:who|whose|(?:which|what|how many) (?!(?:is|are|was|were|did|does|do|would|will)\b)(\w+))\b",
    re.IGNORECASE,
)
_BEFORE_THAT = re.compile(
    r"\b(?:about|to|before|after|of|for|with|by|from|like|than|on|in|since|at|during|behind|around|is|was|are|were|does|"
    r"do|did|will|would|can|could|has|had|\w+ed|cause|say|says|said|mean|designed|built|made|paid|wrote|won)$",
    re.IGNORECASE,
)
_NO_NOUN = re.compile(
    r"^\W*$|^\s+(?:is|was|are|were|has|had|will|would|can|could|did|does|happen\w*|mean|cost|take|caus\w+|chang\w+|work|"
    r"come|go|end|start|matter|still|really|actually|not|also|ever|already|right|correct|in|on|at|to|about|for|by|from|"
    r"with|again|exactly|possible|true|important|affect\w*|help\w*|so|make|made|be|been|bad|good|all)\b",
    re.IGNORECASE,
)
_NO_NOUNS = listed("before after when if because or and that since until as yesterday then")
_TRUE = re.compile(r" (?:(?:still|really|actually) )?(?:true|right|correct|so)\b")
_NEAR_TIME = re.compile(
    r"^ (?:year|week|month|morning|afternoon|evening|night|summer|autumn|winter|spring|time|century|day|season)s?\b"
)
_TOPIC = re.compile(  # "The vet, what was she known for?"
    r"(?!(?:[\w'-]+ )+(?:day|night|morning|afternoon|evening|week|month|year|time|summer|winter|spring|autumn)s?,)"
    r"(?:the|a|my|our|your|that|this) [\w' -]+, "
    r"(?:who|what|which|when|where|why|how|did|does|do|is|was|has|had|will|can)\b",
    re.IGNORECASE,
)
_KIN = {
    "he": re.compile(r"\b(?:his|her|their|\w+['’]s?) (?:brother|son|father|husband|uncle|nephew|grandfather)\b", re.I),
    "she": re.compile(r"\b(?:his|her|their|\w+['’]s?) (?:sister|daughter|mother|wife|aunt|niece|grandmother)\b", re.I),
}
_THAT_TIME = re.compile(
    r"\b(?:(?:in|on|at|during|by|since) )?(?:that|the same) (?:year|month|day|time|week|summer|winter)\b"
)


@dataclass(frozen=True, slots=True)
class Replacement:
    """What stands for `question[start:end]`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Reference:
    """A word that may refer to earlier turns, where it stands; `used` names what others before it were replaced by."""

    question: str
    start: int
    end: int
    history: History
    used: tuple[str, ...]

    @property
    def word(self) -> str:
        return self.question[self.start : self.end].lower()

    @property
    def before(self) -> str:
        return self.question[: self.start].rstrip()

    @property
    def after(self) -> str:
        return self.question[self.end :]

    @property
    def last(self) -> bool:
        """Whether nothing but punctuation follows."""
        return re.fullmatch(r"\W*", self.after) is not None

    def first_of(self, candidates: Iterator[str], possessive: bool = False) -> Replacement | None:
        """The first that the question does not name already."""
        around = f"{self.before} {self.after}"
        for candidate in candidates:
            last = without_possessive(candidate).split()[-1]
            if (
                len(candidate) <= _LONGEST
                and candidate not in self.used
                and not re.search(rf"\b{re.escape(last)}\b", around)
            ):
                text = re.sub(r"^(?:[Aa]n?|The) (?=[a-z])", "the ", candidate)
                ending = ("’" if text.endswith("s") else "’s") if possessive else ""
                return Replacement(self.start, self.end, text + ending)
        return None

    def statement(self) -> Replacement:
        said = self.history.statement(" ".join([self.question, *self.used]))
        return Replacement(self.start, self.end, said)


def resolved(question: str, history: History) -> str | None:
    """The question with what it refers to named; None where it refers to nothing that was said before."""
    if _TOPIC.match(question):
        return None
    pieces: list[str] = []
    used: tuple[str, ...] = ()
    at = 0
    for found in _PRONOUN.finditer(question):
        put = _replacement(_Reference(question, *found.span(), history, used)) if found.start() >= at else None
        if put:
            used = (*used, without_possessive(put.text))
            pieces += [question[at : put.start], put.text]
            at = put.end
    text = with_definites_named("".join([*pieces, question[at:]]), history)
    return text if text != question else None


def _replacement(reference: _Reference) -> Replacement | None:
    """None where the word refers to nothing earlier."""
    if reference.word in ("he", "she", "him", "his", "her"):
        return _person(reference)
    if reference.word in ("it", "its"):
        return _thing(reference)
    if reference.word in ("they", "them", "their"):
        return _several(reference)
    if reference.word == "there":
        return _there(reference)
    return _then(reference) if reference.word == "then" else _demonstrative(reference)


def _person(reference: _Reference) -> Replacement | None:
    history, word = reference.history, reference.word
    gender = "she" if word in ("she", "her") else "he"
    possessive = word == "his" or (word == "her" and _noun_follows(reference.after))

    def fits(mention: Mention) -> bool:
        return _kind(mention, history) in ("person", "name") and gender_of(mention.text) in ("", gender)

    named = re.search(rf"\b{'(?:she|her)' if gender == 'she' else '(?:he|him|his)'}\b", reference.before, re.I)
    if named and (possessive or named[0].lower() == word):
        return None  # the same as before: "When did she get her doctorate?"
    if not possessive and _KIN[gender].search(reference.before):
        return None  # "Did his brother play, and was he good?"
    beside = reference.last and re.search(r"\b(?:before|after)$", reference.before)  # "Who came before him?"
    if not beside and (_inside(reference, possessive, fits) or _follows(reference, fits)):
        return None
    people = [person for person in history.people() if history.gender(person) in ("", gender)]
    if not history.newest[0].brief:  # it names many
        wanted = history.newest[0].wanted
        people.sort(key=lambda person: not (history.gender(person) or person == wanted))
    return reference.first_of(iter(people), possessive)


def _thing(reference: _Reference) -> Replacement | None:
    history, possessive = reference.history, reference.word == "its"
    if stands_for_nothing(reference.question, reference.start):
        return None
    if _TRUE.match(reference.after) and re.search(r"\b(?:is|was)$", reference.before, re.I):
        return reference.statement()

    def fits(mention: Mention) -> bool:
        return _kind(mention, history) not in ("person", "people")

    if _inside(reference, possessive, fits) or _follows(reference, fits):
        return None
    if possessive:
        return _with_of(reference.first_of(history.owners(), possessive), reference)
    whether = history.newest[0].asked_whether
    said = SPEAKING.search(reference.before) and (whether or not re.search(r"\b(?:about|of|for)$", reference.before))
    told = history.newest[0].asks_whether_there_is and history.newest[0].told
    if (said and not _noun_follows(reference.after)) or told:
        return reference.statement()
    return reference.first_of(thing for thing in history.things() if not gender_of(thing))


def _several(reference: _Reference) -> Replacement | None:
    possessive, before = reference.word == "their", reference.before

    def fits(mention: Mention) -> bool:
        return mention.kind != "person" or possessive

    if _inside(reference, possessive, fits) or _follows(reference, fits):
        return None
    # A bare plural is no noun phrase yet, but it is an antecedent.
    inside = r"\b(?:people|who|anyone|everyone|somebody|someone|nobody|[a-z]{3,}s)\b"
    if re.search(inside if possessive else r"\b[a-z]{3,}s .*\b(?:or|and|when|that|because|if)\b", before, re.I):
        return None
    return reference.first_of(reference.history.several(objects=reference.word == "them"), possessive)


def _there(reference: _Reference) -> Replacement | None:
    before, place = reference.before, reference.history.place()
    existential = re.search(r"\b(?:is|are|was|were|be|been|will|has|have|can|could|might|still|if|that)$", before, re.I)
    asks_who = re.match(r"(?:who|what|how many) (?:\w+ )?(?:is|are|was|were)$", before, re.I)
    if not place or not before or (existential and not (asks_who and reference.last)):
        return None
    if re.match(r" (?:is|are|was|were|has|have|will|would|shall|a|an|any|no|the)\b", reference.after):
        return None
    prepositional = re.search(r"\b(?:from|to|in|near|over|out|around)$", before)
    return Replacement(reference.start, reference.end, place.split(" ", 1)[1] if prepositional else place)


def _then(reference: _Reference) -> Replacement | None:
    date = reference.history.newest[0].when
    if not reference.last or not date or not reference.before:
        return None
    if re.search(r"\b(?:since|by|until|from)$", reference.before):
        date = re.sub(r"^(?:in|on|of|since|during|at|until|by) ", "", date)
    return Replacement(reference.start, reference.end, date)


def _demonstrative(reference: _Reference) -> Replacement | None:
    history, word, before, after = reference.history, reference.word, reference.before, reference.after
    if word in ("this", "these") and _NEAR_TIME.match(after):
        return None
    timed = _THAT_TIME.search(reference.question)
    if timed and timed.start() <= reference.start < timed.end():
        date = history.newest[0].date
        bounds = re.search(rf"\b(?:before|after|since|until|by) {re.escape(date)}", history.newest[0].question, re.I)
        within = date and not bounds and not re.match(r"(?:since|until|by) ", date, re.I)
        return Replacement(timed.start(), timed.end(), date) if within else None
    if word == "that" and reference.last and re.search(r"\b(?:before|after)$", before, re.I):
        dated = re.sub(r"^(?:in|on|at|during) ", "", history.newest[0].date)
        if then := history.newest[0].event or dated:
            return Replacement(reference.start, reference.end, then)
    if word == "that" and reference.last and re.search(r"\b(?:he|she|they|it)\b.*\b(?:before|after)$", before, re.I):
        return Replacement(len(before), reference.end, "")  # "before that" once the person is named: earlier than now
    if not _NO_NOUN.match(after) or not (_BEFORE_THAT.search(before) or not before or reference.last):
        return None
    if word == "that" and re.match(r" (?:in|on|at|to|for|by|from|with)\b", after) and not SPEAKING.search(before):
        return None
    if word in ("these", "those"):
        return reference.first_of(history.several())
    stated = SPEAKING.search(before) or re.search(r"\bdo$", before) or _TRUE.match(after)
    judged = re.search(r"\b(?:would|will|does|did|is|was)$", before, re.I)
    if stated or (judged and SPEAKING.search(history.newest[0].question)):
        return reference.statement()
    return reference.first_of(history.things())


def _inside(reference: _Reference, possessive: bool, fits: Callable[[Mention], bool]) -> bool:
    """Whether the question itself has an antecedent before a pronoun: in another clause, unless it is a possessive."""
    before = reference.before
    last = (words_of(before) or [""])[-1]
    following = (words_of(reference.after) or [""])[0]
    # "the forces it has": a subject that no auxiliary stands before begins a clause of its own.
    own_clause = last not in DO | BE | {""} and (following in DO | BE | VERBS or following.endswith("ed"))
    asks = _ASKS.match(before)
    if asks and fits(Mention("", 0, asks.end(), _asked_kind(asks[1]))) and _CLAUSE.search(before[asks.end() :]):
        return True
    mentions = [*names_in(before), *noun_phrases(before)]
    return any(fits(m) and (possessive or own_clause or _CLAUSE.search(before[m.end :])) for m in mentions)


_OPENING = re.compile(
    r"(?:before|after|in|during|when|while|since|until|despite|with|without|as|by|at|on|once|although|though|if)\b[^,]*$",
    re.I,
)


def _follows(reference: _Reference, fits: Callable[[Mention], bool]) -> bool:
    """Whether the antecedent comes later in the question: "Before he left, what did Pell say?"."""
    _, comma, main = reference.question.partition(",")
    return bool(comma and _OPENING.match(reference.before) and any(fits(m) for m in names_in(f"x{main}")))


def _asked_kind(noun: str | None) -> Kind:
    if noun is None or noun in PERSON_NOUNS:
        return "person"
    if noun == "people" or noun.removesuffix("s") in PERSON_NOUNS:
        return "people"
    return "things" if noun.endswith("s") else "thing"


def _kind(mention: Mention, history: History) -> Kind:
    return history.kind(mention) if mention.text else mention.kind


def _noun_follows(after: str) -> bool:
    following = re.match(r"\s+([\w'’-]+)", after)
    return following is not None and not _NO_NOUN.match(after) and following[1].lower() not in _NO_NOUNS


def _with_of(put: Replacement | None, reference: _Reference) -> Replacement | None:
    """ "the director of the museum in Tollen" rather than "the museum in Tollen's director", at a question's end."""
    owned = re.fullmatch(r"((?: [a-z]+){1,3})\W*", reference.after)
    if put is None or not owned or not re.search(r" (?:of|in|at|on|near|for) ", put.text):
        return put
    return Replacement(put.start, put.end + owned.end(1), f"the{owned[1]} of {without_possessive(put.text)}")
