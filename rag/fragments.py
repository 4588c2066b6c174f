"""A fragment such as "And in Hask?" -> the question before with the phrase of the same kind changed for it.

A date takes the place of a date, a name that of a name, "of boys" that of "of girls". Decides nothing about whether
a question is a fragment.
"""

import re
from collections.abc import Sequence

from rag.date_words import DATE, MONTHS, YEAR
from rag.mentions import Mention, head_of, names_in, noun_phrases, without_possessive
from rag.said import Said
from rag.turns import History
from rag.vocabulary import BE, DO, PERSON_NOUNS, listed
from rag.words import common, numbers, words_of

PREPOSITION = (
    r"(?:in|at|near|from|to|of|for|on|by|with|under|against|about|during|around|outside|since|until|between|before|after"
    r"|despite|without|because of)"
)
_PLACING = listed("in at near from to of on around outside for")
_AUXILIARY = re.compile(rf"\b(?:{'|'.join(DO | BE)}) $", re.IGNORECASE)
# As "Nobel" stands in "Nobel chemist Louis Brus".
_BEFORE_A_NAME = re.compile(rf" (?:{'|'.join(sorted(PERSON_NOUNS))}|[a-z]+(?:ists?|ians?)) [A-Z]")
_LOWER_DATE = re.compile(
    rf"\b(?:{'|'.join(name.lower() for name in MONTHS if name not in ('March', 'May'))}|(?<=in )(?:may|march)"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
)
_BARE_NAME = re.compile(rf"(?:{PREPOSITION} )?([a-z]{{4,}}(?<!s|d)(?<!ing))")  # "and kherson?"
_THING = re.compile(
    r"(?:the|his|her|its|their) "
    r"(?!.*\b(?:day|week|weekend|month|year|time|first|second|third|last|next|whole|rest)s?\b)",
    re.I,
)
_OWNED = re.compile(r"(?:who|what) (?:is|was|are|were) .+['’]s? ([a-z][a-z -]*)", re.IGNORECASE)  # Hask's mayor
RELATIVE = re.compile(
    r"\b(?:(?:in |on )?(?:the|a|one) (year|month|week|day|night) (before|earlier|after|later)(?: that)?|"
    r"(?:in |on )?the (previous|following|next|preceding) (year|month|week|day|night)|"
    r"(?:in )?(two|three|four|five|ten) (years) (before|earlier|after|later))\b",
    re.IGNORECASE,
)
_BACKWARDS = listed("before earlier previous preceding")
_RANKS = frozenset(("first", "second", "third", "last"))
_BEFORE_RANK = r"(?:\b(?:the|an?|this|that|his|her|its|their|came|comes?|finished|placed|ranked) |['’]s )"
_PAIRS = [
    frozenset(pair.split())
    for pair in (
        "men women", "boys girls", "men's women's", "boys' girls'", "adults children", " ".join(_RANKS),
        "mothers fathers", "summer winter spring autumn", "morning evening", "north south east west", "exports imports",
        "northern southern eastern western", "highest lowest", "largest smallest", "oldest youngest", "best worst",
        "young old", "rich poor", "most least",
    )
]  # fmt: skip


def substituted(fragment: str, history: History) -> str:
    """The question before with the phrase of the fragment's kind changed for it; added where there is none.

    Empty where a thing has no place in it ("And the prize money?"): then it may be asked for by itself.
    """
    turn = history.newest[0]
    text = turn.question.rstrip(" ?.!")
    fragment = _LOWER_DATE.sub(lambda found: found[0].title(), fragment)
    if bare := _BARE_NAME.fullmatch(fragment):
        fragment = fragment if common(bare[1]) else f"{fragment[: bare.start(1)]}{bare[1].title()}"
    fragment = re.sub(rf"^(?:{PREPOSITION} )?the (?:one|ones|same) (?={PREPOSITION} )", "", fragment)
    if relative := RELATIVE.search(fragment):
        text = _moved(text, relative, turn) or f"{text} {relative[0]}"
        fragment = (fragment[: relative.start()] + fragment[relative.end() :]).strip()
    pieces = re.split(r" (?=(?:in|at|near|from|for|on|since|until|during|of) (?:[A-Z\d]|the ))", fragment)
    if len(pieces) > 1 and not re.match(rf"{PREPOSITION} |[A-Z]", pieces[0]):
        pieces = [fragment]
    for piece in pieces:
        if piece:
            changed = _with_date_of(piece, text) or _with_phrase_of(piece, text, history)
            if not changed and _THING.match(piece):
                return ""
            text = changed or f"{text} {piece}"
    return text


def _moved(text: str, relative: re.Match[str], turn: Said) -> str:
    """The date of a question moved as "the year before" says."""
    unit = (relative[1] or relative[4] or relative[6]).lower().rstrip("s")
    if unit in ("week", "day", "night"):
        return _moved_by_words(text, unit, (relative[2] or relative[3]).lower() in _BACKWARDS)
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


def _moved_by_words(text: str, unit: str, back: bool) -> str:
    """ "The week before last" for "last week", "the day after 5 May 2031" for "5 May 2031"."""
    found = DATE.search(text)
    if not found or (unit == "week" and (found[0] != "last week" or not back)):
        return ""
    moved = "the week before last" if unit == "week" else f"the {unit} {'before' if back else 'after'} {found[0]}"
    return text[: found.start()] + moved + text[found.end() :]


def _with_date_of(piece: str, text: str) -> str:
    """The text with another date, or without change an empty string."""
    date = DATE.search(piece)
    if not date or names_in(piece) or len(words_of(piece)) > len(words_of(date[0])) + 3:
        return ""
    found = DATE.search(text)
    if not found:
        return f"{text} {piece if ' ' in piece[: date.start()] else f'{_preposition_of(date[0])} {piece}'.strip()}"
    new, old = date[0], found[0]
    year = YEAR.search(old)
    if YEAR.fullmatch(new) and year and not re.match(r"\d{1,2} ", old):
        return text[: found.start()] + YEAR.sub(new, old) + text[found.end() :]
    if year and not YEAR.search(new) and any(month[:3] in new for month in MONTHS):
        new = f"{new} {year[0]}"
    preposition, own = piece[: date.start()].strip(), _preposition_of(new)
    start = found.start()
    old_preposition = re.search(r"\b(?:in|on|at|since|until|during|by|of|for) (?:the )?$", text[:start])
    if preposition and old_preposition and not text[:start].endswith("of "):
        start, new = old_preposition.start(), f"{preposition} {new}"
    elif old_preposition and (not own or old_preposition[0].split()[0] in ("in", "on")):
        start, new = old_preposition.start(), f"{own} {new}".strip()
    elif not old_preposition and found.start() != 0:
        new = f"{preposition or own} {new}".strip()
    rest = piece[date.end() :]
    return text[:start] + new + rest + text[found.end() :]


def _preposition_of(date: str) -> str:
    """ "In" for a bare year or month, "on" for a day; "last year" needs none."""
    if re.match(r"\d{4}$|[A-Z][a-z]+(?: \d{4})?$", date) and not date.endswith("day"):
        return "in"
    return "on" if re.match(r"\d|[A-Z]", date) else ""


def _with_phrase_of(piece: str, text: str, history: History) -> str:
    found = re.match(rf"({PREPOSITION}) (?=\S)", piece, re.IGNORECASE)
    preposition, phrase = (found[1].lower(), piece[found.end() :]) if found else ("", piece)
    if changed := paired(phrase, text):
        return changed
    names = names_in(f"x {phrase}")
    whole_name = bool(names) and names[0].start == 2 and len(names[0].text) >= len(without_possessive(phrase))
    if preposition and (slot := _slot_after(preposition, bool(names), text)):
        return _put(text, slot, phrase)
    if preposition and phrase.islower() and (slot := _slot_after(preposition, not names, text)):
        return _put(text, slot, phrase)  # "and in kherson?"
    if whole_name:
        name = Mention(names[0].text, 0, 0, "place" if preposition in ("in", "near") else history.kind(names[0]))
        if slot := _name_slot(name, preposition, text, history):
            return _put(text, slot, without_possessive(phrase))
    elif not preposition and (owned := _OWNED.fullmatch(text)) and phrase.islower():
        return text[: owned.start(1)] + re.sub(r"^the ", "", phrase)
    elif not preposition and (slot := _noun_slot(phrase, text)):
        return _put(text, slot, phrase)
    return ""


def paired(phrase: str, text: str) -> str:
    """men for women, first for second: one word of a known pair or row changed."""
    for word in reversed(phrase.lower().split()):
        for pair in _PAIRS:
            if word in pair:
                before = _BEFORE_RANK if word in _RANKS else r"(?<!\w)"
                for other in sorted(pair - {word}):
                    if re.search(rf"{before}{other}(?!\w)", text):
                        return re.sub(rf"({before}){other}(?!\w)", rf"\g<1>{word}", text, count=1)
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
    # Of two of its kind, the one to which something is done rather than the one that does it.
    same.sort(key=lambda n: _AUXILIARY.search(text[: n.start]) is not None)
    loose.sort(
        key=lambda n: (
            _BEFORE_A_NAME.match(text, n.end) is not None,
            history.kind(n) != "name",
            _AUXILIARY.search(text[: n.start]) is not None,
        )
    )
    if name.kind == "place" or (preposition in _PLACING and preposition != "for"):
        things = [n for n in names if history.kind(n) == "thing" and len(n.text.split()) > 1]
        chosen = [n for n in same or loose if history.kind(n) != "person"]
        if not chosen and things:  # "Hask Festival": the place is its first word
            return things[0].start, things[0].start + len(things[0].text.split()[0])
        return _span(chosen[:1])
    chosen = [*same, *loose, *names][:1]
    if chosen and len(name.text.split()) == 1 and name.kind != "thing" and history.kind(chosen[0]) == "thing":
        return chosen[0].start, chosen[0].start + len(chosen[0].text.split()[0])  # Westmark for Northmark Republic
    return _span(chosen)


def _span(mentions: Sequence[Mention]) -> tuple[int, int] | None:
    return (mentions[0].start, mentions[0].end) if mentions else None


def _noun_slot(phrase: str, text: str) -> tuple[int, int] | None:
    """The phrase with the same head, else one whose name this is about, else the subject; "my car" for "my house"."""
    if owner := re.match(r"(my|our|your|his|her|its|their) ", phrase):
        owned = re.search(rf"\b{owner[1]} [\w-]+", text)
        return owned.span() if owned else None
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
    persons = [name for name in names_in(text) if name.kind == "person" or _AUXILIARY.search(text[: name.start])]
    if head_of(phrase) in PERSON_NOUNS and persons:
        return _span(persons)
    quantity = re.match(r"(?:how many|how much|which) ([a-z]+)\b", text, re.IGNORECASE)
    if quantity and not phrase.lower().startswith(("the ", "a ", "an ")) and not names_in(f"x {phrase}"):
        return quantity.start(1), quantity.end(1)
    predicate = re.match(
        r"(?:what|who|how \w+) (?:is|was|are|were) (the (?:[a-z]+ )*?[a-z]+)(?= (?:of|in|at|for)\b|$)",
        text,
        re.IGNORECASE,
    )
    if predicate:
        return predicate.start(1), predicate.end(1)
    things = [p for p in phrases if p.kind in ("thing", "group")]
    return _span(things[:1])


def _put(text: str, slot: tuple[int, int], phrase: str) -> str:
    return text[: slot[0]] + phrase + text[slot[1] :]
