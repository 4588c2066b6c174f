"""Text -> sentence spans: where sentences end, and that no character is lost or counted twice."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag.errors import ModelError
from rag.sentences import sentence_spans, static_data
from tests.conftest import ROOT

# Arbitrary characters alone hardly ever form sentences: pieces of real prose, lists and other scripts are mixed in.
PIECES = [
    "Dr. Smith came. ",
    "Dr. Smith came. ",
    "It was 3.14 m long! ",
    '"Really?" she asked. ',
    "U.S. forces left… ",
    "# Heading\n",
    "- item\n",
    "1. ",
    "12) ",
    "港は再開する。",
    "「本当？」と彼は言った。",
    "\n\n",
    "\n \t\n",
    "\r\n",
    "\u2028",
    "\u3000",
    "\x1c",
    "...",
    "👩‍👩‍👧",
    "e\u0301",
    "(a) ",
]
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(st.characters(), max_size=12)), max_size=12).map("".join)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def test_a_title_before_a_name_ends_no_sentence() -> None:
    assert sentences("Dr. Smith met Mr. Oake at 6 p.m. on Monday. They spoke.") == [
        "Dr. Smith met Mr. Oake at 6 p.m. on Monday.",
        "They spoke.",
    ]


def test_numbers_and_initials_stay_whole() -> None:
    assert sentences("Turnout was 62.4 percent. The U.S. ship left J. P. Oake behind.") == [
        "Turnout was 62.4 percent.",
        "The U.S. ship left J. P. Oake behind.",
    ]


def test_the_lines_of_a_list_are_sentences() -> None:
    text = "Serves 4. Takes an hour.\n300 g red lentils\n1 onion, chopped\n2 carrots\nSalt,\nPepper\nJuice of\n1 lemon"

    assert sentences(text) == [
        "Serves 4.",
        "Takes an hour.",
        "300 g red lentils",
        "1 onion, chopped",
        "2 carrots",
        "Salt,\nPepper",
        "Juice of\n1 lemon",
    ]


def test_what_ends_bold_words_belongs_to_their_sentence() -> None:
    assert sentences("2. **Elections.** Jonas Thiel was elected. *He was moved.* He sang.") == [
        "2. **Elections.**",
        "Jonas Thiel was elected.",
        "*He was moved.*",
        "He sang.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        # Wrapped at 62, at no fixed width, and a table: nothing of these says something by itself.
        "The council met at the Guildhall in the evening and there heard\nMayor Holt.",
        "The council met on Monday in the great\nGuildhall and\nheard that the vote would be put off until\nMarch.",
        "| Light | Colour |\n|---|---|\n| Power | green |\n| DSL on the old line | orange |",
    ],
)
def test_wrapped_lines_and_those_of_a_table_stay_together(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize("abbreviation", ["Sen.", "Gen.", "Gov.", "Capt.", "Rev.", "Sgt.", "i.e.", "e.g."])
def test_an_abbreviation_ends_no_sentence(abbreviation: str) -> None:
    text = f"The boats, {abbreviation} Vane's, came back in May."

    assert sentences(text) == [text]


def test_closing_quotation_marks_belong_to_their_sentence() -> None:
    assert sentences('"I lost by a handful of papers." She left. "Really?" he asked.') == [
        '"I lost by a handful of papers."',
        "She left.",
        '"Really?"',
        "he asked.",
    ]


def test_a_blank_line_ends_a_sentence_and_a_single_newline_does_not() -> None:
    assert sentences("The pier\nopened on Monday\n\nIt was cold\n \nVery") == [
        "The pier\nopened on Monday",
        "It was cold",
        "Very",
    ]


def test_a_heading_is_a_sentence_of_its_own() -> None:
    assert sentences("Before it.\n## What the survey found\nSeals were counted.\n### Next\n\nMore.") == [
        "Before it.",
        "## What the survey found",
        "Seals were counted.",
        "### Next",
        "More.",
    ]


def test_list_items_are_sentences_with_their_markers() -> None:
    assert sentences(
        "Result:\n- Tide Alliance: 8 seats\n- Harbour List: 7 seats\n\n1. First.\n2. Second one. And more."
    ) == [
        "Result:",
        "- Tide Alliance: 8 seats",
        "- Harbour List: 7 seats",
        "1. First.",
        "2. Second one.",
        "And more.",
    ]


def test_a_dash_or_a_number_inside_a_line_begins_no_item() -> None:
    assert sentences("The boat - an old one -\nsank in 2029. It had 2 masts.") == [
        "The boat - an old one -\nsank in 2029.",
        "It had 2 masts.",
    ]


def test_ideographic_full_stops_end_sentences_without_a_space() -> None:
    assert sentences("港は月曜日に再開されます。市長は述べました。本当に？はい！") == [
        "港は月曜日に再開されます。",
        "市長は述べました。",
        "本当に？",
        "はい！",
    ]


def test_quoted_speech_stays_within_its_ideographic_sentence() -> None:
    assert sentences("「港は再開する。」と市長は述べた。雨だった。") == [
        "「港は再開する。」と市長は述べた。",
        "雨だった。",
    ]


def test_repeated_sentences_have_their_own_places() -> None:
    text = "No. Yes it is. Yes it is. Yes it is."

    assert [start for start, end in sentence_spans(text) if text[start:end] == "Yes it is."] == [4, 15, 26]


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "\u3000\t\x1c"])
def test_white_space_holds_no_sentence(text: str) -> None:
    assert sentence_spans(text) == []


def test_text_without_letters_is_kept() -> None:
    assert sentences("1. 2. 3.") == ["1. 2. 3."]
    assert sentences("?!?\n\n***") == ["?!?", "***"]


@settings(max_examples=300, deadline=None)
@given(texts)
@example("1.\n\n2.\n\n- ")
@example("#  #\n# a\n\n#")
@example("。。\u3000。")
def test_spans_are_in_order_stripped_and_hold_every_character_but_white_space(text: str) -> None:
    spans = sentence_spans(text)

    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    outside = list(text)
    for start, end in spans:
        outside[start:end] = " " * (end - start)
    assert not "".join(outside).strip()


def test_the_data_comes_with_a_package_and_a_missing_file_is_an_error() -> None:
    assert static_data("nltk_cache").is_dir()
    with pytest.raises(ModelError, match="no longer carries"):
        static_data("nltk_cache", str(Path("corpora") / "nowhere"))


def test_cutting_sentences_imports_none_of_what_nltk_can_do_without() -> None:
    show = (
        "import sys; from rag.sentences import sentence_spans; print(len(sentence_spans('One. Two.'))); "
        "print('scipy' in sys.modules, 'sklearn' in sys.modules); import sklearn; print(sklearn.__name__)"
    )
    printed = subprocess.run([sys.executable, "-c", show], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert printed.split() == ["2", "False", "False", "sklearn"]


def test_a_long_block_is_looked_at_window_by_window_and_cut_as_a_whole_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    text = " ".join(
        f"Dr. Oake counted {i}.5 seals on the {i}th. Was it cold? “It was,” said Mr. T. Pell of the U.S. board."
        for i in range(60)
    )
    whole = sentence_spans(text)
    for window in (200, 333, 1000):
        monkeypatch.setattr("rag.sentences._WINDOW", window)
        assert sentence_spans(text) == whole


def test_a_sentence_longer_than_a_window_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.sentences._WINDOW", 50)
    text = "word " * 40 + "ends. The pier opened."
    spans = sentence_spans(text)
    assert " ".join(text[start:end] for start, end in spans).replace(" ", "") == text.replace(" ", "")
    assert text[slice(*spans[-1])] == "The pier opened."
