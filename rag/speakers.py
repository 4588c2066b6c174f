"""A sentence in its passage -> the speaker of the claim that it makes, or None where it is nobody's but the writer's.

Finds whom a pronoun, a last name or "the spokesman" means in the sentences before, and who speaks where a sentence is
nothing but a quotation. How one sentence names its speaker is `speech`; outlets, which report, are no speakers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.mentions import PERSON_NOUNS, TITLES, Mention, gender_of, head_of, names_in
from rag.speech import PRONOUNS, Spoken, attribution, is_outlet, spoken, subject_of
from rag.words import content_words

_BACK = 4  # sentences in which the person is sought whom a pronoun means
_ARTICLE = re.compile(r"^(?:the|an?|his|her|its|their)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who makes a claim, by the fullest name that the passage has; `named` says whether the sentence itself has it."""

    name: str
    named: bool


def speaker_of(sentences: Sequence[str], index: int, source: str = "") -> Speaker | None:
    """The speaker of the claim that one of a passage's sentences makes. `source` is the outlet that reports it."""
    without_quotes = spoken(sentences)
    name = _speaker(sentences, without_quotes, index, source)
    if not name or is_outlet(name, source):
        return None
    own = content_words(without_quotes[index].text)
    return Speaker(name, bool(content_words(_last(name)) & own) if _is_name(name) else content_words(name) <= own)


def mentions_speaker(text: str, speaker: Speaker) -> bool:
    """Whether a statement names the speaker, by any part of the name."""
    return bool(content_words(speaker.name) & content_words(text))


def _speaker(sentences: Sequence[str], parts: Sequence[Spoken], index: int, source: str) -> str:
    found = attribution(parts[index])
    if found and not is_outlet(found.subject, source):
        return _resolved(found.subject, sentences, parts, index, source)
    if parts[index].only_quotes or parts[index].continued or parts[index].continues:
        return _of_quotation(sentences, parts, index, source)
    return ""


def _of_quotation(sentences: Sequence[str], parts: Sequence[Spoken], index: int, source: str) -> str:
    """Who is quoted where the sentence does not say: look where the quotation ends and begins, then before it."""
    first = last = index
    while first > 0 and parts[first].continued:
        first -= 1
    while last < len(parts) - 1 and parts[last].continues:
        last += 1
    for place in (first, last):
        if place != index and attribution(parts[place]):
            return _speaker(sentences, parts, place, source)
    after = parts[last + 1] if last + 1 < len(parts) else None
    if after and after.text[:1].islower() and (said := attribution(after)):  # "Who pays?" / she asked.
        return _resolved(said.subject, sentences, parts, last + 1, source)
    if first == 0:
        return ""
    before = parts[first - 1]
    if before.only_quotes or attribution(before):
        return _speaker(sentences, parts, first - 1, source)
    return _resolved(subject_of(before), sentences, parts, first - 1, source)


def _resolved(subject: str, sentences: Sequence[str], parts: Sequence[Spoken], index: int, source: str) -> str:
    """The fullest name that the passage has, up to this sentence, for a speaker."""
    if subject.lower() in PRONOUNS:
        return _meant(subject.lower(), sentences, parts, index, source)
    if not subject:
        return ""
    before = " ".join(sentences[: index + 1])
    if _is_name(subject):
        return _full_name(subject, before)
    if not re.match(r"the\b", subject, re.IGNORECASE):
        return subject
    described = _ARTICLE.sub("", subject)
    if re.fullmatch(r"[A-Z]\w+|\d+-year-old", described):  # the Dane
        return _meant("", sentences, parts, index, source) or subject
    return _introduced(described, before) or subject


def _meant(pronoun: str, sentences: Sequence[str], parts: Sequence[Spoken], index: int, source: str) -> str:
    """Whom a pronoun means: who spoke last, or the first person of the nearest sentence that has one of that gender."""
    gender = pronoun if pronoun in ("he", "she") else ""
    own = attribution(parts[index])
    at = sentences[index].lower().find(f"{pronoun} ") if pronoun else 0
    candidates = [m.text for m in _persons(sentences[index]) if pronoun and m.end <= at]
    if own and own.subject.lower() not in PRONOUNS:
        candidates = [own.subject, *candidates]
    for i in range(index - 1, max(index - 1 - _BACK, -1), -1):
        subject = subject_of(parts[i])
        candidates.append(_speaker(sentences, parts, i, source) if pronoun != "they" or attribution(parts[i]) else "")
        if subject.lower() not in PRONOUNS and (pronoun in ("it", "they") or _is_name(subject)):
            candidates.append(_full_name(subject, " ".join(sentences[: i + 1])))
        candidates += [m.text for m in _persons(sentences[i])]
    context = " ".join(sentences[: index + 1])
    for one in candidates:
        if one and _fits(one, pronoun, gender):
            return _resolved(one, sentences, parts, index, source) if _is_name(one) else one
    for one in reversed(list(_persons(context))):
        if _fits(one.text, pronoun, gender):
            return _full_name(one.text, context)
    return ""


def _fits(candidate: str, pronoun: str, gender: str) -> bool:
    if candidate.lower() in PRONOUNS:
        return False
    known = gender_of(candidate)
    if pronoun == "it":
        return not _is_person(candidate)
    if pronoun == "they":
        return True
    return _is_person(candidate) and not (gender and known and known != gender)


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
        and (" of " not in phrase and " at " not in phrase and " in " not in phrase and " for " not in phrase)
    )


def _persons(sentence: str) -> list[Mention]:
    return [m for m in names_in(sentence) if m.kind == "person" or (m.kind == "name" and " " in m.text)]


def _full_name(name: str, text: str) -> str:
    """The longest run of capitals in the text that ends with the same last name: "Dana Reyes" for "Reyes"."""
    last = re.escape(_last(name))
    if len([word for word in name.split() if word.lower() not in TITLES]) > 1:
        return name
    longer = re.findall(rf"((?:[A-Z][\w’'-]*\s+(?:(?:de|van|von|al|bin|der)\s+)*)+{last})(?!\w)", text)
    own = [one for one in longer if len([word for word in one.split() if word.lower() not in TITLES]) > 1]
    return max(own, key=len) if own else name


def _introduced(described: str, text: str) -> str:
    """Whom "the minister" means: a name with that title, or the description by which he was first called."""
    head = head_of(described) or described
    titled = re.search(rf"\b(?i:{re.escape(described)})\s+((?:[A-Z][\w’'-]*\s+)+[A-Z][\w’'-]*)", text)
    if titled:
        return titled[1]
    after = re.search(
        rf"((?:[A-Z][\w’'-]*\s+)+[A-Z][\w’'-]*),\s+(?:the|an?|its|his|her)?\s*(?:[\w’'-]+\s+){{0,4}}?{re.escape(head)}\b",
        text,
    )
    if after:
        return after[1]
    appositive = re.search(
        rf"\b(?i:{re.escape(head)})(?:\s+(?:of|for|at|in)\s+[\w’'\s-]{{1,40}})?,\s+((?:[A-Z][\w’'-]*\s+)+[A-Z][\w’'-]*),",
        text,
    )
    if appositive:
        return appositive[1]
    earlier = re.search(
        rf"\b(?:an?|the|its|his|her|[Aa]n?|[Tt]he)\s+(?:[\w’'-]+\s+){{0,3}}{re.escape(head)}(?:\s+(?:for|of|at|in|from)\s+(?:the\s+)?[\w’'-]+(?:\s+[A-Z][\w’'-]+)*)?",
        text,
    )
    return earlier[0] if earlier and len(earlier[0].split()) > len(described.split()) + 1 else ""


def _last(name: str) -> str:
    return name.split()[-1].removesuffix("'s").removesuffix("’s") if name.split() else ""
