"""Dates as short texts write them: where one stands, not which days it means, which `rag/expressions.py` reads."""

import re

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MONTH = "|".join(MONTHS)
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_YEAR = r"(?:1[5-9]|20|21)\d\d"
_SHORT = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"  # a month where a number stands beside it
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
DATE = re.compile(
    rf"\b(?:(?:{_NTH} (?:of )?)?(?:{_MONTH})\b(?: {_NTH}\b,?)?(?:,? {_YEAR}\b)?|{_YEAR}-\d\d-\d\d\b|"
    rf"{_NTH} {_SHORT}(?:,? {_YEAR}\b)?|{_SHORT} (?:{_NTH}\b(?:,? {_YEAR}\b)?|{_YEAR}\b)|"
    rf"(?:the )?(?:first|second|third|fourth) (?:quarter|half)(?: of {_YEAR})?\b|"
    rf"(?:spring|summer|autumn|winter|fall) (?:of )?{_YEAR}\b|{_YEAR}\b|(?:{_DAYS})\b|"
    rf"(?:last|next|this) (?:year|month|week|spring|summer|autumn|winter)\b|yesterday\b|today\b)"
)
YEAR = re.compile(rf"\b{_YEAR}\b")
