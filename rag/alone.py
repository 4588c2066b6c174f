"""Whether a sentence can be read alone: whole, and without the one before it. Knows English wording."""

import re

_LEANS = re.compile(
    r"[\"“'‘]?(?:(?:he|she|it|they|this|these|those|that|his|her|hers|its|their|such|both|neither|one|another|others|then"
    r"|there|here|which|instead|however|therefore|thus|moreover|furthermore|nevertheless|still|also|but|and|or|so|yet)\b"
    r"|the (?:latter|former|same|other)\b)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!…][\"'”’»)\]]*$")
_FEWEST_WORDS = 6  # a heading or a caption has fewer, or no full stop


def ends_telling(sentence: str) -> bool:
    """Whether it ends as what tells something does; a heading, a caption, an item of a list or a question does not."""
    return bool(_ENDS.search(sentence))


def leans(sentence: str) -> bool:
    """Whether it cannot be understood without the one before it."""
    return bool(_LEANS.match(sentence))


def stands_alone(sentence: str) -> bool:
    """Whether it is a whole sentence that tells something and does not lean on another."""
    return ends_telling(sentence) and len(sentence.split()) >= _FEWEST_WORDS and not leans(sentence)
