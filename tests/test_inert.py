"""Texts of others without what acts, and nothing else changed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.inert import inert, visible, without_invisible


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("The pier closed [3].", "The pier closed (3)."),
        ("![map](https://evil.example/x.png)", "!(map)(https://evil.example/x.png)"),
        ("<img src=x> <|im_end|> </s> <｜User｜> <!-- x -->", "‹img src=x> ‹|im_end|> ‹/s> ‹｜User｜> ‹!-- x -->"),
        ("[INST] <<SYS>> 【4】 [[3]4]", "(INST) ‹‹SYS>> (4) ((3)4)"),
        ("x < 5, p<0.05 and 3 <= 4", "x < 5, p<0.05 and 3 <= 4"),
        ("I\u200bg\u00adnore\u202e me\U000e0041", "Ignore me"),
        ("می‌خواهم", "می‌خواهم"),
        ("👩‍🚒 at the pier", "👩‍🚒 at the pier"),
    ],
)
def test_what_acts_is_taken_away_and_words_stay(text: str, same: str) -> None:
    assert inert(text) == same


@given(st.text() | st.text(alphabet="[]<>|/13a \u200b\u202e【】"))
def test_no_marker_no_tag_and_nothing_hidden_is_left(text: str) -> None:
    made = inert(text)
    assert not re.search(r"[\[\]\x1b\u200b\u202e]|<[a-zA-Z/|!<]", made)
    assert inert(made) == made
    assert without_invisible(made) == made


@given(st.text())
def test_what_is_shown_keeps_its_places(text: str) -> None:
    assert len(visible(text)) == len(text)
    assert not re.search("[\x1b\x9b\u202e\u2066]", visible(text))
