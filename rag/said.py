"""An earlier turn of a conversation: what it asked, how that reads alone, and what of its answer is spoken of.

Knows one turn; nothing of the others, or of the question that is being asked.
"""

import re
from dataclasses import dataclass

from rag.date_words import DATE
from rag.mentions import Mention, names_in
from rag.sentences import sentence_spans
from rag.words import content_words

_LONGEST_STATEMENT = 25  # words
_AROUND = 40  # characters
_SHORT = 20  # words of an answer that names little beside what was asked for
DATED = re.compile(rf"\b(?:(?:in|on|of|since|during|at|until|by) )?{DATE.pattern}")
_OBJECT = re.compile(
    r"[Ww]hom? (?P<auxiliary>did|does|has|had|will) "
    r"(?P<subject>[A-Z][\w’'-]*(?: (?:(?:de|van|von|al|&) )?[A-Z][\w’'-]*)*) (?P<rest>[a-z][^?]*)\?*"
)
_OF_AN_EVENT = re.compile(
    r"(?:why|when|where|how(?: [a-z]+)?) (?P<auxiliary>did|was|were|had) (?P<rest>[^?]+?)\?*",
    re.IGNORECASE,
)
_ROLE = re.compile(r"[Ww]ho (?:is|was) ([^,?]+?(?:['’]s [^,?]+|['’] [^,?]+)|the [^,?]+? of [^,?]+)\?*")


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
    def wanted(self) -> str:
        """The person who is asked for, in the question's words: "the person who built the dam"."""
        if role := _ROLE.fullmatch(self.question):
            return role[1]
        if object_of := _OBJECT.fullmatch(self.question):
            return f"the person whom {object_of['subject']} {object_of['auxiliary']} {object_of['rest']}"
        asks = re.match(r"who (?!is|was|were|are)", self.question, re.IGNORECASE)
        return f"the person {self.question[0].lower()}{self.question[1:].rstrip('?')}" if asks else ""

    @property
    def asks_for_object(self) -> bool:
        """Whether somebody is asked for to whom another did something: "Whom did Ana Ferro marry?"."""
        return bool(_OBJECT.fullmatch(self.question))

    @property
    def event(self) -> str:
        """What a question about its time, place or reason says of something: "Hask was closed"; else empty."""
        found = _OF_AN_EVENT.fullmatch(self.question)
        subject = next((name.end for name in names_in(f"x {found['rest']}") if name.start == 2), 2) - 2 if found else 0
        if not found or not subject:
            return ""
        return f"{found['rest'][:subject]} {found['auxiliary'].lower()}{found['rest'][subject:]}"

    @property
    def told(self) -> str:
        """The first sentence of the answer, where it says more than a name or a date and is not long."""
        answer = re.sub(r"^(?:yes|no)\b,? *", "", self.answer, flags=re.IGNORECASE)
        first = next((answer[start:end] for start, end in sentence_spans(answer)), "")
        said = first.rstrip(".!? ")
        return said if 3 <= len(DATE.sub("", said).split()) <= _LONGEST_STATEMENT else ""

    @property
    def brief(self) -> bool:
        """Whether the answer says what was asked for and little else, as quotes do not."""
        return len(self.answer.split()) <= _SHORT

    def nearness(self, name: Mention) -> int:
        """How many of the question's words stand around a name of a longer answer."""
        around = self.answer[max(0, name.start - _AROUND) : name.end + _AROUND]
        return 0 if self.brief else len(content_words(self.question) & content_words(around))

    @property
    def carried(self) -> tuple[str, ...]:
        """Names that the question refers to without naming them: what the conversation goes on about."""
        return tuple(name.text for name in names_in(self.question) if name.text.split()[-1] not in self.asked)

    @property
    def asks_whether_there_is(self) -> bool:
        return bool(re.match(r"(?:is|are|was|were|has|have) there\b", self.question, re.IGNORECASE))

    @property
    def date(self) -> str:
        """The last date of the question, with its preposition."""
        dates = list(DATED.finditer(self.question))
        return dates[-1][0] if dates else ""

    @property
    def when(self) -> str:
        """The date that is spoken of: of the question, else of an answer that says little else."""
        told = DATED.search(self.answer) if self.brief else None
        return self.date or (told[0] if told else "")

    @property
    def asked_whether(self) -> str:
        """What a question that is answered by yes or no asks: "Russia mobilise reservists"."""
        found = re.fullmatch(
            r"(?:did|do|does|has|have|had|will|would|can|could|should) (.+?)\??", self.question, re.IGNORECASE
        )
        return found[1] if found else ""
