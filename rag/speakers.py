"""A sentence in its passage -> the speaker of the claim that it makes, or None where it is nobody's but the writer's.

Finds whom a pronoun, a last name or "the spokesman" means in the sentences before, and who speaks where a sentence is
nothing but a quotation. How one sentence names its speaker is `speech`; outlets, which report, are no speakers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.mentions import Mention, gender_of, head_of, names_in
from rag.quotations import Spoken, spoken
from rag.speech import PRONOUNS, attribution
from rag.subjects import LEADING, is_outlet, subject_of
from rag.vocabulary import GROUPS, PERSON_NOUNS, TITLES, listed
from rag.words import common, content_words, stop_words

_ACRONYM = 5  # letters; longer words in capitals belong to a heading
_POWERS = listed(
    "west east north south kremlin pentagon vatican treasury fed senate cabinet church knesset duma bundestag house eu "
    "un nato imf fbi cia fda tribunal authority board department office service centre center network fund bureau"
)
_NO_NAMES = LEADING | {"though"}
_BACK = 4  # sentences in which the person is sought whom a pronoun means
_NAME = r"(?:(?:[A-Z]\.)+|(?:Dr|Mr|Mrs|Ms|St|Prof|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Rev|Adv)\.|[A-Z][\w’']*(?:-[A-Z][\w’']*)*)"
_ARTICLE = re.compile(r"^(?:the|an?|his|her|its|their)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who makes a claim, by the fullest name that the passage has; `named` says whether the sentence itself has it."""

    name: str
    named: bool


def speakers_of(sentences: Sequence[str], source: str = "") -> tuple[Speaker | None, ...]:
    """For each sentence of a passage the speaker of the claim that it makes. `source` is the outlet that reports it."""
    passage = _Passage(tuple(sentences), tuple(spoken(sentences)), source)
    names: list[str] = []
    for index in range(len(sentences)):
        name = _speaker(passage, index, names)
        names.append("" if is_outlet(name, source) else name)
    return tuple(
        Speaker(name, _named(name, part)) if name else None for name, part in zip(names, passage.parts, strict=True)
    )


def mentions_speaker(text: str, speaker: Speaker) -> bool:
    """Whether a statement names the speaker, by any part of the name."""
    return bool(content_words(speaker.name) & content_words(text))


@dataclass(frozen=True, slots=True)
class _Passage:
    """Its sentences, with and without what they quote, and its outlet."""

    sentences: tuple[str, ...]
    parts: tuple[Spoken, ...]
    source: str

    def until(self, index: int) -> str:
        return "\n".join(self.sentences[: index + 1])


def _named(name: str, part: Spoken) -> bool:
    own = content_words(part.text)
    return bool(content_words(_last(name)) & own) if _is_name(name) else content_words(name) <= own


def _speaker(passage: _Passage, index: int, known: Sequence[str]) -> str:
    """The name of a sentence's speaker; `known` are those of the sentences before it."""
    found, part = attribution(passage.parts[index]), passage.parts[index]
    if found and not is_outlet(found.subject, passage.source):
        return _resolved(found.subject, passage, index, known)
    if part.only_quotes or part.continued or part.continues:
        return _of_quotation(passage, index, known)
    return ""


def _of_quotation(passage: _Passage, index: int, known: Sequence[str]) -> str:
    """Who is quoted where the sentence does not say: look where the quotation begins and ends, then before it."""
    parts = passage.parts
    first = last = index
    while first > 0 and parts[first].continued:
        first -= 1
    while last < len(parts) - 1 and parts[last].continues:
        last += 1
    said = attribution(parts[first]) or attribution(parts[last])
    if not said and last + 1 < len(parts) and parts[last + 1].text[:1].islower():
        # Sentences are parted after a question mark: "Who pays?" / she asked.
        said = attribution(replace(parts[last + 1], text=f"“” {parts[last + 1].text}"))
    if said:
        return _resolved(said.subject, passage, first, known[:first])
    if first == 0:
        return ""
    if passage.sentences[first - 1].rstrip().endswith("?") and not known[first - 1]:
        return ""
    if known[first - 1]:
        return known[first - 1]
    subject = subject_of(parts[first - 1])
    name = _resolved(subject, passage, first - 1, known[: first - 1])
    return "" if _no_name(name) else name


def _resolved(subject: str, passage: _Passage, index: int, known: Sequence[str]) -> str:
    """The fullest name that the passage has, up to this sentence, for a speaker."""
    if not subject or subject.lower() in PRONOUNS:
        return _meant(subject.lower(), passage, index, known) if subject else ""
    before = passage.until(index)
    if _is_name(subject):
        return _full_name(subject, before)
    if not re.match(r"the\b", subject, re.IGNORECASE):
        return subject
    described = _ARTICLE.sub("", subject)
    if re.fullmatch(r"[A-Z]\w+|\d+-year-old", described) and described.lower() not in GROUPS | _POWERS:  # the Dane
        return _meant("", passage, index, known) or subject
    return _introduced(described, before) or subject


def _meant(pronoun: str, passage: _Passage, index: int, known: Sequence[str]) -> str:
    """Whom a pronoun means: who spoke last, or the first person of the nearest sentence that has one of that gender."""
    for one, place in _candidates(pronoun, passage, index, known):
        if one and _fits(one, pronoun):
            return _full_name(one, passage.until(place)) if _is_name(one) else one
    return ""


def _candidates(pronoun: str, passage: _Passage, index: int, known: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Who may be meant, the likeliest first, each with the sentence that names him."""
    own, sentence = attribution(passage.parts[index]), passage.sentences[index]
    if own and pronoun:
        yield own.subject, index
        yield from ((m.text, index) for m in _persons(sentence) if m.end <= sentence.lower().find(f"{pronoun} "))
    for i in range(index - 1, max(index - 1 - _BACK, -1), -1):
        subject = subject_of(passage.parts[i])
        yield known[i], i
        if (_is_name(subject) and not _no_name(subject)) or pronoun in ("it", "they"):
            yield subject, i
        yield from ((m.text, i) for m in _persons(passage.sentences[i]))
    for before in reversed(passage.sentences[:index]):
        yield from ((m.text, index) for m in reversed(_persons(before)))


def _fits(candidate: str, pronoun: str) -> bool:
    if candidate.lower() in PRONOUNS:
        return False
    if pronoun == "it":
        return bool(_ARTICLE.match(candidate)) or not _is_person(candidate)
    if pronoun == "they":
        return True
    return _is_person(candidate) and {gender_of(candidate), pronoun} != {"he", "she"}


def _is_person(candidate: str) -> bool:
    head = head_of(_ARTICLE.sub("", candidate))
    if not _is_name(candidate):
        return head in PERSON_NOUNS or head in TITLES or head in ("official", "source", "witness", "resident")
    named = names_in(f"Then {candidate}")
    return not named or named[-1].kind in ("person", "name")


def _is_name(phrase: str) -> bool:
    """Whether the phrase is a proper name, with or without a title, rather than a description."""
    words = phrase.split()
    return (
        bool(words)
        and words[-1][0].isupper()
        and not _ARTICLE.match(phrase)
        and words[0][0].isupper()
        and words[-1].lower() not in stop_words()
        and not re.match(r"I[’']", words[-1])
        and (" of " not in phrase and " at " not in phrase and " in " not in phrase and " for " not in phrase)
    )


def _no_name(phrase: str) -> bool:
    """Whether a phrase is a common word that only a sentence's beginning makes look like a name: "Credit: ..."."""
    return " " not in phrase and common(phrase.lower())


def _persons(sentence: str) -> list[Mention]:
    return [m for m in names_in(sentence) if m.kind == "person" or (m.kind == "name" and " " in m.text)]


def _full_name(name: str, text: str) -> str:
    """The last name in the text with a first name before it: "Dana Reyes" for "Reyes"; titles alone are none."""
    last = re.escape(_last(name))
    if len([word for word in name.split() if word.lower() not in TITLES]) > 1:
        return name
    longer = re.findall(rf"((?:{_NAME}[^\S\n]+(?:(?:de|van|von|al|bin|der)[^\S\n]+)*){{1,4}}{last})(?!\w)", text)
    without = [_without_first(one) for one in longer]
    own = [one for one in without if len([word for word in one.split() if word.lower() not in TITLES]) > 1]
    return max(own, key=own.count) if own else name


def _without_first(name: str) -> str:
    """A name without words that are capitalised only because a sentence begins with them."""
    words = name.split()
    while words and (words[0].lower() in stop_words() | _NO_NAMES or (words[0].isupper() and len(words[0]) > _ACRONYM)):
        words = words[1:]
    return " ".join(words)


def _introduced(described: str, text: str) -> str:
    """Whom "the minister" means: a name with that title, or the description by which he was first called."""
    head = head_of(described) or described
    titled = re.search(rf"\b(?i:{re.escape(described)})\s+((?:[A-Z][\w’'-]*\s+)+[A-Z][\w’'-]*)", text)
    if titled:
        return titled[1]
    after = re.search(
        rf"((?:[A-Z][\w’'-]*\s+)+[A-Z][\w’'-]*),\s+(?:the|an?|its|his"
        rf"|her)?\s*(?:[\w’'-]+\s+){{0,4}}?{re.escape(head)}\b",
        text,
    )
    if after:
        return after[1]
    appositive = re.search(
        rf"\b(?i:{re.escape(head)})(?:\s+(?:of|for|at"
        rf"|in)\s+[\w’'\s-]{{1,40}})?,\s+((?:[A-Z][\w’'-]*\s+)+[A-Z][\w’'-]*),",
        text,
    )
    if appositive:
        return appositive[1]
    earlier = re.search(
        rf"\b(?:an?|the|its|his|her|[Aa]n?|[Tt]he)\s+(?:[\w’'-]+\s+){{0,3}}{re.escape(head)}(?:\s+(?:for|of|at"
        rf"|in|from)\s+(?:the\s+)?[\w’'-]+(?:\s+[A-Z][\w’'-]+)*)?",
        text,
    )
    return earlier[0] if earlier and len(earlier[0].split()) > len(described.split()) + 1 else ""


def _last(name: str) -> str:
    return name.split()[-1].removesuffix("'s").removesuffix("’s") if name.split() else ""
