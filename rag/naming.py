"""Why a quote does not have the proper names of a statement: unknown, another in their place, or one that is another's.

Knows names and shapes of sentences; nothing of numbers, of what is denied or of who speaks.
"""

import re
from collections.abc import Iterator, Sequence

from rag.anaphors import may_stand_for
from rag.holders import other_holder
from rag.names import ProperName, alike, known, name_words, named, of_a_people, proper_names, rival
from rag.nations import is_land
from rag.offices import other_office
from rag.saying_verbs import SPEAKING
from rag.sayings import claims
from rag.sources import Source
from rag.vocabulary import BE, VERBS
from rag.words import content_words, located_words, root

_NOUN = re.compile(r"\s+([a-z]{3,})")
_OFFICE = re.compile(r"(?:['’]s)?\s+((?:[a-z]+\s+)?[a-z]{4,}(?:er|or|man|ive|ary|ent|ist|chair|head|chief))\b")
_NEAR = 6  # words after a name
_OTHER_WORDS = 2  # that a further source must bring besides a name
_MARKED = re.compile(r"[\"“«][^\"”»]*[\"”»]")
_OWN = re.compile(
    r",?\s+(?:who|which)\s+(?:works?|worked|plays?|played|rides?|sits?)\s+(?:for|at|with|in)\s+(?:the\s+)?"
    r"|,\s+(?:an?|the)\s+[\w\s-]{1,40}?\s(?:of|at|for|from)\s+(?:the\s+)?|\s+of\s+(?:the\s+)?",
    re.IGNORECASE,
)


def misnaming(
    part: str, statement: str, main: Source, others: Sequence[Source], speakers: Sequence[str] = ()
) -> Iterator[str]:
    """A reason for each name of a part of a statement that `main` does not have, nor speaks of in other words.

    The names of `speakers` may stand for others, as a firm does for its chairman.
    """
    here, outlet = name_words(main.text), name_words(main.passage.document.source)
    context = [text for source in (main, *others) for text in source.context]
    said = name_words(statement)
    for name in proper_names(part):
        if not known(name, context):
            yield f"the sources do not name {name.text}"
        elif not known(name, [main.text]) and (similar := [one for one in proper_names(main.text) if rival(one, name)]):
            if not any(alike(name, one) for one in proper_names(main.text)):
                yield f"the sources say {similar[0].text}, not {name.text}"
        elif (other := _untied(part, name, context)) is not None:
            yield f"the sources do not have {name.text} as {other.text}'s"
        elif not (
            named(name, here) or named(name, outlet) or name.text in speakers or _brought(name, statement, main, others)
        ):
            rivals = [one for one in _rivals(part, name, main) if not named(one, said)]
            spoken_of = may_stand_for(part, name, main.text, rivals) if rivals else True
            if not spoken_of and not _tells_which(part, name, main, context):
                yield f"the sources say {rivals[0].text}, not {name.text}"


def of_other_office(part: str, main: Source) -> Iterator[str]:
    """A reason where the quote has another office beside the same name, or its passage gives that to somebody else."""
    if found := other_office(part, main.text):
        yield f"the sources say {found[0]}, not {found[1]}"
    if holder := other_holder(part, main.around):
        yield f"the sources have {holder[0]} as {holder[1]}, not {holder[2]}"


def _brought(name: ProperName, statement: str, main: Source, others: Sequence[Source]) -> bool:
    """Whether a further source has a name and is needed for other words of the statement too: of what two tell, one
    need not name all. One that brings the name alone may well speak of something else.
    """
    names = proper_names(statement)
    plain = {
        word.stem
        for word in located_words(statement)
        if word.content and not any(one.span.start <= word.start < one.span.end for one in names)
    }
    lacking = plain - content_words(main.text)
    bringing = (one for one in others if named(name, name_words(one.text)))
    return any(len(lacking & content_words(one.text)) >= _OTHER_WORDS for one in bringing)


def _rivals(part: str, name: ProperName, main: Source) -> Iterator[ProperName]:
    """Names that the quote has in the place of one that it lacks.

    Not whoever has an office with that one, nor whoever speaks there of what the text is about.
    """
    claimed = claims(main.around, main.place, main.passage.document.source)
    speaking = {last.words for claim in claimed for one in claim.speakers for last in proper_names(one)[-1:]}
    about = known(name, [main.passage.document.title, main.around[0]])
    for one in proper_names(main.text):
        of_it = _holds_its_office(part, name, main.text, one) or (about and one.words in speaking)
        if not of_it and not _marked(main.text, one) and _same_use(part, name, main.text, one):
            yield one


def _same_use(part: str, name: ProperName, text: str, other: ProperName) -> bool:
    """Whether both name something, or both say of a country what something is: "Danish" is no rival of a wind farm.

    In the place of a country, its people or its language stands another, and nothing else.
    """
    if is_land(name.text) and not is_land(other.text):
        return False
    return of_a_people(part, name) == of_a_people(text, other)


def _tells_which(part: str, name: ProperName, main: Source, context: Sequence[str]) -> bool:
    """Whether a name only says which of something the quote tells of: the "Mombasa port" of a text that is about it."""
    following = _NOUN.match(part, name.span.end)
    if not following or following[1] in BE | VERBS | SPEAKING or following[1].endswith("ed"):
        return False
    noun = root(following[1].lower())
    if not any(word.stem == noun for word in located_words(main.text)):
        return False
    for text in context:
        words = located_words(text)
        for own in proper_names(text):
            after = [word.stem for word in words if word.start >= own.span.end][:_NEAR]
            if alike(name, own) and noun in [*map(root, own.words), *after]:
                return True
    return False


def _holds_its_office(part: str, name: ProperName, text: str, other: ProperName) -> bool:
    """Whether another name is that of whoever has an office with this one: "Chief executive Vera Holm", of Hask's."""
    office = _OFFICE.match(part, name.span.end)
    return office is not None and text[: other.span.start].rstrip().lower().endswith(office[1].lower())


def _untied(part: str, name: ProperName, context: Sequence[str]) -> ProperName | None:
    """Whom a statement has as one of a name's ("Falk, who works for Odeon", "Falk of Odeon"), where no two sentences
    on end have both."""
    for other in proper_names(part):
        if _OWN.fullmatch(part, other.span.end, name.span.start) and other.words and name.words:
            near = [f"{one} {following}" for one, following in zip(context, [*context[1:], ""], strict=True)]
            both = any(named(name, words) and named(other, words) for words in map(name_words, near))
            return None if both else other
    return None


def _marked(text: str, name: ProperName) -> bool:
    """Whether a name stands in quotation marks, as that of a work does."""
    return any(match.start() < name.span.start < match.end() for match in _MARKED.finditer(text))
