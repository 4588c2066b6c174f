"""What is denied, which way it went, what has changed places and who says it, by example."""

import pytest

from rag.bindings import Atom, exchanged
from rag.denials import denials
from rag.polarity import disagreement
from rag.records import Span
from rag.sayings import misattributed, unspoken
from rag.words import located_words
from tests.passages import NEWS


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
        ("Calder succeeded Ravensholm.", "Calder was followed in that office by Ravensholm.", True),
        ("Ravensholm replaced Calder.", "Calder was followed in that office by Ravensholm.", False),
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
        ("Ines Falk says the coins are Roman.", "Curator Ines Falk dates the coins to Roman times.", (), True),
        ("Ines Falk said, “The coins are shown from May.”", "The coins are shown from May.", ("Falk said no.",), False),
        (
            "Ines Falk said, “The coins are shown from May.”",
            "“The coins are shown from May,” she said.",
            ("Ines Falk knows.",),
            True,
        ),
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
