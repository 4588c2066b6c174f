"""Words that say how many of some things there are, and whether two texts say otherwise: "all schools", "few schools".

Knows a few English words; nothing of numbers.
"""

import functools
from collections.abc import Mapping

from rag.words import located_words

_AMOUNTS = {
    **dict.fromkeys(("all", "every", "each", "everyone", "everybody"), 10),
    "most": 6, "many": 5, "some": 4, "several": 4, "few": 1,
}  # fmt: skip
_OTHERWISE = 3
_BEFORE_OTHERS = ("at", "the", "not", "almost", "nearly", "after")  # "at most", "the few", "after all"


def miscounted(part: str, quote: str) -> str:
    """Why a statement says of another share of the same things than its quote: "all schools", "some schools"."""
    theirs = _amounts(quote)
    for noun, word in _amounts(part).items():
        if noun in theirs and abs(_AMOUNTS[word] - _AMOUNTS[theirs[noun]]) >= _OTHERWISE:
            return f"the sources say “{theirs[noun]}”, not “{word}”"
    return ""


@functools.lru_cache(maxsize=8192)
def _amounts(text: str) -> Mapping[str, str]:
    """The stem of each thing that is counted by such a word, with that word; things counted twice are left out."""
    words, found = located_words(text), dict[str, str]()
    for i, word in enumerate(words):
        if word.text not in _AMOUNTS or (i and words[i - 1].text in _BEFORE_OTHERS):
            continue
        amount = "some" if word.text == "few" and i and words[i - 1].text == "a" else word.text
        noun = next((w.stem for w in words[i + 1 : i + 5] if w.content and w.text not in _AMOUNTS), "")
        if noun:
            found[noun] = "" if noun in found else amount
    return {noun: amount for noun, amount in found.items() if amount}
