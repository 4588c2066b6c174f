"""Who makes a claim, in the sentence itself and in those around it; and how an answer says so."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.attributions import SPLITS, accuracy, load_claims, sample
from rag.attributing import Said, attributed, introduction
from rag.grounding import ground
from rag.quoting import quoted
from rag.records import Chunk, Document, Passage, Quote
from rag.sentences import sentence_spans
from rag.speakers import Speaker, speakers_of

STORY = (
    "The North Pier has been closed. Engineer Mads Rue said that its piles had rotted. “Nobody looked under water,” he "
    "said. “Nobody was asked to.” The mayor disagrees. A council spokeswoman told the Gazette that divers had gone "
    "down in May. The pier was built in 1911."
)


def said(text: str) -> list[str]:
    """The speaker of each sentence, empty where it is nobody's claim."""
    sentences = [text[span.start : span.end] for span in sentence_spans(text)]
    return [speaker.name if speaker else "" for speaker in speakers_of(sentences, "Gazette")]


def passage(text: str, source: str = "Gazette") -> Passage:
    document = Document("d1", text, "Pier closed", date(2032, 2, 3), source=source)
    spans = tuple(sentence_spans(text))
    evidence = tuple(Quote("d1", span.start, span.end, text[span.start : span.end]) for span in spans)
    chunk = Chunk("c1", "d1", 0, 0, len(text), text, spans)
    return Passage(1, chunk, document.without_text, 1.0, {}, evidence, (1.0,) * len(spans))


def test_each_sentence_of_a_story_has_its_speaker() -> None:
    assert said(STORY) == [
        "", "Engineer Mads Rue", "Engineer Mads Rue", "Engineer Mads Rue", "", "A council spokeswoman", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("The minister told him the bridge was safe, Rue said.", "Rue"),
        ("Rue said that Holt had told him the bridge was safe.", "Rue"),
        ("The bridge is safe, according to a report by the auditors.", "a report by the auditors"),
        ("Anna Holt was quoted by the Skarn Mirror as saying that the bridge is safe.", "Anna Holt"),
        ("Holt resigned on Monday, saying that the work had made her ill.", "Holt"),
        ("‘It is safe,’ said Anna Holt, who built it.", "Anna Holt"),
        ("The head of the drivers' union, Anna Holt, said drivers feared for their bridge.", "Anna Holt"),
        ("Anna Holt of the Rue Institute, who came late, called the bridge safe but said it was ugly.", "Anna Holt"),
        ("The opposition put turnout at 38 percent.", "The opposition"),
        ("Reuters reported on Monday that the bridge is safe.", ""),
        ("The Gazette said on Monday that the bridge is safe.", ""),
        ("Rue declined to say whether the bridge is safe.", ""),
        ("It was said that the bridge is safe.", ""),
        ("When the minister said that the vote was off, the crowd left.", ""),
        ("The bridge is open, even though the minister said that it was not safe.", ""),
        ("The president is expected to put her name by the end of May to the rise that deputies backed.", ""),
        ("The think tank added three rooms; the ship, called the Astrid, sank.", ""),
        # Verbs that say something only with a clause, of somebody who can speak, and nouns that look like them.
        ("Rue held that office until 1967, and claimed the title twice.", ""),
        ("The court held that the licence was void.", "The court"),
        ("Rue claimed he had been promised a pension.", "Rue"),
        ("She married Alec Holt, though she continued to use the name Rue.", ""),
        ("The school was established by the herring merchant Olav Holt.", ""),
        ("The plan was dismissed by the mayor as a stunt.", ""),
        ("The rumour was denied by Mayor Rue.", "Mayor Rue"),
        ("Its colours, indigo and white, recall the trade of the founders.", ""),
        ("The army called him up in 1914, into a unit called Red Kestrel.", ""),
        ("Rue called it a farce.", "Rue"),
        ("The heads of government of member states also meet in March.", ""),
        ("Letters are sorted according to their size.", ""),
        ("Some 45,000 came, the board said, twice as many as expected.", "the board"),
        ("Counting was held up for an hour by a power cut.", ""),
        ("Due to the cold, all of them asked to remain indoors.", ""),
        ("In Rue v Holt the Court of Appeal held that the licence was void.", "the Court of Appeal"),
        ("Please note that frost is not covered.", ""),
        ("Her family said that she was well.", "Her family"),
        ("“No,” the letter reads.", "the letter"),
        ("And Healy believes that it leaks.", "Healy"),
        ("He bought a boat from a firm called Rue & Sons.", ""),
        ("Holt developed a theory that predicted the leak.", ""),
        ("People will no doubt note that it leaks.", ""),
    ],
)
def test_one_sentence(text: str, speaker: str) -> None:
    assert said(text) == [speaker]


def test_a_pronoun_means_whoever_spoke_last_of_that_gender() -> None:
    assert said("Mr Holt met Ms Berg. He said it was late. She said it was not.")[1:] == ["Mr Holt", "Ms Berg"]


def test_a_name_does_not_reach_back_over_the_end_of_a_sentence_or_a_heading() -> None:
    assert said("It sails for Skarn. Boats of Lisk\n\nAnna Holt came. Holt said it leaked.")[-1] == "Anna Holt"
    assert (
        said("They won the Autumn Cup. J.J. Rue and Anna Holt of the Cup. Anna Holt said it leaked.")[-1] == "Anna Holt"
    )
    assert said("He met J.J. Rue. Rue said it leaked.")[-1] == "J.J. Rue"


def test_a_quote_of_several_sentences_is_introduced_by_whom_its_first_pronoun_means() -> None:
    found = passage("Oskar Vane is tired. He said that nobody came. He had asked Mira Vane, his daughter, for help.")
    lines = quoted([Passage(1, found.chunk, found.document, 1.0, {}, found.evidence[2:3], (1.0,))]).text
    assert lines.startswith("Oskar Vane, as reported by Gazette on 3 February 2032: “He said")


def test_a_power_is_no_person_who_was_named_before() -> None:
    assert said("Anna Holt called it a farce. The West has warned that it leaks.")[-1] == "The West"
    assert said("Anna Holt called it a farce. The Commission said that it leaks.")[-1] == "The Commission"
    assert said("Anna Holt called it a farce. The Dane said that it leaks.")[-1] == "Anna Holt"


def test_a_sample_is_of_sentences_that_have_a_speaker(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text('{"text": "Anna Holt said it leaked. The pier is old."}\n', encoding="utf-8")
    assert sample(corpus, 100) == [("Anna Holt", "Anna Holt said it leaked.")]


def test_however_is_nobody() -> None:
    assert said("“It leaks,” said Anna Holt. However, Rue disagreed. “We were told.”")[-1] == "Rue"
    assert said("However, it sailed. “We were told.”")[-1] == ""


def test_a_question_that_is_parted_from_its_speaker() -> None:
    assert said("Ida Sorn lost. “Who won?” she asked.")[1] == "Ida Sorn"


@given(st.lists(st.sampled_from(["“", "”", '"', "He said", "she said,", "Ann Lee", "it.", "‘", "who", "told", "."])))
def test_no_text_is_too_odd(words: list[str]) -> None:
    text = " ".join(words)
    sentences = [text[span.start : span.end] for span in sentence_spans(text)]
    assert len(speakers_of(sentences)) == len(sentences)


def test_a_quoted_answer_names_a_speaker_whom_the_quote_does_not_name() -> None:
    found = passage(STORY)
    lines = quoted([Passage(1, found.chunk, found.document, 1.0, {}, found.evidence[2:3], (1.0,))]).text
    assert (
        lines
        == "Engineer Mads Rue, as reported by Gazette on 3 February 2032: «“Nobody looked under water,” he said.» [1]"
    )
    assert introduction(found.document, "", Speaker("Mads Rue", named=True)) == "Pier closed (Gazette, 3 February 2032)"
    alone = passage(STORY, source="").document
    assert (
        introduction(alone, "", Speaker("a diver", named=False))
        == "A diver, as reported in “Pier closed” on 3 February 2032"
    )


def test_a_claim_is_never_turned_into_a_fact() -> None:
    grounded = ground("Divers had gone down in May [1].", [passage(STORY)])
    assert grounded.text == "According to a council spokeswoman, divers had gone down in May [1]."
    assert ground("The pier was built in 1911 [1].", [passage(STORY)]).text == "The pier was built in 1911 [1]."
    read = ground("According to the passage, divers had gone down in May [1].", [passage(STORY)])
    assert read.text == grounded.text
    told = "A council spokeswoman said that divers had gone down in May [1]."
    assert ground(told, [passage(STORY)]).text == told


def test_a_claim_is_never_given_to_another() -> None:
    grounded = ground("Mads Rue said that divers had gone down in May [1].", [passage(STORY)])
    assert grounded.statements == ()
    told = Said("It was arson, the police said.", Speaker("the police", named=True))
    fact = Said("The hall burned on Monday.", None)
    assert (
        attributed("The fire on Monday was arson.", [told, fact])
        == "According to the police, the fire on Monday was arson."
    )
    other = Said("It was an accident, Owen Tate said.", Speaker("Owen Tate", named=True))
    assert attributed("It was arson or an accident.", [told, other]) == (
        "According to the police and Owen Tate, it was arson or an accident."
    )


@pytest.mark.parametrize(
    ("speaker", "statement", "shown"),
    [
        ("Larkline", "Larkline's trains are safe.", "According to Larkline, Larkline's trains are safe."),
        ("The mayor", "Residents demanded a school.", "According to the mayor, residents demanded a school."),
        ("Prosecutors", "Owen Tate stole it.", "According to prosecutors, Owen Tate stole it."),
        ("its leader", "The union will strike.", "According to the leader, the union will strike."),
        ("the mayor", "The mayor said that it is safe.", "The mayor said that it is safe."),
        ("the mayor", "The mayor wants a new bridge.", "The mayor wants a new bridge."),
    ],
)
def test_a_claim_is_told_as_one_unless_it_names_its_speaker(speaker: str, statement: str, shown: str) -> None:
    assert attributed(statement, [Said("", Speaker(speaker, named=True))]) == shown


def test_the_labelled_set_and_its_floor() -> None:
    claims = load_claims()
    assert len({claim.id for claim in claims}) == len(claims) >= 80
    assert {claim.split for claim in claims} == set(SPLITS)
    for split in SPLITS:
        assert accuracy([claim for claim in claims if claim.split == split]) >= 0.95
