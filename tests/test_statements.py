"""Statements against what they are held to: each gate by example, then all of them on a labelled set."""

import json
from datetime import date
from pathlib import Path

import pytest

from evals.statements import FOLDER, caught, check, load_statements, main, precision, wrongly_rejected
from rag import load_settings
from rag.bindings import Atom, exchanged
from rag.comparing import same
from rag.denials import denials
from rag.encoder import load_encoder
from rag.entailment import CONTRADICTED, NOT_ENTAILED, EntailmentWording
from rag.errors import ModelError, QuestionError
from rag.gates import objections
from rag.grounding import ground
from rag.library import Library
from rag.moments import moments, told_by
from rag.names import known, proper_names
from rag.polarity import disagreement
from rag.quantities import quantities
from rag.records import Chunk, Document, Passage, Span
from rag.sayings import misattributed, unspoken
from rag.sentences import sentence_spans
from rag.settings import PACKAGED_ENCODER
from rag.sources import sources_of
from rag.statements import parts, stated
from rag.wording import EncoderWording, StemWording
from rag.words import located_words
from tests.tiny_models import tiny_cross_encoder

TUESDAY = date(2031, 4, 15)
NEWS = (
    "The council of Orrin Vale rejected the tram plan on Monday by 21 votes to 16. "
    'Mayor Lena Sandoval had campaigned for it. "We will try again," she said. '
    "The line would have cost 340 million crowns, twice the first estimate."
)


def passage(text: str = NEWS, number: int = 1) -> Passage:
    document = Document(id=f"d{number}", text=text, title="Tram plan rejected", date=TUESDAY, source="Vale Herald")
    chunk = Chunk(f"c{number}", document.id, 0, 0, len(text), text, tuple(sentence_spans(text)))
    return Passage(number, chunk, document.without_text, 1.0)


@pytest.fixture(scope="module")
def wording() -> EncoderWording:
    return EncoderWording(load_encoder(PACKAGED_ENCODER))


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


# Numbers, dates and names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,000 boats", "1000 boats"),
        ("two million people", "2,000,000 people"),
        ("$1.2bn", "1.2 billion dollars"),
        ("40 per cent", "40%"),
        ("three quarters of them", "75 percent of them"),
        ("two in five", "40 percent"),
        ("a third of it", "33 percent of it"),
        ("a dozen eggs", "12 eggs"),
        ("a fortnight", "14 days"),
        ("three and a half years", "3.5 years"),
        ("a year", "twelve months"),
        ("6.1 km", "6,100 metres"),
        ("7 p.m.", "19:00"),
        ("the seventh round", "round seven"),
        ("more than 1,200 people", "1,250 people"),
        ("nearly 60 percent", "59.4 percent"),
        ("about 65,000 homes", "65,240 homes"),
        ("half a million people", "about 500,000 people"),
        ("three quarters of a million doses", "750,000 doses"),
        ("half an hour", "30 minutes"),
        ("half past seven in the evening", "7:30 p.m."),
        ("half past seven", "7:30 p.m."),
        ("shortly before midnight", "11.52 p.m."),
        ("half a metre", "50 centimetres"),
        ("a year and a half", "18 months"),
        ("5 m high", "five metres"),
        ("a couple of hundred people", "200 people"),
        ("twice what it was", "it has doubled"),
        ("about a third full", "34 percent of capacity"),
        ("every third container", "a third of the containers"),
        ("one litre of water in four", "a quarter of it"),
        ("never more than 20 minutes", "no longer than twenty minutes"),
        ("as long as 20 minutes", "up to twenty minutes"),
        ("as few as 30 votes", "at least thirty votes"),
        ("we do not see any of it costing more than 9 percent", "9 percent at most"),
        ("minus nine degrees", "9 degrees Celsius below zero"),
        ("half a percentage point", "a half-point rise"),
        ("a quarter of a percentage point", "a quarter point"),
        ("the half-year course", "six months"),
        ("half as many boats", "half as much as before"),
        ("five wet days", "five days"),
        ("a little over three years", "38 months"),
        ("round seven against Alma", "the seventh round"),
    ],
)
def test_quantities_that_are_the_same(one: str, other: str) -> None:
    (stated_one,), (source,) = quantities(one), quantities(other)
    assert same(stated_one, source)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("40 percent", "40 people"),
        ("$84 million", "$84 billion"),
        ("21 votes", "12 votes"),
        ("the third time", "three times"),
        ("7 p.m.", "7 a.m."),
        ("more than 1,200 people", "1,150 people"),
        ("more than 400,000 euros", "less than 400,000 euros"),
        ("two thirds of it", "half of it"),
        ("33 people", "34 people"),
        ("66 seats", "67 seats"),
        ("33 percent", "34 percent"),
        ("a million people", "half a million people"),
        ("3,100 metres", "3,100 inhabitants"),
        ("six kilograms", "six seconds"),
        ("30 minutes", "30 seconds"),
        ("40 kilometres", "40 knots"),
        ("500 million dollars", "500 million hryvnias"),
        ("300 metres", "300 yards"),
        ("0.5 percent", "0.5 percentage points"),
        ("12 degrees", "minus 12 degrees"),
        ("nearly a million people", "230,000 people"),
        ("about 100 ships", "149 ships"),
        ("more than 40 people", "exactly 40 people"),
        ("100 ships", "up to 100 ships"),
        ("it has tripled", "it has doubled"),
        ("60 ships", "as many as 60 ships"),
        ("6 degrees", "6 degrees below zero"),
        ("half a point", "half a percent"),
        ("the number nine shirt", "nine shirts"),
        ("a little over three years", "45 months"),
    ],
)
def test_quantities_that_are_not(one: str, other: str) -> None:
    (stated_one,), (source,) = quantities(one), quantities(other)
    assert not same(stated_one, source)


@pytest.mark.parametrize(
    ("said", "source", "told"),
    [
        ("on 14 April 2031", "on Monday", True),
        ("on April 14", "yesterday", True),
        ("in April 2031", "on Monday", True),
        ("on Sept. 20, 2030", "on 20 September 2030", True),
        ("last year", "in 2030", True),
        ("in May 2031", "next month", True),
        ("on the 20th", "on 20 April", True),
        ("on 20 April", "on the 20th", True),
        ("on the ninth of August", "on 9 August", True),
        ("on 02/10/2030", "on 2 October 2030", True),
        ("on 13 April 2031", "on Monday", False),
        ("on 21 April 2031", "it was rejected on Monday", False),
        ("on 21 April 2031", "it will be rejected on Monday", True),
        ("in December 2031", "it was closed in December", False),
        ("in December 2030", "it was closed in December", True),
        ("from 3 to 19 May", "from 3 to 9 May", False),
        ("from 3 to 9 May", "3-9 May", True),
        ("this month", "last month", False),
        ("on 14 April 2031", "in April", False),
        ("in 2029", "last year", False),
        ("they may go", "on 3 May", False),
    ],
)
def test_moments_beside_a_publication_on_a_tuesday(said: str, source: str, told: bool) -> None:
    assert any(told_by(one, moments(source, TUESDAY)) for one in moments(said, TUESDAY)) is told


@pytest.mark.parametrize(
    ("name", "source", "is_known"),
    [
        ("Lena Sandoval", "Mayor Lena Sandoval's plan", True),
        ("the EU", "the European Union", True),
        ("Russian troops came", "Russia sent troops", True),
        ("the University of Ashby", "Ashby University", True),
        ("José Núñez", "Jose Nunez", True),
        ("the U.S. Senate", "the US Senate", True),
        ("Lena Brandt", "Lena Sandoval and Tom Brandt", False),
        ("Eastmark", "the port of Westmark", False),
        ("the European Union", "The EU agreed", True),
        ("the United States", "The US agreed", True),
        ("the United Kingdom", "Britain agreed", True),
        ("the World Health Organization", "The WHO agreed", True),
        ("the EU", "The European Commission fined them", True),
        ("Indian troops", "India sent troops", True),
        ("South Korean troops", "South Korea sent troops", True),
        ("Lebanese troops", "Lebanon sent troops", True),
        ("Nigeria", "Soldiers seized power in Niger", False),
        ("Martina Weber", "Martin Weber", False),
        ("Simone Keller", "Simon Keller", False),
        ("Becker", "Beck", False),
        ("Palmer", "Palma", False),
        ("Elizabeth I", "Elizabeth II", False),
    ],
)
def test_names_and_their_variants(name: str, source: str, is_known: bool) -> None:
    (found,) = proper_names(f"He saw {name}")
    assert known(found, [source]) is is_known


@pytest.mark.parametrize(
    ("statement", "source", "reason"),
    [
        ("Anna Berg resigned as mayor.",
         "Anna Berg leads it. Erik Berg resigned as mayor.", "Erik Berg, not Anna Berg"),
        ("The Bank of Scotland raised its rate.",
         "The Bank of Scotland kept its rate. The Bank of England raised its rate.", "Bank of England"),
        ("Manchester United won 3-1 at home.",
         "Manchester United drew on Sunday. Manchester City won 3-1 at home.", "Manchester City"),
        ("Mayor Lena Ruiz visited Hask.", "Deputy Mayor Lena Ruiz visited Hask.", "Deputy Mayor, not Mayor"),
        ("President Lena Ruiz visited Hask.", "Former President Lena Ruiz visited Hask.", "Former President, not"),
        ("The foreign minister visited Hask.", "The finance minister visited Hask.", "finance minister, not foreign"),
    ],
)  # fmt: skip
def test_a_name_and_an_office_are_whose_the_quote_says(statement: str, source: str, reason: str) -> None:
    last = sources_of(passage(source))[-1]
    assert [one.reason for one in objections(statement, statement, last) if reason in one.reason]


@pytest.mark.parametrize(
    ("statement", "source", "reason"),
    [
        ("The toll rose to 12.", "The toll rose from 12 to 19 after the search.", "“from 12”, not “to 12”"),
        ("The bridge has been closed since 3 May.", "The bridge is closed until 3 May.", "until 3 May"),
        ("The bridge will be shut from Friday.", "The bridge will stay shut until Friday.", "until Friday"),
        ("The factory was idle until 2019.", "The factory has been idle since 2019.", "since 2019"),
        ("The rule takes effect before 1 June.", "The rule takes effect on 1 June.", "on 1 June"),
        ("The bridge will be shut for a year, it said.", "The bridge will be shut for two years, it said.", "two"),
        ("Five judges dissented.", "Three of the five judges dissented.", "Three of the five"),
        ("The council approved it on Thursday.",
         "The council approved it on Monday and the mayor signed it on Thursday.", "say Monday, not Thursday"),
        ("The tunnel closed in 1998.", "The tunnel opened in 1998 and closed in 2004.", "2004, not 1998"),
        ("The law was repealed in 2019.", "The law, passed in 2019, was repealed on Friday.", "Friday, not 2019"),
        ("Imports were 15 million crowns in March.", "Imports were 12 million crowns in March and 15 million in April.",
         "12 million"),
        ("Children pay 12 crowns.", "Adults pay 12 crowns and children 5.", "5, not 12"),
        ("The blaze killed 12 people.", "The blaze hurt 12 people and killed three.", "three, not 12"),
    ],
)  # fmt: skip
def test_a_number_or_a_date_is_told_of_one_thing(
    statement: str, source: str, reason: str, wording: EncoderWording
) -> None:
    grounded = ground(statement, [passage(source)], wording)
    assert [reason in said for said in grounded.dropped[0].reasons[:1]] == [True], grounded
    assert not ground(source, [passage(source)], wording).dropped


def test_a_person_is_told_of_what_the_sources_tell_of_them(wording: EncoderWording) -> None:
    source = "Geologist Petra Imhof said another slide was likely within days. Governor Tomas Rell opened the road."
    swapped = ground(
        "The geologist Tomas Rell thinks that another slide is likely within days.", [passage(source)], wording
    )
    assert [len(one.reasons) for one in swapped.dropped] == [1]
    assert not ground("Petra Imhof said another slide was likely within days.", [passage(source)], wording).dropped


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Thorne's sentence was cut by two years.", "Thorne's sentence was cut from nine years to seven."),
        ("Six of the nine judges voted for it.", "The judges voted for it by six votes to three."),
        ("The law was repealed on Friday.", "The law, passed in 2019, was repealed on Friday."),
        ("Three of the judges dissented.", "Three of the five judges dissented."),
        ("The rate fell by half a percentage point.", "The rate fell from 4.5 percent to 4 percent."),
        ("The masks were taken 120 years ago.", "The masks are back 120 years after they were taken."),
        ("Unemployment fell from 4.8 to 4.1 percent.", "Unemployment fell to 4.1 percent from 4.8 percent."),
    ],
)
def test_what_follows_from_numbers_is_not_missed(statement: str, source: str) -> None:
    (whole,) = sources_of(passage(source))
    assert [one.reason for one in objections(statement, statement, whole)] == []


def test_what_had_never_been_before_is_the_first() -> None:
    said = "The race was her first win."
    (never,), (once,) = (
        sources_of(passage(f"In the ninth race she won; she had {so} before.")) for so in ("never", "won")
    )
    assert [one.reason for one in objections(said, said, never)] == []
    assert "the sources say ninth, not first" in [one.reason for one in objections(said, said, once)]


def test_what_does_not_follow_is_missed() -> None:
    (whole,) = sources_of(passage("The masks were stolen in the 120 years before they came back."))
    (objection,) = objections(said := "The masks were stolen 120 years ago.", said, whole)
    assert objection.reason == "the quote does not say 120 years ago"


def test_another_number_is_in_the_place_of_one_of_its_size_only(wording: EncoderWording) -> None:
    source = "Visitors will pay 3 crowns a night. The charge is expected to bring in 2.4 million crowns a year."
    true, false = (
        "The charge for visitors should bring in {} crowns a year.".format,
        "Visitors will pay 2.4 million crowns.",
    )
    assert not ground(true("2.4 million"), [passage(source)], wording).dropped
    assert ground(true("2.9 million"), [passage(source)], wording).dropped
    assert ground(false, [passage(source)], wording).dropped


# Denials, directions, places and speakers


@pytest.mark.parametrize(
    ("part", "quote", "agree"),
    [
        ("The bank did not raise its rate.", "The bank raised its rate.", False),
        ("The bank raised its rate.", "The bank did not raise its rate.", False),
        ("Nobody was hurt.", "There were no injuries and nobody was hurt.", True),
        ("The ministers agreed.", "The ministers failed to agree.", False),
        ("She did not rule out a coalition.", "She ruled out a coalition.", False),
        ("She did not exclude a coalition.", "She ruled out a coalition.", False),
        ("She did not exclude a coalition.", "She did not rule out a coalition.", True),
        ("It was not sold in Basel.", "It was sold in Basel, but not in Bern.", False),
        ("It was not sold in Bern.", "It was sold in Basel, but not in Bern.", True),
        ("No traffic is allowed on the bridge.", "The bridge is closed to all traffic.", True),
        ("Profit fell by a tenth.", "Profit rose by a tenth.", False),
        ("Profit dropped by a tenth.", "Profit fell by a tenth.", True),
        ("The court did not convict him.", "The court acquitted him.", True),
        ("The council approved the plan.", "The council rejected the plan.", False),
        ("He left before the vote.", "He left after the vote.", False),
        ("Not only Larkline pays.", "Larkline pays, and others do.", True),
        ("Orrin had not hosted the games since 1988.", "Orrin hosts the games for the first time since 1988.", True),
        ("No woman had ever run the port before.", "She is the first woman to run the port.", True),
        ("Nobody so old had previously sailed it.", "She is the oldest sailor of the strait.", True),
        ("She was not the first woman to run the port.", "She is the first woman to run the port.", False),
        ("Orrin had not hosted the games since 1988.", "Orrin has hosted the games since 1988.", False),
        ("Frost did not kill the trees.", "Foresters ruled out frost as the cause.", True),
        ("They built it of brick.", "They built it of timber rather than brick.", False),
        ("They built it of timber.", "They built it of timber rather than brick.", True),
        ("There was no money to lift the wreck.", "The port could not afford to raise the wreck.", True),
        ("The fair came after two weeks of rain.", "It rained for two weeks before the fair.", True),
        ("Two weeks of rain came after the fair.", "It rained for two weeks before the fair.", False),
        ("The charge lasted two hours.", "It was the first charge of two hours.", True),
        ("The least expensive seats cost 9 crowns.", "The cheapest seats cost 9 crowns.", True),
        ("The most expensive seats cost 9 crowns.", "The cheapest seats cost 9 crowns.", False),
    ],
)
def test_what_is_denied_and_which_way_it_went(part: str, quote: str, agree: bool) -> None:
    assert (disagreement(part, quote) == "") is agree


def test_the_scope_of_a_denial_ends_with_its_clause() -> None:
    text = "The ferry did not sail, and the schools stayed open."
    words = located_words(text)
    assert [[words[i].text for i in denial.scope] for denial in denials(text)] == [["sail"]]


@pytest.mark.parametrize(
    ("part", "quote", "swapped"),
    [
        ("Calder beat Ravensholm 2-1.", "Ravensholm beat Calder 2-1.", True),
        ("Calder lost 2-1 to Ravensholm.", "Ravensholm beat Calder 2-1.", False),
        ("Calder was beaten by Ravensholm.", "Ravensholm beat Calder 2-1.", False),
        ("Ravensholm lost to Calder.", "Ravensholm beat Calder 2-1.", True),
        ("Calder, who trains Ravensholm, said no.", "Ravensholm’s trainer, Calder, said he would not.", False),
        ("Ravensholm, who trains Calder, said no.", "Ravensholm’s trainer, Calder, said he would not.", True),
        ("Calder, the editor of Ravensholm, left.", "Ravensholm’s editor, Calder, went in May.", False),
        ("Ravensholm, the editor of Calder, left.", "Ravensholm’s editor, Calder, went in May.", True),
        ("Calder trained in Ravensholm.", "Calder was trained in Ravensholm.", False),
        ("It was lit in Calder and put out in Ravensholm.", "It was put out in Calder, lit in Ravensholm.", True),
        ("Calder lost in Ravensholm.", "Ravensholm lost in Calder.", True),
        ("Calder, the coach of Ravensholm, left.", "Ravensholm coach Calder went in May.", False),
        ("Ravensholm, the coach of Calder, left.", "Ravensholm coach Calder went in May.", True),
        ("Ravensholm, who beat Calder, left.", "Calder’s coach beat Ravensholm by one.", True),
        ("Ravensholm’s rival, Calder, left.", "Calder’s rival, Ravensholm, spoke after Calder had left.", False),
    ],
)
def test_names_that_have_changed_places(part: str, quote: str, swapped: bool) -> None:
    def atoms(text: str) -> list[Atom]:
        return [
            Atom(f"name {name}", Span(text.index(name), text.index(name) + len(name) + 2 * (f"{name}’s" in text)))
            for name in ("Calder", "Ravensholm")
        ]

    assert (exchanged(part, quote, atoms(part), atoms(quote)) is not None) is swapped


@pytest.mark.parametrize(
    ("part", "quote", "before", "same_speaker"),
    [
        ("Tate said it was safe.", "“It is safe,” said Owen Tate, who ran it.", (), True),
        ("Gomes said it was safe.", "“It is safe,” said Owen Tate, who ran it.", (), False),
        ("Adders said it was safe.", "The port's pilot, Nils Adders, said it was safe.", (), True),
        ("Otters said it was safe.", "The port's pilot, Nils Adders, said it was safe.", (), False),
        ("The boat owners' union said it was safe.", "The Orrin Boat Owners' Union said it was safe.", (), True),
        ("The miners' union said it was safe.", "The Orrin Boat Owners' Union said it was safe.", (), False),
        ("Brack says it will pay.", "Brack spokesman Ivo Tal declined to talk but said Brack would pay.", (), True),
        ("Hale says it will pay.", "Brack spokesman Ivo Tal declined to talk but said Brack would pay.", (), False),
        ("Three suspects were caught on a boat.", "The suspects were caught on a boat.", (), True),
        ("According to Owen Tate it was safe.", "It was safe, he said.", ("Owen Tate ran it.",), True),
        ("According to Rita Gomes it was safe.", "It was safe, he said.", ("Owen Tate ran it.",), False),
        ("The mayor said it was safe.", "Tate said it was safe.", ("Mayor Owen Tate ran it.",), True),
        ("Police said that 35,000 came.", "Organisers said that 35,000 came.", (), False),
        ("The pens are being called back.", "The pens, the maker said, are unsafe.", (), True),
        ("The skipper, blamed by the harbour master, was freed, her aunt said.", "Her aunt said so.", (), True),
        ("The skipper, blamed by the harbour master, was freed, her aunt said.", "The pilot said so.", (), False),
        ("The owner said it had closed.", "The owner has closed it, citing a rise in the price of oil.", (), True),
        ("The owner said it had closed.", "It has closed.", ("It is a mill.",), False),
        ("The owner said it had closed.", "It had closed, the pilot said, citing high costs.", (), False),
        ("Hask Reeds said it burned.", "Its head, Ines Tal, said it burned.", ("The group Hask Reeds met.",), True),
        ("Odo Reeds said it burned.", "Its head, Ines Tal, said it burned.", ("The painter Odo Reeds came.",), False),
        (
            "Brack said it burned.",
            "Its head, Ines Tal, said it burned.",
            (
                "Brack sells tiles.",
                "It was a dry month, and there had been no rain in the hills to the north for weeks."
                " Three fires were put out. The firefighters' union met on Monday and asked for six more engines.",
            ),
            False,
        ),
        ("Hask's council said it burned.", "It burned, the city council said.", ("This is Hask.",), True),
        ("Hask's council said it burned.", "It burned, the student council said.", ("This is Hask.",), False),
        ("Hask's council said it burned.", "It burned, Brack's council said.", ("This is Hask.",), False),
        ("The county council said it burned.", "It burned, the city council said.", (), False),
        ("The cook said it burned.", "It burned, the cook, Ines Falk, told them.", (), True),
        ("The cook said it burned.", '"It burned," the waiter, Ines Falk, said.', (), False),
        ("The nurse said it burned.", '"It burned," the nurse, Ines Falk, said.', (), True),
        ("The physician said it hurts.", "Falk said it hurts.", ("Then Dr. Ines Falk came.",), True),
        ("The professor said it hurts.", "Falk said it hurts.", ("Then Dr. Ines Falk came.",), False),
        ("Ines Falk, a nurse, said Tal slept.", "Tal slept, said Falk.", (), True),
        ("Ines Falk, a nurse, said Tal slept.", "Tal slept, said Otto Brack.", (), False),
        ("It rains, Tal said.", "Falk owns Brack, the brewer, and it rains, said Ines Tal.", (), True),
        ("Her defence said she had paid.", "Defending, Ines Falk said she had paid.", (), True),
        ("Her lawyer said she had paid.", "For the defence, Ines Falk said she had paid.", (), True),
        ("Her defence said she had paid.", "Prosecuting, Ines Falk said she had paid.", (), False),
        ("The prosecution said she had paid.", "Defending, Ines Falk said she had paid.", (), False),
        ("The reviewer says that it is slow.", "It is slow on stairs.", ("I rode three of them.",), True),
        ("The engineer says that it is slow.", "It is slow on stairs.", ("I rode three of them.",), False),
        ("The reviewer says that it is slow.", "It is slow on stairs.", ("“I rode one,” Tate said.",), False),
        ("The reviewer says that it is slow.", "It is slow on stairs.", ("Queen Maria I rode one.",), False),
        ("The owner said it had closed.", "It had closed, the radio said, citing two port officials.", (), False),
    ],
)
def test_who_says_it(part: str, quote: str, before: tuple[str, ...], same_speaker: bool) -> None:
    assert (misattributed(part, (*before, quote), len(before)) == "") is same_speaker


def test_quoted_words_are_verbatim() -> None:
    assert unspoken("She said “we will try again”.", [NEWS]) == ""
    assert "we will give up" in unspoken("She said “we will give up”.", [NEWS])


# Statements as a whole


def test_a_model_text_becomes_statements_with_the_numbers_that_they_cite() -> None:
    found = list(stated("Answer: It rained [1, 3]. It was cold.[2]"))
    assert [(one.text, sorted(one.cited)) for one in found] == [("It rained.", [1, 3]), ("It was cold.", [2])]


def test_a_statement_is_parted_where_another_clause_begins_and_not_within_a_list() -> None:
    assert parts("The tram plan was rejected by 21 votes, although many residents liked it.") == (
        "The tram plan was rejected by 21 votes",
        "although many residents liked it.",
    )
    assert len(parts("Smith and Jones won.")) == 1


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
        ("It fell near Lake Hask.", "It fell near the water, Rao of Hask Hall said. Lake Hask is deep.", ""),
        ("It fell near Lake Hask.", "It fell near Lake Brack, Rao said. Lake Hask is deep.", "Brack, not Lake Hask"),
    ],
)  # fmt: skip
def test_names_and_links_are_those_of_the_quote(statement: str, source: str, reason: str) -> None:
    main = sources_of(passage(source))[0]
    found = [one.reason for one in objections(statement, statement, main)]
    assert any(reason in one for one in found) if reason else found == []


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
    (dropped,) = ground("Mayor Lena Sandoval had campaigned for it [1].", [passage()], checking).dropped
    assert dropped.reasons == (CONTRADICTED,)
    (dropped,) = ground("Mayor Lena Sandoval had not campaigned for it [1].", [passage()], checking).dropped
    assert CONTRADICTED not in dropped.reasons, "what a gate stops is never asked"
    checking._model.model.classifier.bias.data[:] = checking._model.model.classifier.bias.data.new_tensor([0.0, 0, 9])
    assert checking.doubt("It rained.", ["It snowed."], 1.0, 0.0) == NOT_ENTAILED
    checking._model.model.classifier.bias.data[:] = checking._model.model.classifier.bias.data.new_tensor([0.0, 9, 0])
    assert ground("Mayor Lena Sandoval had campaigned for it [1].", [passage()], checking).statements


def test_an_inference_model_that_is_not_there_is_named(saltmere_folder: Path) -> None:
    settings = load_settings(llm="none", entailment="/no/such/model")
    with (
        Library(saltmere_folder, settings=settings, read_only=True) as library,
        pytest.raises(ModelError, match=r"no inference model at /no/such/model; set FOOTNOTE_ENTAILMENT"),
    ):
        library._wording.doubt("It rained.", ["It snowed."], 1.0, 0.0)
