"""One story in several outlets is one passage; a correction, or another report, is another."""

import datetime as dt
from pathlib import Path

import pytest

from rag import Document, Library, Passage, load_settings
from rag.copies import grouped
from rag.records import Chunk

STORY = (
    "The opening of the North Pier has been put off from 1 May to 4 September. The engineer said that the steel had "
    "come nine weeks late, and that a storm had cost his crews another week."
)


def passage(name: str, text: str) -> Passage:
    return Passage(0, Chunk(f"{name}:0", name, 0, 0, len(text), text), Document(name, ""), 1.0)


@pytest.mark.parametrize(
    ("text", "copies"),
    [
        (STORY, 1),
        (f"By our reporters. {STORY} The council regretted the delay.", 1),
        (STORY.replace("put off", "postponed").replace("come", "arrived"), 1),
        (STORY.replace("4 September", "14 September"), 0),
        (STORY.replace("nine weeks", "five weeks"), 0),
        ("The North Pier will open in September rather than May, because steel came late.", 0),
    ],
    ids=["the same", "longer", "other words", "another date", "another number", "another report"],
)
def test_what_counts_as_a_copy(text: str, copies: int) -> None:
    found = grouped([passage("a", STORY), passage("b", text)], 5)
    assert [len(one.copies) for one in found] == ([1] if copies else [0, 0])
    assert [one.number for one in found] == list(range(1, len(found) + 1))


def test_two_passages_of_one_document_are_two() -> None:
    assert len(grouped([passage("a", STORY), passage("a", STORY)], 5)) == 2


def test_the_limit_counts_stories() -> None:
    texts = [STORY, STORY, "Ninety seals were counted on the sandbank in spring.", "The ferry sails in July."]
    found = grouped([passage(f"d{i}", text) for i, text in enumerate(texts)], 2)
    assert [one.document.id for one in found] == ["d0", "d2"]
    assert [document.id for document in found[0].copies] == ["d1"]


def test_an_answer_names_the_other_outlets_of_its_story(saltmere_folder: Path) -> None:
    with Library(saltmere_folder, settings=load_settings(llm="none"), read_only=True) as library:
        answer = library.ask("Why has the opening of the North Pier been put off?", asked_on=dt.date(2032, 12, 31))
    told = next(one for one in answer.passages if "steel" in one.chunk.text)
    assert {told.document.source, *(document.source for document in told.copies)} == {
        "Harbour Courier",
        "Saltmere Gazette",
    }
    assert sum("nine weeks late" in one.chunk.text for one in answer.passages) == 1


def test_another_name_in_the_same_words_is_no_copy_and_a_byline_makes_none() -> None:
    text = "Anna Holt will lead the inquiry into the accident at the Tollen yard from May, the council has decided."
    assert len(grouped([passage("a", text), passage("b", text.replace("Anna Holt", "Per Moe"))], 5)) == 2
    assert len(grouped([passage("a", text), passage("b", f"TOLLEN (Coast Radio) - {text}")], 5)) == 1
