"""What others wrote -> the same words, with nothing in them that a model, a terminal or a page would act on.

Documents, questions and the texts of models are data. Stored text is never changed: offsets count it as it was read.
Knows characters; nothing of documents, prompts or answers.
"""

import re

# Square brackets are left to citation numbers, in prompts and in answers: a document's own "[3]" cites nothing, its
# "[INST]" is no token of a chat template, and its "![](address)" no image of Markdown.
_BRACKETS = str.maketrans("[]［］【】〔〕⟦⟧❲❳", "()" * 6)
# An opening angle bracket that begins a tag of HTML or a token of a chat template; "x < 5" and "p<0.05" stay.
_TAG = re.compile(r"<(?=[^\s\d=<])|<(?=<)")
# Controls but white space; Default_Ignorable_Code_Point of the Unicode Character Database; and what annotates.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    # Joiners belong to the spelling of Persian, of Indian languages and of emoji, and not beside ASCII.
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)
# What turns the order of the characters after it around, or moves a terminal's cursor.
_MISLEADING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_NOT_SHOWN = "\N{REPLACEMENT CHARACTER}"


def inert(text: str) -> str:
    """For prompts and for the text of answers: neither markers, Markdown, tags and tokens, nor invisible characters."""
    return _TAG.sub("‹", without_invisible(text).translate(_BRACKETS))


def without_invisible(text: str) -> str:
    """The text as a reader sees it, but for the order in which characters are drawn."""
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub("", text)


def visible(text: str) -> str:
    """For screens: controls and changes of direction are shown as U+FFFD, one for one."""
    return _MISLEADING.sub(_NOT_SHOWN, text)
