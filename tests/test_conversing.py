"""The conversations and the lives that they are about: what the sets hold, and how well they are followed."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.conversing import CORPUS, LIVES, SETS, SPLITS, Heard, heard, load_conversations, main
from evals.libraries import resolved
from evals.questions import load_questions
from rag import Library, load_settings
from rag.errors import QuestionError


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("lives"), settings=load_settings(llm="none")) as library:
        library.add(load_questions(LIVES, CORPUS).corpus)
        yield library


@pytest.fixture(scope="module")
def found(library: Library) -> list[Heard]:
    return list(heard(load_conversations(), library))


def test_every_life_is_quoted_with_its_answer(library: Library) -> None:
    questions = resolved(load_questions(LIVES, CORPUS).questions, library)
    assert Counter(question.answerable for question in questions) == {True: 101, False: 12}
    for question in questions:
        assert all(gold.start is not None for gold in question.evidence)
        assert all(any(answer in gold.quote for gold in question.evidence) for answer in question.answers)


@pytest.mark.parametrize(("at", "answered", "unanswered"), [(1, 173, 27), (2, 70, 50), (3, 70, 50)])
def test_every_document_of_others_is_quoted_with_its_answer(
    at: int, answered: int, unanswered: int, tmp_path: Path
) -> None:
    conversations, questions, corpus = SETS[at]
    with Library(tmp_path / "library", settings=load_settings(llm="none")) as library:
        asked = load_questions(questions, None if corpus.is_dir() else corpus)
        library.add(corpus if corpus.is_dir() else asked.corpus)
        found = resolved(asked.questions, library)
        texts = " ".join(f"{one.title} {library.document(one.id).text}" for one in library.documents())
    assert Counter(question.answerable for question in found) == {True: answered, False: unanswered}
    for question in found:
        assert all(gold.start is not None for gold in question.evidence)
        assert not question.evidence or any(
            answer.lower() in gold.quote.lower() for answer in question.answers for gold in question.evidence
        )
    assert all(any(answer in texts for answer in one.answers) for one in load_conversations(conversations))


@pytest.mark.parametrize("split", SPLITS)
def test_a_conversation_is_followed_nearly_as_well_as_questions_that_are_written_out(
    found: list[Heard], split: str
) -> None:
    following = [one for one in found if one.spoken.split == split and one.spoken.question != one.spoken.written_out]
    told = Counter(wording for one in following for wording, is_told in one.told.items() if is_told)
    assert told["alone"] < told["in conversation"] >= 0.7 * len(following)
    assert told["in conversation"] >= told["written out"] - 0.15 * len(following)


def test_the_figures_are_said_of_each_split(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--failures"], print, SETS[-1:])
    said = capsys.readouterr().out
    assert said.count("follow-ups") == said.count("in conversation") == len(SPLITS)
    assert "told 0." in said


def test_a_set_that_lacks_a_field_is_named(tmp_path: Path) -> None:
    path = tmp_path / "conversations.jsonl"
    path.write_text('{"conversation": 1, "split": "tuned", "question": "Who?", "answers": []}\n', encoding="utf-8")
    with pytest.raises(QuestionError, match="line 1: field standalone"):
        load_conversations(path)
