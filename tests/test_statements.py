"""Statements as a whole against what they are held to, by example and on a labelled set."""

import json
from pathlib import Path

import pytest

from evals.statements import FOLDER, caught, check, load_statements, main, precision, wrongly_rejected
from rag import load_settings
from rag.entailment import CONTRADICTED, NOT_ENTAILED, EntailmentWording
from rag.errors import ModelError, QuestionError
from rag.gates import objections
from rag.grounding import ground
from rag.library import Library
from rag.sources import sources_of
from rag.statements import gone_on, parts, stated, without_last
from rag.tables import rows_of
from rag.wording import EncoderWording, StemWording
from tests.passages import passage
from tests.tiny_models import tiny_cross_encoder


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("1. The council met.\n2) The mayor left.", ["The council met.", "The mayor left."]),
        ("Sure, the polls close at 7:30 p.m.", ["The polls close at 7:30 p.m."]),
        (
            "Based on the report, Mayor Tate said: “It is safe.”",
            ["Based on the report, Mayor Tate said: “It is safe.”"],
        ),
        ("According to the sources: The dam is safe.", ["The dam is safe."]),
        ("It has 12 (3) dams.", ["It has 12 (3) dams."]),
    ],
)
def test_statements_without_their_list_numbers_and_lead_ins(text: str, statements: list[str]) -> None:
    assert [one.text for one in stated(text)] == statements


# Statements as a whole


def test_a_model_text_becomes_statements_with_the_numbers_that_they_cite() -> None:
    found = list(stated("Answer: It rained [1, 3]. It was cold.[2]"))
    assert [(one.text, sorted(one.cited)) for one in found] == [("It rained.", [1, 3]), ("It was cold.", [2])]


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("Oake leads it [1]. She", ""),
        ("Oake leads it [1]. She is ", "Oake leads it [1]."),
        ("Oake leads it. [1", ""),
        ("Oake leads it. [source 1, 2]", ""),
        ("Oake leads it. [source 1, 2] She is ", "Oake leads it. [source 1, 2]"),
        ("Oake met Dr. Marsh ", ""),
        ("| Line |\n|---|\n| Red |\n\nIt ends ", "| Line |\n|---|\n| Red |"),
    ],
)
def test_a_growing_text_is_settled_up_to_its_last_statement(text: str, settled: str) -> None:
    assert gone_on(text, 0) >= bool(settled)
    assert (without_last(text) if gone_on(text, 0) else "").strip() == settled


def test_a_statement_is_parted_where_another_clause_begins_and_not_within_a_list() -> None:
    assert parts("The tram plan was rejected by 21 votes, although many residents liked it.") == (
        "The tram plan was rejected by 21 votes",
        "although many residents liked it.",
    )
    assert len(parts("Smith and Jones won.")) == 1
    assert parts("The tram stood still for a year and a half because the council of Hask had no money left.") == (
        "The tram stood still for a year and a half",
        "because the council of Hask had no money left.",
    )
    assert parts("The Hask theatre was shut; four years after her death the old stage was sold.")[1:] == (
        "four years after her death the old stage was sold.",
    )


@pytest.mark.parametrize(
    "statement",
    [
        "Councillors in Orrin Vale voted the tram plan down on 14 April 2031, 21 to 16.",
        "Lena Sandoval said: “We will try again.”",
        "The tram would have cost 340m crowns, double what was first estimated.",
        "The plan was rejected although Mayor Lena Sandoval had campaigned for it.",
    ],
)
def test_what_says_the_same_in_other_words_is_supported(statement: str, wording: EncoderWording) -> None:
    grounded = ground(f"{statement} [1]", [passage()], wording)
    assert [one.support for one in grounded.statements] == ["supported"], grounded.dropped


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("The tram plan was rejected by 21 votes to 14.", "the sources say 16, not 14"),
        ("The tram plan was rejected on Sunday.", "the sources say Monday, not Sunday"),
        ("The council of Orrin Moor rejected the tram plan.", "the sources do not name Orrin Moor"),
        ("The council approved the tram plan.", "the sources say “rejected”, not “approved”"),
        ("Mayor Lena Sandoval had not campaigned for it.", "the sources do not deny it: they say “campaigned”"),
        ("“We will wait,” Lena Sandoval said.", "the sources do not have the words “We will wait,”"),
        ("The line would have cost 430 million crowns.", "the sources say 340 million, not 430 million"),
    ],
)
def test_reasons_are_in_words(statement: str, reason: str, wording: EncoderWording) -> None:
    (dropped,) = ground(f"{statement} [1]", [passage()], wording).dropped
    assert reason in dropped.reasons


@pytest.mark.parametrize(
    ("statement", "source", "carried"),
    [
        ("Hask got four years in prison, two fewer than the prosecutor wanted.",
         "Hask got four years in prison. The judge was stern. The prosecutor, Ida Brenn, had wanted six years.", True),
        ("Hask got four years in prison, three fewer than the prosecutor wanted.",
         "Hask got four years in prison. The judge was stern. The prosecutor, Ida Brenn, had wanted six years.", False),
        ("Hask would put off the wind farm by two years, to 2030.",
         "Hask said on Thursday it would put off the wind farm by two years. It is now due in 2030.", True),
        ("The river peaked at 9.84 metres.",
         "The river peaked at 9.84 metres on Sunday, 22 centimetres above the last record.", True),
        ("The province asked for military help, Falk said.",
         "Falk said the province had not requested assistance from the army.", False),
        ("Brack was put forward for the prize and was given it.",
         "Brack was nominated for the prize but did not receive it.", False),
        ("Falk said it would last until 2031 at least.", "Falk said it would not end before 2031.", True),
        ("According to the Hask port's director, it takes three weeks.",
         "Dock workers at the Hask port are back. Port director Ida Brenn said it would take three weeks.", True),
    ],
)  # fmt: skip
def test_what_is_carried_by_several_sentences_or_denied_in_other_words(
    statement: str, source: str, carried: bool, wording: EncoderWording
) -> None:
    grounded = ground(statement, [passage(source)], wording)
    assert bool(grounded.statements) == carried, grounded.judged


def test_one_statement_may_join_two_documents(wording: EncoderWording) -> None:
    other = passage("A survey in March found that 58 percent of residents were in favour of the tram.", 2)
    joined = "The council rejected the tram plan, although 58% of residents were in favour of it [1][2]."
    (statement,) = ground(joined, [passage(), other], wording).statements
    assert len(statement.citations) == 2


def test_a_sentence_with_a_number_of_its_own_is_quoted_beside_one_that_has_nearly_all(wording: EncoderWording) -> None:
    source = passage(
        "House prices in Orrin Vale rose 1.4 percent in the year to May, the lender Marlow & Hythe said. Marlow & Hythe"
        " does not expect prices to climb by more than 3 percent this year."
    )
    joined = (
        "House prices in Orrin Vale rose {} percent in the year to May, and it sees them rising by no more than {}."
    )
    (statement,) = ground(joined.format(1.4, "3 percent"), [source], wording).statements
    assert len(statement.citations) == 2
    assert ground(joined.format(1.4, "4 percent"), [source], wording).dropped


@pytest.mark.parametrize(
    ("statement", "source", "reason"),
    [
        ("The brewer has left Hask Sound.", "The Danish brewer left it in May. Hask Sound is a port.", ""),
        ("The Swedish brewer has left Hask.", "The Danish brewer has left Hask. A Swedish ship lay there.", "Danish"),
        ("Ivo Falk, who works for Odeon, said no.", "Ivo Falk of Odeon said no. Brack is near. Ships pass.", ""),
        ("Ivo Falk, who works for Brack, said no.", "Ivo Falk of Odeon said no. It rained. Brack is near.", "Falk's"),
        ("See https://a.example/x for the plan.", "See https://a.example/x for the plan.", ""),
        ("See https://b.example/x for the plan.", "See https://a.example/x for the plan.", "the address https://b"),
        ("Although Falk came, it was late.", "Falk came late.", ""),
        ("Alongside Falk, three came late.", "Falk and three more came late.", ""),
        ("Kickoff is late.", "They kick off late.", ""),
        ("Hask is late.", "They kick off late.", "name Hask"),
        ("Lookout Brack is late.", "Brack is late. Hask looks out.", "name Lookout"),
        ("Western countries refused it.", "The West refused it.", ""),
        ("Brack says it would pay.", "Falk denied it, saying it would pay. Brack chairman Ivo Falk left.", ""),
        ("Hask says it would pay.", "Falk said it would pay. Hask is near. Brack chairman Ivo Falk left.", "not Hask"),
        ("The head of Hask Hall opposes the new loan.", "Hask Hall head Ivo Falk opposes the new loan.", ""),
        ("The rival of Hask Hall opposes the new loan.", "Hask Hall head Ivo Falk opposes the new loan.", "Falk, not"),
        ("Falk paid for lessons by mending radios.", "Born in Brack, he paid for lessons by mending radios. Falk flew.",
         ""),
        ("The Hask brothers refused it.", "Odeon's manager, Rao, offered it to the brothers, who refused it. The Hask "
         "Brothers had friends.", ""),
        ("It fell near Lake Hask.", "It fell near the water, Rao of Hask Hall said. Lake Hask is deep.", ""),
        ("It fell near Lake Hask.", "It fell near Lake Brack, Rao said. Lake Hask is deep.", "Brack, not Lake Hask"),
    ],
)  # fmt: skip
def test_names_and_links_are_those_of_the_quote(statement: str, source: str, reason: str) -> None:
    main = sources_of(passage(source))[0]
    found = [one.reason for one in objections(statement, statement, main)]
    assert any(reason in one for one in found) if reason else found == []


@pytest.mark.parametrize(
    ("statement", "taken"),
    [
        ("The prize went to Wren Hale, a potter whose studio in Gull Point had burned down.", True),
        ("The prize went to Ivo Falk, a potter whose studio in Gull Point had burned down.", False),
        ("The prize, worth 3,000 crowns, went to Ivo Falk.", False),
    ],
)
def test_a_name_may_come_from_a_sentence_that_is_needed_for_more_than_it(statement: str, taken: bool) -> None:
    text = (
        "The prize, worth 3,000 crowns, went to the potter at a dinner in Hask on Friday. Wren Hale's studio in Gull "
        "Point burned down in May. Ivo Falk gave the dinner."
    )
    main, *others = sources_of(passage(text))
    assert objections(statement, statement, main)
    assert bool(objections(statement, statement, main, others)) != taken


LIGHTS = (
    "| Light | Colour | Meaning |\n|---|---|---|\n| Power | green | running |\n| Line | off | no signal |\n"
    "| Line | orange | synchronising |"
)
SALES = "| Year | Sales | Profit |\n|---|---|---|\n| 2029 | 1,204 | 77 |\n| 2030 | 1,390 | 81 |"


@pytest.mark.parametrize(
    ("statement", "carried"),
    [
        ("An orange line light means that it is synchronising.", True),
        ("A green power light means that it is running.", True),
        ("Power is green and the line orange.", True),
        ("| Light | Colour | Meaning |\n|---|---|---|\n| Line | orange | synchronising |", True),
        ("| Power | orange | synchronising |", False),
        ("An orange power light means that it is synchronising.", False),
        ("An orange power light means that it is synchronising and running.", False),
        ("Sales were 1,390 in 2030.", True),
        ("Sales were 1,204 in 2030.", False),
        ("Profit was 77 in 2029.", True),
        ("Profit was 1,204 in 2029.", False),
    ],
)
def test_a_row_of_a_table_tells_nothing_of_another(statement: str, carried: bool, wording: EncoderWording) -> None:
    text = SALES if any(character.isdigit() for character in statement) else LIGHTS
    found = ground(statement, [passage(text)], wording)
    assert bool(found.statements) == carried
    assert all(text[one.quote.start : one.quote.end] == one.quote.text for one in found.citations)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("| A | B |\n|---|---|\n| 1 | 2 |\n  |3||  ", ["| 1 | 2 |", "|3||"]),
        ("| A |\n|---|\n| b \\|\n| c |", ["| b \\|", "| c |"]),
        ("| A | B |\n| 1 | 2 |", []),
        ("It is |1|.", []),
    ],
)
def test_the_rows_of_a_table_are_its_lines_below_the_header(text: str, rows: list[str]) -> None:
    assert [text[row.span.start : row.span.end] for row in rows_of(text)] == rows


def test_a_denial_may_stand_in_the_second_quote(wording: EncoderWording) -> None:
    source = "The Brack satellite {} and will burn up. Students of Ivo Falk built it in four years.".format
    joined = "The Brack satellite, which students of Ivo Falk built in four years, did not separate and will burn up."
    (statement,) = ground(joined, [passage(source("did not separate"))], wording).statements
    assert len(statement.citations) == 2
    assert ground(joined, [passage(source("separated"))], wording).dropped


def test_what_no_near_sentence_says_is_not_put_together_from_far_ones(wording: EncoderWording) -> None:
    source = passage(
        "This month Orrin's troops were pushed out of neighbouring Hask province. It is not clear whether whole"
        " provinces will vote, or only what troops hold. Officials in the Kessel region and in Hask had planned it."
    )
    assert ground("Orrin's troops were driven out of Kessel province this month.", [source], wording).dropped
    assert ground("Orrin's troops were driven out of Hask province this month.", [source], wording).statements


# The labelled set, and what measures it


def test_a_copied_sentence_is_carried_by_its_original(wording: EncoderWording) -> None:
    source = "The sheriff said two men had been arrested on suspicion of looting."
    assert [one.text for one in ground(source, [passage(source)], wording).statements] == [source]
    assert ground("The sheriff said two men had looted.", [passage(source)], wording).dropped
    assert ground("Entry costs £5.", [passage("Entry costs $5.")], wording).dropped


def test_what_is_said_stays_with_who_said_it(wording: EncoderWording) -> None:
    source = (
        "The minister replied that no contract had been signed. Mayor Tate supports the bridge. The builder, Drava "
        "Most, had already spent 3 million crowns."
    )
    assert ground("Mayor Tate replied to the builder, Drava Most, that no contract had been signed.", [passage(source)],
                  wording).dropped  # fmt: skip


def test_figures_are_those_of_a_hand_count(tmp_path: Path) -> None:
    rows = [
        ("The harbour landed 1,250 tonnes.", True, None),
        ("Seven huge whales sang merrily offshore.", True, None),  # labelled wrongly, so wrongly rejected
        ("The harbour landed 1,520 tonnes.", False, "number"),
        ("The harbour landed fish.", False, "number"),  # let through
    ]
    text = "The harbour landed 1,250 tonnes of fish."
    file = tmp_path / "statements.jsonl"
    file.write_text(
        "\n".join(
            json.dumps(
                {
                    "id": str(number),
                    "split": "heldout",
                    "passages": [{"title": "Catch", "source": "Gazette", "date": "2031-04-15", "text": text}],
                    "statement": statement,
                    "supported": supported,
                    "change": change,
                    "form": "verbatim",
                    "note": "",
                }
            )
            for number, (statement, supported, change) in enumerate(rows)
        )
    )
    checked = check(list(load_statements(file)), StemWording())
    assert (caught(checked).mean, caught(checked).n) == (0.5, 2)
    assert (wrongly_rejected(checked).mean, wrongly_rejected(checked).n) == (0.5, 2)
    assert (precision(checked).mean, precision(checked).n) == (0.5, 2)
    said: list[str] = []
    main([str(file), "--mistakes"], said.append)
    assert any(line.split()[:3] == ["number", "changed,", "caught"] and "0.500" in line for line in said)
    assert any(line.strip() == "let through" for line in said)


def test_a_row_without_a_label_is_named(tmp_path: Path) -> None:
    file = tmp_path / "statements.jsonl"
    file.write_text('{"id": "1", "passages": [], "statement": "It rained."}')
    with pytest.raises(QuestionError, match=r"line 1: field supported"):
        list(load_statements(file))


def test_altered_statements_are_caught_and_true_ones_are_not(wording: EncoderWording) -> None:
    checked = check(list(load_statements(FOLDER / "statements-development.jsonl")), wording)

    def of(*changes: str) -> float:
        return caught([one for one in checked if one.labelled.change in changes]).mean

    assert of("number", "date", "name") >= 0.95
    assert of("negation", "speaker", "direction") >= 0.85
    assert wrongly_rejected(checked).mean <= 0.06


# An inference model


@pytest.fixture(scope="module")
def inference_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with the labels of natural-language inference, which says of everything that it contradicts."""
    return tiny_cross_encoder(
        tmp_path_factory.mktemp("inference"), bias=9.0, id2label={0: "contradiction", 1: "entailment", 2: "neutral"}
    )


def test_an_inference_model_has_the_last_word_where_the_gates_agree(inference_model: Path) -> None:
    checking = EntailmentWording(str(inference_model), StemWording())
    (dropped,) = ground("The mayor, Lena Sandoval, had campaigned for it [1].", [passage()], checking).dropped
    assert dropped.reasons == (CONTRADICTED,)
    (dropped,) = ground("Mayor Lena Sandoval had not campaigned for it [1].", [passage()], checking).dropped
    assert CONTRADICTED not in dropped.reasons, "what a gate stops is never asked"
    checking._model.model.classifier.bias.data[:] = checking._model.model.classifier.bias.data.new_tensor([0.0, 0, 9])
    assert checking.doubt("It rained.", ["It snowed."], 1.0, 0.0) == NOT_ENTAILED
    checking._model.model.classifier.bias.data[:] = checking._model.model.classifier.bias.data.new_tensor([0.0, 9, 0])
    assert ground("The mayor, Lena Sandoval, had campaigned for it [1].", [passage()], checking).statements


def test_an_inference_model_that_is_not_there_is_named(saltmere_folder: Path) -> None:
    settings = load_settings(llm="none", entailment="/no/such/model")
    with (
        Library(saltmere_folder, settings=settings, read_only=True) as library,
        pytest.raises(ModelError, match=r"no inference model at /no/such/model; set FOOTNOTE_ENTAILMENT"),
    ):
        library._wording.doubt("It rained.", ["It snowed."], 1.0, 0.0)
