"""Questions that ask for more than earlier answers told ("What else?", "Tell me more"), and which sentences those told.

Knows English wording; nothing of how such a question reads alone, or of passages.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from rag.prompting import REFUSAL
from rag.words import content_words

MORE = re.compile(
    r"(?:(?:and|so|ok|okay|please)\b,? *)*(?:(?:tell me|say|give me|explain|show me)? ?(?:some |a bit |a little )?more"
    r"(?: (?:details?|about (?:it|that|this)))?|details|go on|continue|and then|then what"
    r"|(?:what|anything) (?:else|more)(?: happened)?|is there (?:anything )?(?:else|more))(?:,? please)?\W*",
    re.IGNORECASE,
)
"""A whole question that asks the one before it again."""

_ELSE = re.compile(
    r"\b(?:who|whom|what|where|which \w+|anyone|anybody|anything|anywhere|someone|somebody|something) else\b"
    r"|\b(?:what|which|any) others?\b",
    re.IGNORECASE,
)
_TOLD = 0.8  # of a sentence's words that carry meaning, in one earlier answer


def told_before(question: str, history: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The answers of earlier turns as they were spoken, where a question asks for more than they tell; else none."""
    if not (MORE.fullmatch(question) or _ELSE.search(question)):
        return ()
    return tuple(filter(None, (spoken(turn.get("answer") or "") for turn in history)))


def spoken(answer: str) -> str:
    """An answer without markers, refusals, and the lines that name the sources of its quotes."""
    if REFUSAL in answer:
        return ""
    quotes = re.findall(r"(?:: |… )[“«](.+?)[”»] ?\[\d+\]", answer)
    text = " ".join(quotes) if quotes else answer
    return " ".join(re.sub(r"\s*\[\d+\]", "", text).split())


def is_told(sentence: str, told: Collection[str]) -> bool:
    """Whether one of the answers has nearly every word of a sentence."""
    if not told:
        return False
    words = content_words(sentence)
    return any(len(words & content_words(answer)) >= _TOLD * len(words) for answer in told)
