"""Follow-up questions -> questions that stand alone, by rules: what a question leaves out is taken from earlier turns.

"And in Hask?" changes one phrase of the question before; "Why?" asks it again with another question word; "When did he
say that?" names what the pronouns refer to. Knows no documents, no model, and English only.
"""

import re
from collections.abc import Mapping, Sequence

from rag.date_words import DATE
from rag.fragments import PREPOSITION, RELATIVE, paired, substituted
from rag.further import MORE, spoken
from rag.mentions import names_in
from rag.references import resolved
from rag.said import Said
from rag.turns import History
from rag.vocabulary import BE, DO, PARTICIPLES, VERBS, WH, listed
from rag.words import bare_words, common, numbers, words_of

Turn = Mapping[str, str]
"""{"question": ..., "answer": ...}; the answer may be missing."""

_TURNS = 8  # how far back a conversation is followed
_LONGEST = 400  # characters of a question that can be a follow-up or be followed up
_MOST_WORDS = 25  # a question as long as that says itself what it is about
_SHORT = 12  # words
_OF_A_NAME = 4  # letters
_LONGEST_ANSWER = 1_200
_LEAD = re.compile(
    r"(?:(?:(?:and|but|so|or|ok|okay|also|well|then|now|actually|rather|i meant?)\b|(?:no|sorry|wait)\b(?=[,.:;]))"
    r"[,.:;]? *)+(?:(?:what|how) about )?|(?:what|how) about ",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?:(?:{PREPOSITION}|{PREPOSITION} about) )?(?:"
    r"(?:who|whom|when|where|why|how|what)(?: (?:exactly|precisely|not|so|come|then|though))*|"
    r"(?:which|what|how|whose)(?: (?!(?:else|about|happened|next)\b)[a-z]+){1,2})\W*",
    re.IGNORECASE,
)
_LEFT_OPEN = re.compile(rf" ({PREPOSITION})(?= {PREPOSITION} |$)")  # "sign with in December", asked which team
_NOW = re.compile(r"and (?:now|today)\W*", re.IGNORECASE)
_WHY_THAT = re.compile(
    r"(why|how come) (?:is|was|did|does) (?:that|this|it)(?: (?:so|the case|happen))?|(when|where) (?:is|was) that",
    re.IGNORECASE,
)
_PAST = listed("won left lost paid said came went died fell sank rose ran began grew")
_ANSWERING = re.compile(
    r"^how (?:did|does|has|have|will|would) .*\b(?:react|reacted|respond|responded|reply|replied)\W*$", re.IGNORECASE
)


def standalone(question: str, history: Sequence[Turn]) -> str | None:
    """The question as it reads without its history; None where it stands alone already."""
    text = " ".join(question.split())
    if not history or not text or len(text) > _LONGEST:
        return None
    rewritten = _rewritten(text, said_in(history))
    return rewritten[: 3 * _LONGEST] if rewritten and rewritten != text else None


def said_in(history: Sequence[Turn]) -> list[Said]:
    """The latest turns in which something was asked, each question as it reads without those before it."""
    turns: list[Said] = []
    for turn in history[-_TURNS:]:
        asked = " ".join(turn["question"].split())[:_LONGEST]
        if asked:
            alone = _rewritten(asked, turns) or asked
            turns.append(Said(asked, alone[:_LONGEST], spoken(turn.get("answer") or "")[:_LONGEST_ANSWER]))
    return turns


def leant_on_by(question: str, history: Sequence[Turn]) -> list[Said]:
    """The turns that say what a question is about, oldest first: none where it says that itself.

    They go back from the last to one that names something.
    """
    leant_on: list[Said] = []
    for turn in reversed(said_in(history) if _names_nothing(question) else []):
        leant_on.insert(0, turn)
        if not _names_nothing(turn.question):
            break
    return leant_on


def _names_nothing(question: str) -> bool:
    """Whether it is short and has no name, date or number, so that what it is about may be what was spoken of.

    A word that news does not write in lower case may be a name: "what happened in kherson".
    """
    words = bare_words(question)
    if not 0 < len(words) <= _SHORT or names_in(question) or DATE.search(question) or numbers(question):
        return False
    return all(common(word) for word in words if len(word) >= _OF_A_NAME)


def _rewritten(question: str, turns: Sequence[Said]) -> str | None:
    if not turns:
        return None
    history = History(turns)
    if MORE.fullmatch(question):
        return turns[-1].question
    if now := _NOW.fullmatch(question):
        return _as_question(f"{turns[-1].question.rstrip(' ?.!')} {now[0].split()[1].strip(' ?.!')}")
    lead = _LEAD.match(question)
    body = question[lead.end() :] if lead else question
    fragment = body.rstrip(" ?.!").strip()
    if not fragment or len(fragment.split()) > _MOST_WORDS:
        return None
    text = (
        _why_not(fragment, history)
        or _asked_again(_WHY_THAT.sub(r"\1\2", fragment), history)
        or _continued(fragment, history, bool(lead))
    )
    if not text and _is_fragment(fragment, question, bool(lead)):
        text = substituted(resolved(fragment, history) or fragment, history)
    if not text:
        named = resolved(body, history)
        text = _answered(named or body, history) or named
    return _as_question(text) if text else None


# Bare question words


def _asked_again(fragment: str, history: History) -> str | None:
    """ "Why?" and "For which novel?": the question before with another question word."""
    if not _BARE.fullmatch(fragment):
        return None
    words = words_of(fragment)
    if set(words[1:]) & (DO | BE):
        return None
    if len(words) > 1 and (
        words[-1] in _PAST | VERBS | BE or (words[-1].endswith("ed") and words[0] not in ("how", "which"))
    ):
        return None
    turn = history.newest[0]
    before = turn.question.rstrip(" ?.!")
    parts = _inverted(before)
    if parts:
        asked, auxiliary, rest = parts
        answer = _named_in_answer(turn, history)
        if asked.lower().startswith(("who", "which")) and answer and auxiliary.lower() in BE:
            return f"{fragment} {auxiliary} {answer} {rest}"
        rest = _LEFT_OPEN.sub(lambda found: f" {found[1]} {answer}" if answer else "", rest)
        return f"{fragment} {auxiliary.lower()} {rest}"
    subject = re.match(r"(?:who|which \w+|what|how many \w+)\b", before, re.IGNORECASE)
    if subject:
        if answer := _named_in_answer(turn, history):
            return f"{fragment} was it that {answer}{before[subject.end() :]}"
        if subject[0].lower() == "what" and turn.told and turn.brief:
            return f"{fragment} was it that {turn.told}"
    return f"{before} {fragment.lower()}"


def _why_not(fragment: str, history: History) -> str | None:
    """ "Why not in 2024?": why it is not so what the question before asks about."""
    found = re.fullmatch(r"why not(?: (\S.*))?", fragment, re.IGNORECASE)
    parts = _inverted(history.newest[0].question.rstrip(" ?.!")) if found else None
    if not found or not parts:
        return None
    _, auxiliary, rest = parts
    subject = next((name.end for name in names_in(f"x {rest}") if name.start == 2), 2) - 2
    text = f"why {auxiliary.lower()} {rest[:subject]} not {rest[subject:].strip()}"
    return substituted(found[1], History([Said(text, text, "")])) if found[1] else text


def _inverted(question: str) -> tuple[str, str, str] | None:
    """Question words, auxiliary and the rest: ("How many people", "did", "Lisk employ"); None for "Who won?"."""
    auxiliaries = "|".join(DO | BE)
    found = re.match(rf"((?:(?!the\b|a\b|that\b)[\w'’-]+ ){{0,5}}?)({auxiliaries}) (.+)", question, re.IGNORECASE)
    if not found:
        return None
    if found[1] and not set(words_of(found[1])) & WH:
        return None
    subject_asked = re.match(r"(?:who|which|what|how many)\b", found[1], re.IGNORECASE)
    passive = re.match(rf"(?:\w+ed|been|not|to|going|found|{'|'.join(PARTICIPLES)})\b", found[3])
    return None if subject_asked and passive else (found[1].strip(), found[2], found[3])


def _named_in_answer(turn: Said, history: History) -> str:
    """Who or what was asked for; nothing of an answer that names many."""
    names = [n.text for n in names_in(turn.answer) if n.text not in turn.question and history.kind(n) != "place"]
    return names[0] if names and turn.asks_for_name and turn.brief else ""


# Continuations


def _continued(fragment: str, history: History, led: bool) -> str | None:
    """ "Who else?", "And before that?", "The second one?", "And what did Pell say?"."""
    turn = history.newest[0]
    before = turn.question.rstrip(" ?.!")
    if found := re.fullmatch(r"(who|what|where|anyone|anybody|anything|which) else", fragment, re.IGNORECASE):
        word = {"anyone": "who", "anybody": "who", "anything": "what"}.get(found[1].lower(), found[1].lower())
        return (
            re.sub(rf"^{word}\b", f"{word} else", before, flags=re.IGNORECASE)
            if word in before.lower()
            else f"{before} else"
        )
    if found := re.fullmatch(
        r"(?:what (?:did|was) )?(before|after)(?: (?:that|this|then|her|him|them|it))?", fragment, re.IGNORECASE
    ):
        date = DATE.search(turn.answer) if turn.brief else None
        named = _named_in_answer(turn, history) or (date[0] if date else "")
        return f"{before} {found[1].lower()} {named}".rstrip()
    if found := re.fullmatch(r"the (first|second|third|last|other)(?: ones?)?", fragment, re.IGNORECASE):
        return paired(found[1], before) or f"{before} {fragment}"
    about = re.search(r" (about|of|on) .+$", before)
    same = re.fullmatch(r"(?:what|how) (?:did|does|has|will|do) .+ (\w+)", fragment, re.IGNORECASE)
    if led and same and about and re.search(rf"\b{same[1]}{about[0][:3]}", before) and names_in(fragment):
        return fragment + about[0]
    found = re.match(r"what else (?:did|does|has) ", fragment, re.IGNORECASE)
    if found and not re.search(r" (?:about|of|on) ", fragment):
        text = resolved(fragment, history) or fragment
        topic = (
            about[0] if about else "".join(f" about {n.text}" for n in names_in(turn.question) if n.text not in text)
        )
        return text + topic if names_in(text) else None
    return None


# Fragments


def _is_fragment(fragment: str, question: str, led: bool) -> bool:
    words = words_of(fragment)
    if not words or len(words) > 9 or words[0] in WH | {"tell", "list", "show", "explain", "please"}:
        return False
    if set(re.findall(r"[\w']+", DATE.sub("", fragment))) & (DO | BE):
        return False
    if led:
        return not set(words[1:]) & {"who", "which", "what"}
    short = len(words) <= 4 and question.rstrip().endswith("?")
    prepositional = re.match(rf"{PREPOSITION} ", fragment, re.IGNORECASE) is not None
    named = all(part[0].isupper() or part[0].isdigit() for part in fragment.split())
    return short and (prepositional or named or bool(RELATIVE.fullmatch(fragment)))


# What remains


def _answered(body: str, history: History) -> str | None:
    """ "How did Biden react?": to the person of the last question, else to what the last turn says."""
    if not _ANSWERING.match(body):
        return None
    persons = [
        n.text for n in names_in(history.newest[0].question) if history.kind(n) == "person" and n.text not in body
    ]
    return f"{body.rstrip(' ?.!')} to {persons[0] if persons else history.statement(body)}"


def _as_question(text: str) -> str:
    text = " ".join(text.split()).rstrip(" ?.!")
    return f"{text[:1].upper()}{text[1:]}?"
