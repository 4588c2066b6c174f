"""HTML for Gradio's Markdown, what a text is made of, and the questions that an empty chat offers."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rag import Document, Library, load_settings
from rag.conversations import Turn
from rag.export import answer_json
from rag.records import Answer, Chunk, Passage, Query, Quote, Statement
from rag.restoring import answer_of
from tests.poisoned import OWN_TAGS
from ui.asking import Asked, Session, asked_by, read_act, read_session
from ui.examples import example_questions
from ui.owners import owner_of
from ui.rendering import answer_page, passages_html, turns_html, unanswered_html, writing_html

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


def turn(name: str, *history: str, any_time: bool = False) -> Turn:
    query = Query(f"Who is {name}?", f"Who is {name}?", date(2032, 1, 1), any_time=any_time)
    answer = Answer(name, datetime(2032, 1, 1), query.text, query, "Nobody says.", "refused")
    return Turn(answer_json(answer), history=tuple({"question": one} for one in history))


def press(name: str, turns: Sequence[Turn], question: str = "", answer: str = "oake") -> Asked | None:
    return asked_by(read_act(json.dumps({"act": name, "question": question, "answer": answer, "told": 7})), turns)


def test_what_buttons_mean() -> None:
    turns = [turn("tallis"), turn("oake", "Who is tallis?", any_time=True)]
    assert press("ask", [], "Who?") == Asked("Who?")
    again = Asked("Who is oake?", again=True, any_time=True)
    assert press("again", turns) == again
    assert press("as-written", turns) == replace(again, as_written=True)
    assert press("again", [turn("tallis"), turn("oake")]) == Asked("Who is oake?", again=True, as_written=True)
    assert press("any-date", [turn("oake")]) == again
    assert press("all-dates", turns) == replace(again, forget=("after", "before"))
    assert press("edit", turns, "Who is Hask?") == Asked("Who is Hask?", again=True)
    assert press("drop", turns) is None
    assert press("again", []) is None
    assert press("again", turns, answer="tallis") is None, "another tab has asked since"
    for nonsense in ("", "[]", "{}", '{"act": {}}', "null", "7", '{"told": "7"}'):
        assert asked_by(read_act(nonsense), turns) is None
        assert read_session(nonsense, "ann") == Session("ann")
    session = Session("ann", "a chat", "Who?", 7)
    assert read_session(session.written, "ann") == session


def test_what_was_left_out_is_said_and_never_as_an_answer() -> None:
    dropped = Statement("<b>It has 7 million.</b>", support="unsupported", reasons=("the quote does not say 7",))
    query = Query("Who?", "Who?", date(2032, 1, 1))
    answer = Answer("1", datetime(2032, 1, 1), "Who?", query, "Oake.", "refused", dropped=(dropped, dropped))
    for html in (turns_html([Turn(answer_json(answer))], last=True), answer_page(answer)):
        assert "<summary>2 sentences were left out</summary>" in html
        assert html.count("<s>&lt;b&gt;It has 7 million.&lt;/b&gt;</s>") == 2
        assert html.count("7 million") == 2
        assert "Not supported by the sources: the quote does not say 7" in html
    annotated = replace(answer, mode="written", statements=(dropped,), dropped=())
    assert "(Not supported by the sources: the quote does not say 7)" in answer_page(annotated), "without a script"


def test_a_marked_line_stays_a_line() -> None:
    text = "2 carrots\n1 tsp cumin\n1 lemon"
    document = Document(id="d", text=text, title="Soup")
    quote = Quote("d", 10, 21, "1 tsp cumin")
    passage = Passage(1, Chunk("c", "d", 0, 0, len(text), text), document.without_text, 1.0, evidence=(quote,))
    assert "2 carrots<br><mark>1 tsp cumin</mark><br>1 lemon" in passages_html([passage])


def test_who_wrote_what_has_no_outlet_is_said_also_of_a_stored_answer(library: Library) -> None:
    library.add(Document(id="d", text="The hut has room for us in May.", title="The hut", author="Anna Keller"))
    answer = library.ask("When has the hut room?")
    stored = answer_of(answer_json(answer))
    assert stored.statements[0].introduction == "The hut (Anna Keller)"
    for passages in (answer.passages, stored.passages):
        assert '<p class="footnote-facts">Anna Keller · undated</p>' in passages_html(passages)


def test_only_a_name_that_we_gave_is_an_owner() -> None:
    assert owner_of({"footnote_browser": "ab" * 16}) == "ab" * 16
    for other in ({}, {"footnote_browser": ""}, {"footnote_browser": "short"}):
        assert owner_of(other, otherwise="session") == "session"


def test_example_questions_are_answered_by_different_documents(saltmere_folder: Path) -> None:
    with Library(saltmere_folder, settings=load_settings(llm="none"), read_only=True) as library:
        questions = example_questions(library)
        assert len(set(questions)) == 4
        assert questions[-1] == "What’s new?"
        assert len({library.search(question, limit=1)[0].document.id for question in questions[:-1]}) == 3
        assert all(library.ask(question).mode == "quoted" for question in questions)


def test_example_questions_ask_who_the_persons_are_that_documents_are_called_after(library: Library) -> None:
    life = "Ida Brenn (3 May 1890 – 12 July 1978) was a chemist. She studied at Oster from 1909 to 1914."
    house = "Brenn Hall (built in 1702) is a country house near Hask. Nobody lives there."
    library.add([Document(id="a", title="Ida Brenn", text=life), Document(id="b", title="Brenn Hall", text=house)])
    assert set(example_questions(library)) == {"Who was Ida Brenn?", "What is said about Brenn Hall?"}
    library.add(Document(id="c", title="notes", text="bread, milk, two eggs. remember the keys."))
    assert example_questions(library)[2:] == ["What are these documents about?"]


def test_a_library_without_names_offers_nothing(library: Library) -> None:
    assert example_questions(library) == []
    library.add(Document(id="1", title="notes", text="bread, milk, two eggs. remember the keys."))
    assert example_questions(library) == []
