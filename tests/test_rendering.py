"""HTML for Gradio's Markdown, what a text is made of, and the questions that an empty chat offers."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rag import Document, Library, load_settings
from rag.conversations import Turn
from rag.export import answer_json
from tests.poisoned import OWN_TAGS
from ui.asking import Asked, Session, read_act
from ui.examples import example_questions
from ui.owners import owner_of
from ui.rendering import passages_html, turns_html, unanswered_html, writing_html

TEXT = st.text(st.sampled_from("ab|`-~$ \n\r\t\\<>&\"'{}"), max_size=60)


@given(TEXT)
def test_html_for_gradio_has_no_empty_line_and_no_markup_of_others(text: str) -> None:
    for html in (writing_html(text, "Reading", text), unanswered_html(text, text, error=True)):
        assert not re.search(r"\n\s*\n", html)
        assert set(re.findall(r"<\W?(\w+)", html)) <= OWN_TAGS


def test_hostile_text_stays_text_in_every_place(library: Library) -> None:
    hostile = "<img src=x onerror=alert(1)>\n\n<script>alert(1)</script> &lt;b&gt; [a](javascript:x) \"' onclick=y"
    library.add(Document(id='"><b>', title=hostile, source=hostile, text=f"The choir sings {hostile} daily."))
    answer = library.ask(f"What does the choir sing? {hostile}")
    turn = Turn(answer_json(answer), "wrong", hostile)
    for html in (turns_html([turn], last=True), passages_html(answer.passages)):
        assert not re.search(r"<(img|script|b)\b", html)
        assert not re.search(r'="[^"]*"\s+onclick', html)
        assert not re.search(r"\n\s*\n", html)


def test_what_buttons_mean() -> None:
    turns = [Turn({"question": "Who is Oake?"})]
    session = Session(question="Who is Oake?", any_time=True)
    assert read_act('{"act": "ask", "question": "Who?"}', session, []) == Asked("Who?")
    assert read_act('{"act": "again"}', session, turns) == Asked("Who is Oake?", again=True, any_time=True)
    as_written = Asked("Who is Oake?", again=True, any_time=True, as_written=True)
    assert read_act('{"act": "as-written"}', session, turns) == as_written
    edited = Asked("Who is Tallis?", again=True)
    assert read_act('{"act": "edit", "question": "Who is Tallis?"}', session, turns) == edited
    for nonsense in ("", "[]", "{}", '{"act": "drop"}', '{"act": {}}', "null", "7"):
        assert read_act(nonsense, session, turns) is None
    assert read_act('{"act": "again"}', session, []) is None


def test_only_a_name_that_we_gave_is_an_owner() -> None:
    assert owner_of({"footnote_browser": "ab" * 16}) == "ab" * 16
    for other in ({}, {"footnote_browser": ""}, {"footnote_browser": "short"}):
        assert owner_of(other, otherwise="session") == "session"


def test_example_questions_are_answered_by_different_documents(saltmere_folder: Path) -> None:
    with Library(saltmere_folder, settings=load_settings(llm="none"), read_only=True) as library:
        questions = example_questions(library)
        assert len(set(questions)) == 4
        assert len({library.search(question, limit=1)[0].document.id for question in questions}) == 4
        assert all(library.ask(question).mode == "quoted" for question in questions)


def test_a_library_without_names_offers_nothing(library: Library) -> None:
    assert example_questions(library) == []
    library.add(Document(id="1", title="notes", text="bread, milk, two eggs. remember the keys."))
    assert example_questions(library) == []
