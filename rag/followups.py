"""Follow-up questions -> questions that stand alone, by rules: what a question leaves out is taken from earlier turns.

"And in Hask?" changes one phrase of the question before; "Why?" asks it again with another question word; "When did he
say that?" names what the pronouns refer to. Knows no documents, no model, and English only.
"""

import re
from collections.abc import Mapping, Sequence

from rag.mentions import (
    BE,
    DATE,
    DO,
    MONTHS,
    VERBS,
    WH,
    YEAR,
    Mention,
    head_of,
    names_in,
    noun_phrases,
    without_possessive,
)
from rag.prompting import REFUSAL
from rag.references import History, Said, context, resolved
from rag.words import numbers, words_of

Turn = Mapping[str, str]
"""{"question": ..., "answer": ...}; the answer may be missing."""

_TURNS = 8  # how far back a conversation is followed
_LONGEST = 400  # characters of a question that can be a follow-up or be followed up
_MOST_WORDS = 25  # a question as long as that says itself what it is about
_LONGEST_ANSWER = 1_200
_LEAD = re.compile(r"(?:(?:and|but|so|or|ok|okay|also|well|then|now)\b[,:]? *)+(?:(?:what|how) about )?|(?:what|how) about ", re.I)
_PREPOSITION = r"(?:in|at|near|from|to|of|for|on|by|with|under|against|about|during|around|outside|since|until|between)"
_PLACING = frozenset("in at near from to of on around outside for".split())
_BARE = re.compile(
    rf"(?:(?:{_PREPOSITION}|{_PREPOSITION} about) )?(?:(?:who|whom|when|where|why|how|what)(?: (?:exactly|precisely|not|so|come|"
    r"then|though))*|(?:which|what|how|whose)(?: (?!(?:else|about|happened|next)\b)[a-z]+){1,2})\W*",
    re.IGNORECASE,
)
_PAST = frozenset("won left lost paid said came went died fell sank rose ran began grew".split())
_RELATIVE = re.compile(
    r"\b(?:(?:in )?(?:the|a|one) (year|month) (before|earlier|after|later)(?: that)?|(?:in )?the (previous|following|next|preceding) "
    r"(year|month)|(?:in )?(two|three|four|five|ten) (years) (before|earlier|after|later))\b",
    re.IGNORECASE,
)
_BACKWARDS = frozenset("before earlier previous preceding".split())
_PAIRS = [
    frozenset(pair.split())
    for pair in (
        "men women", "boys girls", "men's women's", "boys' girls'", "adults children", "first second third last", "mothers fathers",
        "summer winter spring autumn", "morning evening", "north south east west", "northern southern eastern western", "yes no",
        "highest lowest", "largest smallest", "oldest youngest", "best worst", "exports imports", "young old", "rich poor", "most least",
    )
]  # fmt: skip
_RELATIONAL = (
    r"turnout|winner|loser|runner-up|cost|costs|price|prize|result|results|outcome|score|death toll|toll|damage|casualties|victims|"
    r"cause|reason|reasons|aim|goal|owner|founder|author|director|budget|deadline|route|margin|tickets?|fare|entry|names?|date|"
    r"start|end|population|capital|successor|predecessor|reaction|reactions|verdict|sentence|consequences|effect|effects|details"
)
_EVENTS = (
    "fire|flood|storm|accident|crash|attack|explosion|strike|protest|match|race|final|ceremony|trial|earthquake|eruption|outbreak|"
    "murder|robbery|theft"
)
_HARMED = re.compile(
    r"\b(?:hurt|injured|killed|wounded|drowned|died|rescued|arrested|evacuated|missing|homeless|their homes?)\b", re.IGNORECASE
)
_INCOMPLETE = re.compile(
    rf"\b(?:the|a|an|any|single) (?:\w+ )?(?:{_RELATIONAL})\b(?! (?:of|in|at|for|from|to|on|between|behind)\b)|\b(?:anyone|anybody|"
    rf"someone|somebody|others?|else|next)\b|\bcame (?:second|third|last|first)\b|\bthe (?:{_EVENTS})\b(?! (?:of|in|at|near|on|that|which|between|for)\b)|"
    rf"{_HARMED.pattern}",
    re.IGNORECASE,
)


def standalone(question: str, history: Sequence[Turn]) -> str | None:
    """The question as it reads without its history; None where it stands alone already."""
    text = " ".join(question.split())
    if not history or not text or len(text) > _LONGEST:
        return None
    turns: list[Said] = []
    for turn in history[-_TURNS:]:
        asked = " ".join(turn["question"].split())[:_LONGEST]
        if asked:
            alone = _rewritten(asked, turns) or asked
            turns.append(Said(asked, alone[:_LONGEST], _spoken(turn.get("answer") or "")))
    rewritten = _rewritten(text, turns)
    return rewritten[: 3 * _LONGEST] if rewritten and rewritten != text else None


def _rewritten(question: str, turns: Sequence[Said]) -> str | None:
    if not turns:
        return None
    history = History(turns)
    lead = _LEAD.match(question)
    body = question[lead.end() :] if lead else question
    fragment = body.rstrip(" ?.!").strip()
    if not fragment or len(fragment.split()) > _MOST_WORDS:
        return None
    text = _asked_again(fragment, history) or _continued(fragment, history)
    if not text and _is_fragment(fragment, question, bool(lead)):
        text = _substituted(resolved(fragment, history) or fragment, history)
    text = text or resolved(body, history) or _completed(body, history)
    return _as_question(text) if text else None


def _spoken(answer: str) -> str:
    """An answer without markers, refusals, and the lines that name the sources of its quotes."""
    if REFUSAL in answer:
        return ""
    quotes = re.findall(r": [“«](.+?)[”»] ?\[\d+\]", answer)
    text = " ".join(quotes) if quotes else answer
    return " ".join(re.sub(r"\s*\[\d+\]", "", text).split())[:_LONGEST_ANSWER]


# Bare question words


def _asked_again(fragment: str, history: History) -> str | None:
    """ "Why?" and "For which novel?": the question before with another question word."""
    if not _BARE.fullmatch(fragment):
        return None
    words = words_of(fragment)
    if set(words[1:]) & (DO | BE):
        return None
    if len(words) > 1 and (words[-1] in _PAST | VERBS | BE or (words[-1].endswith("ed") and words[0] not in ("how", "which"))):
        return None
    turn = history.newest[0]
    before = turn.question.rstrip(" ?.!")
    parts = _inverted(before)
    if parts:
        asked, auxiliary, rest = parts
        answer = _named_in_answer(turn, history)
        if asked.lower().startswith(("who", "which")) and answer and auxiliary.lower() in BE:
            return f"{fragment} {auxiliary} {answer} {rest}"
        return f"{fragment} {auxiliary.lower()} {rest}"
    subject = re.match(r"(?:who|which \w+|what|how many \w+)\b", before, re.IGNORECASE)
    if subject:
        answer = _named_in_answer(turn, history) or subject[0].lower()
        if answer == "what" and turn.told:
            return f"{fragment} was it that {turn.told}"
        return f"{fragment} was it that {answer}{before[subject.end() :]}"
    return f"{fragment}: {before}"


def _inverted(question: str) -> tuple[str, str, str] | None:
    """Question words, auxiliary and the rest: ("How many people", "did", "Lisk employ"); None for "Who won?"."""
    auxiliaries = "|".join(DO | BE)
    found = re.match(rf"((?:(?!the\b|a\b|that\b)[\w'’-]+ ){{0,5}}?)({auxiliaries}) (.+)", question, re.IGNORECASE)
    if not found:
        return None
    if found[1] and not set(words_of(found[1])) & WH:
        return None
    subject_asked = re.match(r"(?:who|which|what|how many)\b", found[1], re.IGNORECASE)
    passive = re.match(r"(?:\w+ed|been|born|not|to|going|found|sold|built|made|won)\b", found[3])
    return None if subject_asked and passive else (found[1].strip(), found[2], found[3])


def _named_in_answer(turn: Said, history: History) -> str:
    names = [n.text for n in names_in(turn.answer) if n.text not in turn.question and history.kind(n) != "place"]
    return names[0] if names and turn.asks_for_name else ""


# Continuations


def _continued(fragment: str, history: History) -> str | None:
    """ "Who else?", "And before that?", "The second one?"."""
    turn = history.newest[0]
    before = turn.question.rstrip(" ?.!")
    if found := re.fullmatch(r"(who|what|where|anyone|anybody|anything|which) else", fragment, re.IGNORECASE):
        word = {"anyone": "who", "anybody": "who", "anything": "what"}.get(found[1].lower(), found[1].lower())
        return re.sub(rf"^{word}\b", f"{word} else", before, flags=re.IGNORECASE) if word in before.lower() else f"{before} else"
    if found := re.fullmatch(r"(?:what (?:did|was) )?(before|after)(?: (?:that|this|then|her|him|them|it))?", fragment, re.IGNORECASE):
        named = _named_in_answer(turn, history) or (DATE.search(turn.answer) or [""])[0]
        return f"{before} {found[1].lower()} {named}".rstrip()
    if found := re.fullmatch(r"the (first|second|third|last|other)(?: ones?)?", fragment, re.IGNORECASE):
        return _paired(found[1], before) or f"{before} {fragment}"
    found = re.match(r"what else (?:did|does|has) ", fragment, re.IGNORECASE)
    about = re.search(r" (about|of|on) .+$", before)
    if found and not re.search(r" (?:about|of|on) ", fragment):
        text = resolved(fragment, history) or fragment
        topic = about[0] if about else "".join(f" about {n.text}" for n in names_in(turn.question) if n.text not in text)
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
    prepositional = re.match(rf"{_PREPOSITION} ", fragment, re.IGNORECASE) is not None
    named = all(part[0].isupper() or part[0].isdigit() for part in fragment.split())
    return short and (prepositional or named or bool(_RELATIVE.fullmatch(fragment)))


def _substituted(fragment: str, history: History) -> str:
    """The question before with the phrase of the fragment's kind changed for it; added where there is none."""
    turn = history.newest[0]
    text = turn.question.rstrip(" ?.!")
    fragment = re.sub(rf"^(?:{_PREPOSITION} )?the (?:one|ones|same) (?={_PREPOSITION} )", "", fragment)
    if relative := _RELATIVE.search(fragment):
        text = _moved(text, relative, turn) or f"{text} {relative[0]}"
        fragment = (fragment[: relative.start()] + fragment[relative.end() :]).strip()
    pieces = re.split(rf" (?=(?:in|at|near|from|for|on|since|until|during|of) (?:[A-Z\d]|the ))", fragment)
    if len(pieces) > 1 and not re.match(rf"{_PREPOSITION} |[A-Z]", pieces[0]):
        pieces = [fragment]
    for piece in pieces:
        if piece:
            text = _with_date_of(piece, text) or _with_phrase_of(piece, text, history) or f"{text} {piece}"
    return text


def _moved(text: str, relative: re.Match[str], turn: Said) -> str:
    """The date of a question moved as "the year before" says."""
    unit = (relative[1] or relative[4] or relative[6]).lower().rstrip("s")
    steps = int(next(iter(numbers(relative[5] or "")), "1"))
    direction = (relative[2] or relative[3] or relative[7]).lower()
    steps = -steps if direction in _BACKWARDS else steps
    month = next((i for i, name in enumerate(MONTHS) if re.search(rf"\b{name}\b", text)), None)
    year = YEAR.search(text)
    if unit == "month":
        if month is None:
            return ""
        shifted = month + steps
        text = re.sub(rf"\b{MONTHS[month]}\b", MONTHS[shifted % 12], text)
        return YEAR.sub(lambda found: str(int(found[0]) + shifted // 12), text)
    if year:
        return f"{text[: year.start()]}{int(year[0]) + steps}{text[year.end() :]}"
    told = YEAR.search(turn.answer)
    return f"{text} in {int(told[0]) + steps}" if told else ""


def _with_date_of(piece: str, text: str) -> str:
    """The text with another date, or without change an empty string."""
    date = DATE.search(piece)
    if not date or names_in(piece) or len(words_of(piece)) > len(words_of(date[0])) + 3:
        return ""
    found = DATE.search(text)
    if not found:
        return f"{text} {piece if ' ' in piece[: date.start()] else 'in ' + piece}"
    new, old = date[0], found[0]
    year = YEAR.search(old)
    if YEAR.fullmatch(new) and year and not re.match(r"\d{1,2} ", old):
        return text[: found.start()] + YEAR.sub(new, old) + text[found.end() :]
    if year and not YEAR.search(new) and any(month in new for month in MONTHS):
        new = f"{new} {year[0]}"
    preposition = piece[: date.start()].strip()
    start = found.start()
    old_preposition = re.search(r"\b(?:in|on|at|since|until|during|by|of|for) (?:the )?$", text[:start])
    if preposition and old_preposition and not text[:start].endswith("of "):
        start, new = old_preposition.start(), f"{preposition} {new}"
    rest = piece[date.end() :]
    return text[:start] + new + rest + text[found.end() :]


def _with_phrase_of(piece: str, text: str, history: History) -> str:
    found = re.match(rf"({_PREPOSITION}) (?=\S)", piece, re.IGNORECASE)
    preposition, phrase = (found[1].lower(), piece[found.end() :]) if found else ("", piece)
    if paired := _paired(phrase, text):
        return paired
    names = names_in(f"x {phrase}")
    whole_name = bool(names) and names[0].start == 2 and len(names[0].text) >= len(without_possessive(phrase))
    if preposition and (slot := _slot_after(preposition, bool(names), text)):
        return _put(text, slot, phrase)
    if whole_name:
        name = Mention(names[0].text, 0, 0, "place" if preposition in ("in", "near") else history.kind(names[0]))
        if slot := _name_slot(name, preposition, text, history):
            return _put(text, slot, without_possessive(phrase))
    elif slot := _noun_slot(phrase, text):
        return _put(text, slot, phrase)
    return ""


def _paired(phrase: str, text: str) -> str:
    """men for women, first for second: one word of a known pair or row changed."""
    for word in reversed(phrase.lower().split()):
        for pair in _PAIRS:
            if word in pair:
                for other in pair - {word}:
                    if re.search(rf"(?<!\w){other}(?!\w)", text):
                        return re.sub(rf"(?<!\w){other}(?!\w)", word, text, count=1)
    return ""


def _slot_after(preposition: str, capital: bool, text: str) -> tuple[int, int] | None:
    """What stands after the same preposition: a name for a name, a noun for a noun."""
    for found in reversed(list(re.finditer(rf"\b{preposition} ", text, re.IGNORECASE))):
        rest = text[found.end() :]
        if DATE.match(rest):
            continue
        phrases = [p for p in [*names_in(f"x {rest}"), *noun_phrases(f"x {rest}")] if p.start == 2]
        ends = [p.end - 2 for p in phrases]
        if not ends and (noun := re.match(r"[a-z]+\b", rest)):
            ends = [noun.end()]
        has_name = bool(phrases) and any(names_in(f"x {p.text}") for p in phrases)
        if ends and has_name == capital:
            return found.end(), found.end() + max(ends)
    return None


def _name_slot(name: Mention, preposition: str, text: str, history: History) -> tuple[int, int] | None:
    """The name of a text that this one takes the place of: of its kind, else the only one, else the subject."""
    names = names_in(text)
    same = [n for n in names if history.kind(n) == name.kind and name.kind != "name"]
    loose = [n for n in names if "name" in (history.kind(n), name.kind)]
    if name.kind == "place" or (preposition in _PLACING and preposition != "for"):
        things = [n for n in names if history.kind(n) == "thing" and len(n.text.split()) > 1]
        chosen = [n for n in same or loose if history.kind(n) != "person"]
        if not chosen and things:  # "Hask Festival": the place is its first word
            return things[0].start, things[0].start + len(things[0].text.split()[0])
        return _span(chosen[:1])
    chosen = same[:1] or loose[:1] or names[:1]
    if chosen and len(name.text.split()) == 1 and name.kind != "thing" and history.kind(chosen[0]) == "thing":
        return chosen[0].start, chosen[0].start + len(chosen[0].text.split()[0])  # Westmark for Northmark Republic
    return _span(chosen)


def _span(mentions: Sequence[Mention]) -> tuple[int, int] | None:
    return (mentions[0].start, mentions[0].end) if mentions else None


def _noun_slot(phrase: str, text: str) -> tuple[int, int] | None:
    """The phrase with the same head, else one whose name this is about, else the subject."""
    phrases = noun_phrases(text)
    if possessive := re.match(r"(.+?)['’]s? [a-z]", phrase):
        at = text.find(possessive[1])
        if at >= 0:
            end = at + len(possessive[1])
            following = re.match(r"['’]s? [a-z]+", text[end:])
            return at, end + (following.end() if following else 0)
    for found in phrases:
        if head_of(found.text) == head_of(phrase):
            return found.start, found.end
    quantity = re.match(r"(?:how many|how much|which) ([a-z]+)\b", text, re.IGNORECASE)
    if quantity and not phrase.lower().startswith(("the ", "a ", "an ")) and not names_in(f"x {phrase}"):
        return quantity.start(1), quantity.end(1)
    predicate = re.match(r"(?:what|who|how \w+) (?:is|was|are|were) (the (?:[a-z]+ )*?[a-z]+)(?= (?:of|in|at|for)\b|$)", text, re.IGNORECASE)
    if predicate:
        return predicate.start(1), predicate.end(1)
    things = [p for p in phrases if p.kind in ("thing", "group")]
    return _span(things[:1])


def _put(text: str, slot: tuple[int, int], phrase: str) -> str:
    return text[: slot[0]] + phrase + text[slot[1] :]


# What remains


def _completed(body: str, history: History) -> str | None:
    """A short question that names nothing, and asks for something of something: with what the last turn is about."""
    named = names_in(body) or DATE.search(body) or numbers(body)
    if named or len(words_of(body)) > 12 or not _INCOMPLETE.search(body):
        return None
    about = context(history)
    named_place = about[:1].isupper() and names_in(f"x {about}") and " " not in about.split(" in ")[0]
    joined = "in" if named_place else "at" if _HARMED.search(body) else "for"
    return f"{body.rstrip(' ?.!')} {joined} {about}" if about else None


def _as_question(text: str) -> str:
    text = " ".join(text.split()).rstrip(" ?.!")
    return f"{text[:1].upper()}{text[1:]}?"
