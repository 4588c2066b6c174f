"""Whether a sentence can be read alone: whole, and without the one before it. Knows English wording."""

import re

_LEANS = re.compile(
    r"[\"“'‘]?(?:(?:he|she|it|they|this|these|those|that|his|her|hers|its|their|such|both|neither|one|another|others|then"
    r"|there|here|which|instead|however|therefore|thus|moreover|furthermore|nevertheless|still|also|but|and|or|so|yet)\b"
    r"|the (?:latter|former|same|other)\b)",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!…]\s*[\"'”’»)\]]*$")
_QUESTION = re.compile(r"\?\s*[\"'”’»)\]]*$")
# What somebody asks is told: “Crisis?” within a sentence, or "they asked whether ...?"
_ASKED = re.compile(r"\w[^\"“]*[\"“][^\"”]*\?|.*\b(?:ask|asks|asked|asking|wonder|wonders|wondered)\b", re.DOTALL)
_ITEM = re.compile(r"\d+[.)] \S+(?: \S+){0,3}")  # "4. Bicycle shed.": the rest of its line belongs to it
_FEWEST_WORDS = 6  # a heading or a caption has fewer, or no full stop
_WORDS_WITHOUT_STOP, _LOWERED = 12, 2 / 3  # words, and the share in lower case, of what only lacks its full stop


def tells(sentence: str) -> bool:
    """Whether it has the form of what tells something: no heading, caption, item of a list or question has."""
    if _QUESTION.search(sentence):
        return bool(_ASKED.match(sentence))
    return bool(_STOP.search(sentence) and not _ITEM.fullmatch(sentence)) or _lacks_its_stop(sentence)


def leans(sentence: str) -> bool:
    """Whether it cannot be understood without the one before it."""
    return bool(_LEANS.match(sentence))


def stands_alone(sentence: str) -> bool:
    """Whether it is a whole sentence that tells something and does not lean on another."""
    return bool(_STOP.search(sentence)) and len(sentence.split()) >= _FEWEST_WORDS and not leans(sentence)


def _lacks_its_stop(sentence: str) -> bool:
    words = sentence.split()
    lowered = sum(word[0].islower() for word in words)
    return len(words) >= _WORDS_WITHOUT_STOP and lowered >= _LOWERED * len(words) and sentence[-1].isalnum()
