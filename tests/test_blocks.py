"""What a text is made of, and how its quotes are marked in that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.blocks import Block, blocks
from rag.records import Span
from rag.statements import stated
from ui.marking import Drawn, drawn

TEXT = st.text(st.sampled_from("ab|`-~$.# \n\r\t\\[]"), max_size=60)
TABLE = "| Quarter | Tonnes |\n|:--|--:|\n| First | 1,190 |"
CODE = "```python\nx = '|'\n\npass\n```"
FORMULA = "$$\n\\sum_{i} x_i\n= 1\n$$"


def kinds(text: str, *, markdown: bool = False) -> list[str]:
    return [block.kind for block in blocks(text, markdown=markdown)]


def words(parts: tuple) -> str:  # type: ignore[type-arg]
    return "".join(part.text for part in parts)


def all_parts(text: str, quotes: list[Span], markdown: bool) -> list:  # type: ignore[type-arg]
    found = drawn(text, quotes, markdown=markdown)
    return [
        part for one in found for parts in (one.parts, *(cell for row in one.rows for cell in row)) for part in parts
    ]


def test_a_text_is_taken_apart_into_what_it_is() -> None:
    text = f"Landings:\n{TABLE}\n{CODE}\n{FORMULA}\n$$x = 1$$\nThat is all."
    assert kinds(text) == ["prose", "table", "code", "formula", "formula", "prose"]
    _, table, code, formula, one_line, _ = drawn(text)
    assert [[words(cell) for cell in row] for row in table.rows] == [["Quarter", "Tonnes"], ["First", "1,190"]]
    assert table.headed
    assert words(code.parts) == "x = '|'\n\npass"
    assert [words(formula.parts), words(one_line.parts)] == [FORMULA, "$$x = 1$$"]
    assert kinds("\\[\nx\n\\]\n\\begin{align}\na &= b\n\\end{align}") == ["formula", "formula"]


@pytest.mark.parametrize(
    "text",
    [
        "a | b",
        "It costs $5 | or $6",
        "---",
        "x |---| y",
        "```x``` is code",
        "It is $x_1$, and $$5.",
        "$$\n\nno end\n\n$$ x",
    ],
)
def test_what_only_looks_like_something_else_is_prose(text: str) -> None:
    assert set(kinds(text)) == {"prose"}


def test_wrapped_lines_flow_and_lists_keep_their_lines() -> None:
    wrapped = (
        "The council met on Tuesday evening in the town hall\nand spoke of the pier for many hours before they\nvoted."
    )
    listed = "Seats:\n- Tide Alliance: 8\n- Harbour List: 7"
    text = f"# Results\n\n{wrapped}\n\n{listed}"
    found = blocks(text, markdown=True)
    assert [(block.kind, block.level) for block in found] == [("heading", 1), ("prose", 0), ("lines", 0)]
    assert found[0] == Block("heading", Span(0, 9), Span(2, 9), 1)
    assert kinds(text) == ["prose", "prose", "lines"]


@given(TEXT, st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=4), st.booleans())
def test_all_of_the_text_is_shown_once_and_each_mark_holds_its_quote(
    text: str, pairs: list[tuple[int, int]], markdown: bool
) -> None:
    quotes = [Span(start, min(start + length, len(text))) for start, length in pairs if start < len(text)]
    parts = all_parts(text, quotes, markdown)
    hidden = {
        place for block in blocks(text, markdown=markdown) if block.kind == "code" for place in range(*block.span)
    }
    hidden -= {place for block in blocks(text, markdown=markdown) for place in range(*block.inner)}

    def letters(start: int, end: int) -> list[str]:
        return [text[place] for place in range(start, end) if text[place] in "ab." and place not in hidden]

    assert [c for c in words(tuple(parts)) if c in "ab."] == letters(0, len(text))
    for number, quote in enumerate(quotes):
        marked = words(tuple(part for part in parts if number in part.quotes))
        assert [c for c in marked if c in "ab."] == letters(*quote)
        anchors = sum(number in part.first for part in parts)
        assert anchors == 1 if letters(*quote) else anchors <= 1


def test_a_mark_may_begin_in_one_cell_and_end_in_another() -> None:
    (table,) = drawn("| First | 1,190 |", [Span(4, 13)])
    assert table == Drawn("table", rows=table.rows)
    assert [[part.text for part in cell if part.quotes] for cell in table.rows[0]] == [["rst"], ["1,1"]]


def test_a_table_and_code_of_a_model_are_one_statement_each() -> None:
    text = f"Landings rose [1].\n\n{TABLE} [2]\n\nIt is computed so:\n{CODE}\n[1]\nThat is all [3]."
    assert [(one.text, sorted(one.cited)) for one in stated(text)] == [
        ("Landings rose.", [1]), (TABLE, [2]), (CODE, [1]), ("That is all.", [3]),
    ]  # fmt: skip
