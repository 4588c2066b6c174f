"""What the gates let through and what they stop: sentences of news beside statements that say the same, or do not.

"|" parts the sentences of a passage, of which the last is the one that a statement is held against.
"""

import datetime as dt

import pytest

from rag.assertions import unasserted
from rag.directions import opposed
from rag.gates import objections
from rag.records import Chunk, Document, Passage, Span
from rag.sources import Source, sources_of


def last_of(text: str) -> Source:
    """The last sentence of a passage that was published on Tuesday 15 April 2031."""
    sentences = text.split(" | ")
    spans, at = [], 0
    for sentence in sentences:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    whole = " ".join(sentences)
    document = Document("news", whole, "News", dt.date(2031, 4, 15), "Vale Herald")
    chunk = Chunk("chunk", document.id, 0, 0, len(whole), whole, tuple(spans))
    return sources_of(Passage(1, chunk, document.without_text, 1.0))[-1]


def let_through(source: str, statement: str) -> bool:
    return not objections(statement, statement, last_of(source))


ASSERTED = [
    ("The minister denied that the dam was unsafe.", "The dam was unsafe."),
    ("The company denied on Monday that it had dumped waste in the river.", "The company dumped waste in the river."),
    ("The mayor rejected claims that the plan had cost 3 million crowns.", "The plan had cost 3 million crowns."),
    ("The mayor dismissed reports that the bridge would close.", "The bridge would close."),
    ("There is no evidence that the vaccine causes harm.", "The vaccine causes harm."),
    ("It is not true that the mayor resigned.", "The mayor resigned."),
    ("It is unlikely that the mayor will resign.", "The mayor will resign."),
    ("Whether the dam will fail is unclear, engineers said.", "The dam will fail, engineers said."),
    ("If the dam fails, 3,000 people would be flooded.", "3,000 people would be flooded."),
    ("The company may close the plant in May.", "The company will close the plant in May."),
    ("The storm could reach Hask on Friday.", "The storm will reach Hask on Friday."),
    ("The company plans to close the plant in May.", "The company closed the plant in May."),
    ("The council promised to rebuild the pier by May.", "The council rebuilt the pier by May."),
    ("Owen Tate is accused of stealing the money.", "Owen Tate stole the money."),
    ("A suspected arsonist set the fire.", "An arsonist set the fire."),
    ("The mayor urged the council to approve the plan.", "The council approved the plan."),
    ("The mayor asked the council to reject the plan.", "The mayor rejected the plan."),
    ("Owen Tate tried to stop the train.", "Owen Tate stopped the train."),
    ("Owen Tate had hoped to win the race.", "Owen Tate won the race."),
    ("The firm nearly collapsed in May.", "The firm collapsed in May."),
    ("The court has yet to rule on the appeal.", "The court has ruled on the appeal."),
    ("The two sides stopped short of signing the treaty.", "The two sides signed the treaty."),
    ("The bill must still be signed by the president.", "The bill has been signed by the president."),
    ("The vote to oust the mayor failed.", "The mayor was ousted."),
    ("Owen Tate questioned whether the price was fair.", "Owen Tate said the price was fair."),
    ("Owen Tate said the price was fair.", "Owen Tate doubted that the price was fair."),
    ("The club avoided relegation on Saturday.", "The club was relegated on Saturday."),
]
AS_TOLD = [
    ("The minister denied that the dam was unsafe.", "The minister denied that the dam was unsafe."),
    ("The minister denied that the dam was unsafe.", "The dam was not unsafe, the minister said."),
    ("The company plans to close the plant in May.", "The company will close the plant in May."),
    ("The company may close the plant in May.", "The company might close the plant in May."),
    ("The firm said on Monday it would hire 300 workers.", "The firm announced plans to hire 300 workers on Monday."),
    ("The minister is to visit Norway on Tuesday.", "The minister will visit Norway on Tuesday."),
    ("Owen Tate is accused of stealing the money.", "Owen Tate is suspected of having stolen the money."),
    ("The mayor urged the council to approve the plan.", "The council should approve the plan, the mayor said."),
    ("The firm will be fined if it does not comply by May.", "The firm will be fined unless it complies by May."),
    ("The council approved the plan to close the school.", "The council approved the plan."),
    ("Owen Tate questioned whether the price was fair.", "Owen Tate doubted that the price was fair."),
    ("The minister left no doubt that the dam was safe.", "The dam was safe, the minister said."),
]


@pytest.mark.parametrize(("source", "statement"), ASSERTED)
def test_what_a_source_does_not_assert_is_no_fact(source: str, statement: str) -> None:
    assert not let_through(source, statement)


@pytest.mark.parametrize(("source", "statement"), AS_TOLD)
def test_what_is_told_as_the_source_tells_it_passes(source: str, statement: str) -> None:
    assert let_through(source, statement)


@pytest.mark.parametrize(
    ("source", "statement"),
    [
        ("Protesters attacked police near the port on Monday.", "Police attacked protesters near the port on Monday."),
        ("The union sued the company in May.", "The company sued the union in May."),
        ("The minister criticised the mayor over the dam.", "The mayor criticised the minister over the dam."),
        ("The hosts beat the visitors 3-1.", "The visitors beat the hosts 3-1."),
        ("The wolf killed the dog.", "The dog killed the wolf."),
        ("The museum lent the painting to the castle.", "The castle lent the painting to the museum."),
        ("Women earn less than men in Hask.", "Men earn less than women in Hask."),
        ("Tea is dearer than coffee in Hask.", "Coffee is dearer than tea in Hask."),
        ("The crown rose against the euro on Monday.", "The euro rose against the crown on Monday."),
        ("Troops moved from Hask to Tollen.", "Troops moved from Tollen to Hask."),
        ("The train from Hask to Tollen was cancelled.", "The train from Tollen to Hask was cancelled."),
        ("The fire spread from the barn to the house.", "The fire spread from the house to the barn."),
        ("Officer Lane shot Mark Hill on Monday.", "Officer Lane was shot by Mark Hill on Monday."),
        ("Exports to Norland overtook imports.", "Imports from Norland overtook exports."),
        ("The chancellor succeeded Lena Ruiz in May.", "Lena Ruiz succeeded the chancellor in May."),
        ("The pier, which cost more than the bridge, is shut.", "The bridge, now shut, cost more than the pier."),
        ("Food is flown from Hask to Tollen, which lies high.", "Food is flown from Tollen, which lies high, to Hask."),
    ],
)
def test_who_does_what_to_whom(source: str, statement: str) -> None:
    assert not let_through(source, statement)
    assert let_through(source, source)


@pytest.mark.parametrize(
    ("source", "statement"),
    [
        ("The minister criticised the mayor over the dam.", "The mayor was criticised by the minister over the dam."),
        ("Larkline bought Vexor for 3 million euros.", "Vexor was sold to Larkline for 3 million euros."),
        (
            "Lena Sandoval, 54, was elected mayor of Hask on Sunday.",
            "Hask elected Lena Sandoval as its mayor on Sunday.",
        ),
        ("Women earn less than men in Hask.", "Men earn more than women in Hask."),
        ("Exports rose 4 percent and imports fell 2 percent.", "Imports fell 2 percent, while exports rose 4 percent."),
        ("Hask United beat Tollen 3-1 on Saturday.", "Tollen lost 3-1 to Hask United on Saturday."),
        ("After the vote the council closed the school.", "The council closed the school after the vote."),
        ("The pier, which cost more than the bridge, is shut.", "The pier, now shut, cost more than the bridge."),
    ],
)
def test_another_order_of_the_same(source: str, statement: str) -> None:
    assert let_through(source, statement)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The party voted for the bill on Monday.", "The party voted against the bill on Monday."),
        ("The council approved the tram plan on Monday.", "The council turned down the tram plan on Monday."),
        ("The match in Hask went ahead on Monday.", "The match in Hask was called off on Monday."),
        ("Hask had more guests than a year earlier.", "The number of guests in Hask fell from 1,480 to 1,310."),
        ("Hask drew fewer guests in 2030 than in 2029.", "Guests of Hask rose to 148 last year from 131 in 2029."),
        ("Hask's profit edged up by 2 percent.", "Hask's revenue rose 14 percent, while profit slipped 2 percent."),
        ("The firm hired 300 workers in May.", "The firm laid off 300 workers in May."),
        ("The firm took on 300 workers in May.", "The firm laid off 300 workers in May."),
        ("All schools in Hask reopened on Monday.", "Some schools in Hask reopened on Monday."),
        ("Many voters stayed at home on Monday.", "Few voters stayed at home on Monday."),
        ("The agency upgraded the debt on Monday.", "The agency downgraded the debt on Monday."),
        ("The teacher left the school.", "The teacher joined the school."),
        ("Refugees entered the town on Monday.", "Refugees left the town on Monday."),
        ("The vaccine is effective in children.", "The vaccine is ineffective in children."),
        ("The vote was legitimate.", "The vote was illegitimate."),
        ("The strike was official.", "The strike was unofficial."),
        ("The suspect was charged on Monday.", "The suspect was released on Monday."),
        ("The strike was averted on Monday.", "The strike took place on Monday."),
        ("Police prevented the march on Monday.", "The march took place on Monday."),
        ("The deal was announced on Monday.", "The deal was abandoned on Monday."),
        ("The mayor welcomed the plan.", "The mayor attacked the plan."),
        ("Shares in Vexor outperformed the market.", "Shares in Vexor underperformed the market."),
        ("Output grew faster in May.", "Output grew more slowly in May."),
        ("The crew reached the island on the last day.", "The crew did not get to the island on the last day."),
        ("Three members abstained; some voted against.", "Three members abstained; none voted against."),
        ("Several people are reported dead.", "No deaths have been reported."),
        ("The satellite reached orbit but has not answered.", "The satellite did not make it into orbit."),
        ("The first train left Hask on Monday.", "The last train left Hask on Monday."),
        ("The school is close to the river.", "The school is far from the river."),
        ("The mayor spoke ahead of the vote on the tram.", "The mayor spoke after the vote on the tram."),
        ("The work was two months ahead of schedule.", "The work was two months behind schedule."),
        ("The cheapest seats cost 5 crowns.", "The least cheap seats cost 5 crowns."),
        ("The march began in Hask on Monday.", "The march ended in Hask on Monday."),
        ("The talks broke down after three days of hearings.", "The talks broke down before three days of hearings."),
        ("The crown gained against the dollar on Monday.", "The crown lost ground to the dollar on Monday."),
        ("The pier plan came from the mayor but was later rejected.", "The pier plan was approved."),
        ("The board approved the plan on Monday.", "The board approved nothing on Monday."),
        ("The town won the cup for the first time in May.", "The town did not win the cup in May."),
        ("The town won its first cup since 1997.", "The town had never won a cup before."),
        ("The first man on the peak was Lane, who had skied before.", "Lane had never skied before."),
        ("The mayor had led the bank before.", "The mayor had never led the bank before."),
        ("No one so young had climbed the peak.", "The oldest person yet has climbed the peak."),
        ("Police have ruled out arson as the cause.", "Arson was the cause, police said."),
        ("The bear looked frightened rather than hurt.", "The bear looked hurt."),
        ("The houses in Hask were damaged.", "The houses in Hask escaped damage."),
        ("The vaccine had been tested in children.", "The vaccine was untested in children."),
        ("She promised not to sign without a vote.", "She promised to sign without a vote."),
        ("The town has plenty of salt.", "The town ran out of salt."),
        ("Of the lost coins 11 had been recovered so far.", "Of the lost coins 11 had not been recovered so far."),
        ("The minister denied any link to the firm.", "The minister spoke of a link to the firm."),
    ],
)
def test_opposites(one: str, other: str) -> None:
    assert not let_through(one, other)
    assert not let_through(other, one)
    assert let_through(one, one)
    assert let_through(other, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The strike in Hask lasted nine days.", "In Hask nine days of strike were the first for a decade."),
        ("The visitors led through Ruiz after a minute.", "Ruiz put the visitors ahead within a minute."),
        ("Visitors were turned away from the closing concert.", "The closing concert had to send visitors away."),
        ("The cheapest seats cost 5 crowns.", "The least expensive seats cost 5 crowns."),
        ("The walk, which began in Hask, took him to hospital.", "The walk from Hask ended up in hospital for him."),
        ("Several departments praised even minor changes.", "Critics said the major option was not light work."),
        ("The council voted on the bridge after the debate.", "The council debated before the vote on the bridge."),
    ],
)
def test_the_same_way_in_other_words(one: str, other: str) -> None:
    assert not opposed(one, other)
    assert not opposed(other, one)


def test_a_word_of_another_clause_tells_nothing_of_the_first() -> None:
    source = "The crown weakened against the dollar, while shares in Hask gained 2 percent."
    assert let_through(source, "The crown lost ground to the dollar.")
    assert not let_through(source, "The crown gained against the dollar.")
    assert not let_through(source, "Shares in Hask lost ground.")


@pytest.mark.parametrize(
    ("source", "statement"),
    [
        ("Only members may vote.", "Nobody but members may vote."),
        ("Board member Luis Ferreira was the only one to vote no.", "Apart from Luis Ferreira nobody voted no."),
        ("The bridge would not be paid off before 2029.", "It would take until at least 2029 to pay off the bridge."),
        ("The jurors needed less than four hours.", "Not even four hours passed before the jurors agreed."),
        ("The deal collapsed on Friday.", "The deal fell through on Friday."),
        ("Nobody was injured in the blaze.", "The fire caused no injuries."),
        ("No school has had to close.", "All schools stay open."),
        ("The town had not won the cup since 1997.", "The town won the cup for the first time since 1997."),
        ("Lane had never won a stage before.", "It was the first stage that Lane had won."),
        ("She is the first woman to lead the bank.", "No woman had led the bank before."),
        ("She is the oldest climber of the peak.", "No one so old had ever climbed the peak."),
        ("The price had never been higher.", "The price was the highest ever."),
        ("Police have ruled out arson as the cause.", "Arson was not the cause, police said."),
        ("The bear looked scared, and had not looked hurt.", "The bear looked frightened rather than hurt."),
        ("No trams will run, and buses will replace them.", "Buses will run instead of trams."),
        ("Lane does not carry a gun; she relies on a whistle.", "Instead of a gun, Lane relies on a whistle."),
        ("The town could not afford to repair the pier.", "The town had no money to repair the pier."),
        ("The board does not plan to raise fares.", "The board has no plans to raise fares."),
        ("No houses in Hask were damaged.", "The houses in Hask escaped damage."),
        ("The vaccine had not yet been tested in children.", "The vaccine was untested in children."),
        ("She promised not to sign without a vote of the members.", "She promised a vote before anything is signed."),
        ("The town has run out of salt.", "The town no longer has any salt left."),
        ("Not once did Hask win the cup.", "Hask never won the cup."),
        ("Hask won nothing on Monday.", "Hask won none of the prizes on Monday."),
        ("The ship is at least 300 years old.", "The ship is no younger than 300 years."),
        ("The court ruled that Larkline had not copied the plans.", "The court cleared Larkline of copying the plans."),
        ("The valley went six weeks without rain.", "The valley had a rainless spell of six weeks."),
        ("The heat is expected to break on Friday.", "The heat is not expected to break until Friday."),
        (
            "The dove moved from “rare” to “common” in 2030.",
            "Since 2030 the dove is listed as common, no longer as rare.",
        ),
        ("Lane had hardly eaten.", "Lane had eaten next to nothing."),
        ("The two sides have agreed on pay.", "Pay is no longer in dispute between the company and the union."),
        ("Wine is not served at the inn.", "No wine is offered at the inn."),
        ("Hask has been without power since Friday.", "Hask, with no power since Friday, is dark."),
        ("Cold snaps have become rarer and thaws more common.", "Cold snaps are less common and thaws more common."),
        ("The trip will take place on Friday.", "The children need not take lunch on the trip on Friday."),
    ],
)
def test_the_same_with_and_without_a_negation(source: str, statement: str) -> None:
    assert let_through(source, statement)


@pytest.mark.parametrize(
    ("source", "statement"),
    [
        ("The new dam is no better than the old one.", "The new dam is better than the old one."),
        ("The council did not close the school and kept it until May.", "The council closed the school."),
        ("The minister did not name the firm, which is shut until May.", "The minister named the firm."),
        ("The union will not sign the pact until wages rise.", "The union will sign the pact."),
        ("The village suffers from flooding.", "The village is no longer flooded."),
        ("The wireless firm in Hask hired 40 people.", "The firm in Hask did not train 40 people."),
        ("The two drivers had injuries that were not serious.", "There were no injuries."),
        ("The dam failed not long after the flood.", "The dam failed long after the flood."),
    ],
)
def test_a_negation_of_something_else_carries_nothing(source: str, statement: str) -> None:
    assert not let_through(source, statement)


def test_another_part_of_the_statement_may_hold_what_the_quote_denies() -> None:
    source = last_of("Ana Sloan said nobody would be dismissed and that the jobs would go as people retire.")
    part = "Ana Sloan insisted that the jobs would go as people retire"
    (objection,) = objections(part, part, source)
    assert objection.reason == "the sources deny it: “nobody would”"
    assert not objections(part, f"{part} and that no worker would be dismissed.", source)
    assert objections(part, f"{part} and that workers would be dismissed.", source) == (objection,)


def test_a_condition_may_stand_in_another_part_of_the_statement() -> None:
    source = last_of("The hospital would overspend by 2 million crowns unless costs were cut, Ida Brenn said.")
    part = "costs were cut, Ida Brenn said"
    (objection,) = objections(part, part, source)
    assert objection.reason == "the sources say it only with “unless”"
    assert not objections(part, f"The hospital would overspend unless {part}.", source)


def test_a_reason_says_what_is_denied_in_the_statement() -> None:
    (objection,) = objections("Nobody survived.", "Nobody survived.", last_of("Everyone survived the crash."))
    assert objection.reason == "the sources say “survived”, not “not survived”"


@pytest.mark.parametrize(
    ("source", "statement"),
    [
        ("The foreign minister said the bridge was unsafe.", "The finance minister said the bridge was unsafe."),
        ("The union's lawyer said the deal was dead.", "The company's lawyer said the deal was dead."),
        ("A police spokesman said the road was closed.", "A company spokesman said the road was closed."),
        ("A spokeswoman for Owen Tate said he was at home.", "Owen Tate said he was at home."),
        ("The wife of Owen Tate said he was at home.", "Owen Tate said he was at home."),
        ("Lena Sandoval's lawyer said the tram would come.", "Lena Sandoval said the tram would come."),
        ("Asked by Piers Aldgate, Lena Sandoval said the tram would come.", "Piers Aldgate said the tram would come."),
        ("“It is safe,” Owen Tate said, but Rita Gomes called it “a disgrace”.", "“It is safe,” Rita Gomes said."),
        ("Organisers said 35,000 took part, while police put it at 12,000.", "Police said 35,000 took part."),
        ("Organisers say 35,000 took part; police say 12,000 took part.", "Police say 35,000 took part."),
        (
            "Mayor Lena Sandoval accused opposition leader Piers Aldgate of delay. | Sandoval said the plan was dead.",
            "The opposition leader said the plan was dead.",
        ),
        ("Mayor Owen Tate met Rita Gomes. | It was safe, he said.", "Rita Gomes said it was safe."),
        ("Sandoval said: ‘We will try again.’", "Sandoval said: ‘We will give up.’"),
        ("“We will try again,” Lena Sandoval said.", "Lena Sandoval said: “We will give up."),
        (
            "Judge Olivia Stam replied that “gamblers lose their own money”. | Simon Petrie, Thorne's lawyer, spoke.",
            "“Gamblers lose their own money,” said Thorne's lawyer, Simon Petrie.",
        ),
    ],
)
def test_another_speaker(source: str, statement: str) -> None:
    assert not let_through(source, statement)


@pytest.mark.parametrize(
    ("source", "statement"),
    [
        ("Mayor Owen Tate ran it. | It was safe, he said.", "The mayor said it was safe."),
        ("A spokeswoman for the ministry said the dam was safe.", "The ministry said the dam was safe."),
        (
            "“It is safe,” the company's chief executive, Tom Brandt, said.",
            "Tom Brandt, the company's chief executive, said it was safe.",
        ),
        ("The bridge is unsafe, according to the mayor.", "The mayor said the bridge is unsafe."),
        ("Police said divers had found two bodies.", "Divers found two bodies, police said."),
        ("Police said divers had found two bodies.", "Divers found two bodies."),
        (
            "Larkline's loss was 3 million crowns, the finance chief said.",
            "Larkline reported a loss of 3 million crowns.",
        ),
        ("The union will strike on Friday, its leader said.", "The union called a strike for Friday."),
        ("The number of dead rose to 12, the fire chief said.", "The death count rose to 12."),
        (
            "Tom Brandt, chief executive of Larkline, told the Vale Herald that fares would rise.",
            "Larkline's chief executive said that fares would rise.",
        ),
        (
            "Regulators in Lisbon disagree: their spokesman, Rui Tavares, said the firm had known.",
            "Portuguese regulators say that the firm had known.",
        ),
        (
            "Our chair of governors, Mr Brandt, writes that it is safe.",
            "The chair of governors writes that it is safe.",
        ),
    ],
)
def test_the_same_speaker(source: str, statement: str) -> None:
    kinds = {one.reason for one in objections(statement, statement, last_of(source)) if " say it" in one.reason}
    assert not kinds


HELD = (
    "Labour minister Odette Lavoie asked for calm. | The employers' negotiator, Ana Sloan, said nobody would go. | "
    "A mechanic, Liam Berg, had reported the hinge. | After the match, Hugo Orr came. | It fell under Hugo Orr. | "
    "When Hugo Orr spoke, it was late. | Defence counsel Hugo Orr said that it was old."
)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (
            "It was the labour minister, Ana Sloan, who asked for calm.",
            "Odette Lavoie as labour minister, not Ana Sloan",
        ),
        ("Hugo Orr, a mechanic, said that it was old.", "Liam Berg as mechanic, not Hugo Orr"),
        ("The mechanic Hugo Orr said that it was old.", "Liam Berg as mechanic, not Hugo Orr"),
    ],
)
def test_who_is_what(statement: str, reason: str) -> None:
    said = [one.reason for one in objections(statement, statement, last_of(HELD))]
    assert f"the sources have {reason}" in said


@pytest.mark.parametrize(
    "statement",
    [
        "After the match, Liam Berg left.",
        "When Liam Berg left, Hugo Orr came.",
        "Under Liam Berg it grew.",
        "Hugo Orr, the counsel, said that it was old.",
        "Hugo Orr, a lawyer, said that it was old.",
        "The negotiator, Ana Sloan, and the minister, Odette Lavoie, disagreed.",
        "The mechanic Berg and Hugo Orr spoke.",
        "A mechanic, Nils Dahl, came too.",
    ],
)
def test_who_is_what_is_not_asked_of_others(statement: str) -> None:
    assert not any("the sources have" in one.reason for one in objections(statement, statement, last_of(HELD)))


@pytest.mark.parametrize(
    ("part", "quote", "by"),
    [
        ("The wedding is on 3 September.", "Is the wedding still on 3 September?", "ask"),
        ("Is the wedding on 3 September?", "Is the wedding still on 3 September?", ""),
        ("Jonas asks whether the wedding is on 3 September.", "Is the wedding still on 3 September?", ""),
        ("Corrigan will not run again.", "Corrigan has not said whether she will run again.", "“whether”"),
        ("Corrigan has not said whether she runs again.", "Corrigan has not said whether she will run again.", ""),
        ("The regatta took place on 18 June.", "The regatta is set for 18 June.", "“is set”"),
        ("The regatta is on 18 June.", "The regatta is set for 18 June.", ""),
        ("The regatta took place on 18 June.", "The regatta was set for 18 June, and took place then.", ""),
    ],
)
def test_what_is_asked_open_or_only_appointed_is_not_asserted(part: str, quote: str, by: str) -> None:
    assert bool(unasserted(part, quote)) == bool(by)
    assert by in unasserted(part, quote)
