"""Why a quote does not carry a part of a statement: numbers, dates, names, denials, directions, speakers, in words.

Each gate compares what two texts say exactly, and gives a reason that a person understands. Knows a sentence and its
passage; nothing of how quotes are chosen, or of how near two wordings are.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.bindings import Atom, exchanged
from rag.mentions import PERSON_NOUNS
from rag.moments import Moment, moments, told_by, told_by_publication
from rag.names import ProperName, known, name_words, named, proper_names
from rag.polarity import objection
from rag.quantities import Quantity, quantities, same
from rag.records import Passage, Quote, Span
from rag.speakers import misattributed, unspoken

_NOW = {"today", "now", "this year", "this week", "this month", "tonight"}
_GROUP_NOUNS = (
    "company|firm|club|team|party|union|bank|city|town|village|country|government|ministry|museum|court|airline|carrier|side|"
    "association|authority|operator|institute|agency|school|district|council|island|region|hospital|university|institution|"
    "group|committee|board|alliance|animals?|painting|film|ship|vessel|storm|river|bridge|robot|comet|deal|law|teenager|"
    "organisation|organization|couple|pair|former|latter|man|woman|boy|girl|champions?|visitors|hosts"
)
_ANAPHOR = re.compile(
    rf"\b(?:he|she|they|it|his|her|hers|their|its|him|them|who)\b"
    rf"|\b(?:the|this|that|these|those|its|his|her|their)\s+(?:[\w-]+\s+){{0,2}}?(?:{_GROUP_NOUNS}|{'|'.join(sorted(PERSON_NOUNS))})s?\b",
    re.IGNORECASE,
)
_IN_MARKS = re.compile(r"[\"“«][^\"”»]*(?:[\"”»]|$)")
_SUBJECT = re.compile(r"(?:^|[,;]\s+(?:and\s+|but\s+)?)(?P<who>he|she|they|it)\b", re.IGNORECASE)
_SETTING = re.compile(r"\b(?:in|at|near|on|off|of|from|around|outside|along|through)\s+(?:the\s+)?(?:\w+\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of a passage with the sentences around it."""

    passage: Passage
    quote: Quote
    before: tuple[str, ...]
    after: str
    rest: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.quote.text

    @property
    def header(self) -> str:
        """What is known of the document beside its text."""
        document = self.passage.document
        return f"{document.title} ({document.source}, {document.author})"

    @property
    def context(self) -> tuple[str, ...]:
        """The sentences of its passage up to the one after it, and what is known of the document."""
        return *self.rest, self.header


def sources_of(passage: Passage) -> tuple[Source, ...]:
    """The sentences of a passage in order."""
    chunk = passage.chunk
    spans = chunk.sentences
    texts = [chunk.text[start - chunk.start : end - chunk.start] for start, end in spans]
    return tuple(
        Source(
            passage,
            Quote(chunk.document_id, start, end, text),
            tuple(texts[:place]),
            texts[place + 1] if place + 1 < len(texts) else "",
            tuple(texts),
        )
        for place, ((start, end), text) in enumerate(zip(spans, texts, strict=True))
    )


def objections(part: str, statement: str, main: Source, others: Sequence[Source] = ()) -> tuple[str, ...]:
    """Why `main` does not carry a part of a statement; none where it does. `others` are what else is quoted for it."""
    found = [
        *_of_quantities(part, main, others),
        *_of_moments(part, main, others),
        *_of_names(part, statement, main, others),
        objection(part, main.text),
        _of_places(part, main),
        misattributed(part, main.text, main.before, main.after),
        unspoken(part, [context for source in (main, *others) for context in source.context]),
    ]
    return tuple(dict.fromkeys(reason for reason in found if reason))


def _of_quantities(part: str, main: Source, others: Sequence[Source]) -> Iterator[str]:
    theirs = _quantities(main.text, main)
    elsewhere = [one for other in others for one in _quantities(other.text, other)]
    elsewhere += quantities(main.passage.document.title)
    for stated in _quantities(part, main):
        bound = [one for one in theirs if _counts_the_same(stated, one)]
        agreeing = [one for one in theirs if same(stated, one)]
        elsewhere_too = bool(agreeing) and not all(one.nouns for one in agreeing)
        if bound and not elsewhere_too and not any(same(stated, one) for one in bound):
            yield f"the sources say {_in_words(bound[0])}, not {_in_words(stated)}"
        elif not agreeing and not any(same(stated, one) for one in elsewhere) and not _slight(stated):
            rivals = [one for one in (*theirs, *elsewhere) if one.unit == stated.unit]
            said = f"the sources say {_in_words(rivals[0])}, not " if rivals else "the quote does not say "
            yield said + _in_words(stated)


def _of_moments(part: str, main: Source, others: Sequence[Source]) -> Iterator[str]:
    published = main.passage.document.day
    theirs = moments(main.text, published)
    elsewhere = [one for other in others for one in moments(other.text, other.passage.document.day)]
    for stated in moments(part, published):
        if stated.text.lower() in _NOW or told_by(stated, theirs) or told_by_publication(stated, published, theirs):
            continue
        if told_by(stated, [*elsewhere, *moments(main.passage.document.title, published)]):
            continue
        rivals: Sequence[Moment] = theirs or elsewhere
        yield f"the sources say {rivals[0].text}, not {stated.text}" if rivals else f"the quote does not say {stated.text}"


def _of_names(part: str, statement: str, main: Source, others: Sequence[Source]) -> Iterator[str]:
    here = name_words(main.text)
    context = [text for source in (main, *others) for text in source.context]
    said = name_words(statement)
    for name in proper_names(part):
        if not known(name, context):
            yield f"the sources do not name {name.text}"
        elif not named(name, here) and not named(name, name_words(main.passage.document.source)):
            rivals = [other for other in proper_names(main.text) if not named(other, said) and not _title(main.text, other)]
            if rivals and (_same_slot(part, name, main.text, rivals) or not _stands_for(part, name, main.text, rivals)):
                yield f"the sources say {rivals[0].text}, not {name.text}"


def _stands_for(part: str, name: ProperName, text: str, rivals: Sequence[ProperName]) -> bool:
    """Whether a sentence may speak of a name without it: by a pronoun or "the company", or as the place of it all."""
    plain = _IN_MARKS.sub(lambda marks: " " * len(marks[0]), text)
    first = min(rival.span.start for rival in rivals)
    for anaphor in _ANAPHOR.finditer(plain):
        introduces = re.match(r",?\s+[A-Z]", plain[anaphor.end() :]) and " " in anaphor[0]
        if anaphor.start() < first and not introduces:
            return True
    if not _SETTING.search(part[: name.span.start]):
        return False
    return not any(_SETTING.search(text[: rival.span.start]) for rival in rivals)


def _title(text: str, name: ProperName) -> bool:
    """Whether a name stands in quotation marks as one of a work does."""
    return any(match.start() < name.span.start < match.end() for match in _IN_MARKS.finditer(text))


def _same_slot(part: str, name: ProperName, text: str, rivals: Sequence[ProperName]) -> bool:
    """Whether another name stands in the quote after the same word as this one in the statement."""
    own = _word_before(part, name)
    return bool(own) and any(_word_before(text, rival) == own for rival in rivals)


def _word_before(text: str, name: ProperName) -> str:
    before = re.findall(r"[\w'’]+(?=[\s\W]*$)", re.sub(r"\bthe\s+$", "", text[: name.span.start]))
    return before[-1].lower() if before else ""


def _of_places(part: str, main: Source) -> str:
    """Two names or numbers that have changed places."""
    ours, theirs = _atoms(part, main), _atoms(main.text, main)
    labels = {ours_atom.key: part[slice(*ours_atom.span)] for ours_atom in ours}
    matched = [Atom(mine.key, its.span) for mine in ours for its in theirs if _same_atom(mine, its)]
    absent = [mine for mine in ours if mine.key.startswith("name ") and mine.key not in {atom.key for atom in matched}]
    subject = _SUBJECT.search(main.text)
    if len(absent) == 1 and subject:
        matched.append(Atom(absent[0].key, Span(*subject.span("who"))))
    swapped = exchanged(part, main.text, ours, matched)
    return f"{labels[swapped[0]]} and {labels[swapped[1]]} have changed places" if swapped else ""


def _atoms(text: str, main: Source) -> list[Atom]:
    named_ones = [Atom(f"name {' '.join(name.words)}", name.span) for name in proper_names(text)]
    counted = [Atom(f"{one.unit} {one.value:g}", one.span) for one in _quantities(text, main) if one.unit != "th"]
    return [*named_ones, *counted]


def _same_atom(one: Atom, other: Atom) -> bool:
    if one.key.startswith("name ") and other.key.startswith("name "):
        return bool(set(one.key.split()[1:]) & set(other.key.split()[1:]))
    return one.key == other.key


def _quantities(text: str, main: Source) -> tuple[Quantity, ...]:
    dated = tuple(moment.span for moment in moments(text, main.passage.document.day))
    return quantities(text, dated)


def _counts_the_same(stated: Quantity, source: Quantity) -> bool:
    return stated.unit == source.unit and stated.unit in ("", "th") and bool(set(stated.nouns[:2]) & set(source.nouns[:2]))


def _slight(stated: Quantity) -> bool:
    """A number that may be mere wording: "one", "the first"."""
    return stated.raw == 1 and not stated.text[:1].isdigit()


def _in_words(one: Quantity) -> str:
    unit = {"%": " percent"}.get(one.unit, "")
    written = one.text if one.text.endswith("%") or "percent" in one.text or not unit or one.raw <= 1 else one.text + unit
    return written
