"""The report of a run: what its Markdown says, what its page holds and hides, and that the page asks nobody."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from evals import report
from tests.poisoned import HOSTILE


def figure(mean: float | None, low: float | None, high: float | None, n: int = 7) -> dict[str, Any]:
    return {"mean": mean, "low": low, "high": high, "n": n}


def question(name: str, **changes: Any) -> dict[str, Any]:
    """A question that was answered rightly, but for the changes."""
    right = {
        "id": name,
        "question": f"Who rang {name}?",
        "type": "who",
        "answerable": True,
        "status": "ok",
        "error": "",
        "answers": ["Ada Brennock", "Brennock"],
        "evidence": [{"doc_id": "bell.txt", "quote": "Ada Brennock rang the bell."}],
        "retrieved": [
            {"doc_id": "quay.txt", "start": 0, "end": 90, "score": 0.9},
            {"doc_id": "bell.txt", "start": 0, "end": 27, "score": 0.5},
            {"doc_id": "bell.txt", "start": 28, "end": 80, "score": 0.4},
        ],
        "mode": "written",
        "answer": "Ada Brennock rang it. [1]",
        "citations": [
            {
                "doc_id": "bell.txt",
                "start": 0,
                "end": 27,
                "quote": "Ada Brennock rang the bell.",
                "url": "/source/bell.txt?v=0123456789ab&start=0&end=27",
            }
        ],
        "scores": {"document_recall@10": 1.0, "sentence_hit@3": 1.0, "contains_answer": 1.0, "f1": None},
        "timings_ms": {"understand": 1.0, "retrieve": 20.0, "first_token": 100.0, "total": 400.0},
        "confidence": 0.75,
    }
    return right | changes


QUESTIONS = [
    question("right"),
    question("crash", status="failed", error=f"LLMError: {HOSTILE}", mode="", answer="", scores={}, timings_ms={}),
    question("wrong", scores={"contains_answer": 0.0, "sentence_hit@3": 1.0}),
    question("unfound", type="a_date", scores={"contains_answer": None, "sentence_hit@3": 0.0}),
    question("found", type="a_date", scores={"contains_answer": None, "sentence_hit@3": 1.0}),
    question("mute", mode="refused", answer="The documents do not answer this question.", citations=[]),
    question("guess", type="none", answerable=False, answers=[], evidence=[], mode="quoted", scores={}),
    question(
        "refused", type="none", answerable=False, answers=[], evidence=[], citations=[], mode="refused", scores={}
    ),
    question("searched", mode="", answer="", citations=[], scores={"document_recall@10": 0.5}, confidence=None),
    question(
        HOSTILE,
        question=HOSTILE,
        type=HOSTILE,
        answers=[HOSTILE],
        answer=HOSTILE,
        evidence=[{"doc_id": HOSTILE, "quote": HOSTILE}],
        citations=[{"doc_id": HOSTILE, "start": 0, "end": 1, "quote": HOSTILE, "url": "javascript:alert(1)"}],
    ),
]
FAILURES = {
    "crash": "did not run",
    "wrong": "wrong answer",
    "unfound": "no evidence",
    "mute": "should answer",
    "guess": "should refuse",
}
RUN: dict[str, Any] = {
    "name": f"harbour {HOSTILE}",
    "created": "2031-05-17T08:05:09+00:00",
    "questions_file": HOSTILE,
    "settings": {"encoder": "all-MiniLM-L6-v2", "llm": "none", "llm_model": "", "exclude": [HOSTILE]},
    "fingerprint": "0123456789ab",
    "versions": {"chromadb": "1.5.2", HOSTILE: HOSTILE},
    "machine": {"cpu": HOSTILE, "cores": 2, "memory_gib": 23.5, "python": "3.11.9", "system": "Linux"},
    "failed": 1,
    "metrics": {
        "judge_faithfulness": figure(0.9, 0.8, 1.0),
        "document_recall@10": figure(0.92683, 0.85, 0.99),
        "document_ndcg@10": figure(0.5, 0.25, 0.75),
        "contains_answer": figure(0.75, 0.4, 0.9, 5),
        "citation_precision": figure(None, None, None, 0),
        "refusal_f1": figure(0.8, 0.6, 0.9),
        "risk_coverage_area": figure(0.118, 0.05, 0.2),
        "total_ms_p50": figure(1234.56, 1100.4, 1400.0),
        "total_ms_p95": figure(2000, None, None),
        "prompt_tokens": figure(812.4, 800, 820),
        "wholly_new": figure(0.5, float("nan"), float("nan")),
        HOSTILE: figure(0.25, 0.2, 0.3),
    },
    "by_type": {
        "who": {"document_recall@10": figure(1.0, 0.9, 1.0, 4), "contains_answer": figure(0.5, 0.1, 0.9, 3)},
        "a_date": {"document_recall@10": figure(0.7, 0.5, 0.8, 2)},
        HOSTILE: {"document_recall@10": figure(0.3, 0.2, 0.4, 1), "f1": figure(0.1, 0.0, 0.2, 1)},
    },
    "risk_coverage": [
        {"threshold": 0.9, "coverage": 0.25, "risk": 0.0},
        {"threshold": 0.5, "coverage": 0.75, "risk": 0.1},
        {"threshold": 0.1, "coverage": 1.0, "risk": 0.3},
    ],
    "questions": QUESTIONS,
}
EMPTY: dict[str, Any] = RUN | {
    "name": "empty",
    "created": "some day",
    "questions_file": "none.jsonl",
    "settings": {},
    "versions": {},
    "machine": {},
    "failed": 0,
    "metrics": {},
    "by_type": {},
    "risk_coverage": [],
    "questions": [],
}


class Tags(HTMLParser):
    """Every tag of a page with its attributes, and the tag that follows each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]

    def after(self, tag: str) -> set[str]:
        return {later[0] for (name, _), later in zip(self.found, self.found[1:], strict=False) if name == tag}


@pytest.fixture(scope="module")
def page() -> str:
    return report.html(RUN)


def words(page: str) -> str:
    """What a page says, in one line."""
    return " ".join(unescape(re.sub(r"<wbr>|<[^>]*>", lambda tag: "" if tag[0] == "<wbr>" else " ", page)).split())


def test_the_summary_gives_facts_and_groups() -> None:
    summary = report.markdown(RUN | {"name": "harbour"})
    assert summary.startswith("# harbour\n\ndate: 17 May 2031, 08:05 UTC · questions: 10 · failed: 1 · model: none · ")
    assert "encoder: all-MiniLM-L6-v2 · fingerprint: 0123456789ab\n" in summary
    headings = ["Retrieval", "Answers", "Citations", "Refusal", "Cost", "Judge", "Other", "By question type"]
    assert re.findall("^## (.*)", summary, re.MULTILINE) == headings
    assert "| document_recall@10 | 0.927 [0.850, 0.990] | 7 |" in summary
    assert "| contains_answer | 0.750 [0.400, 0.900] | 5 |" in summary
    assert "| citation_precision | – | 0 |" in summary
    assert "| total_ms_p50 | 1,235 [1,100, 1,400] | 7 |" in summary
    assert "| total_ms_p95 | 2,000 | 7 |" in summary
    assert "| prompt_tokens | 812 [800, 820] | 7 |" in summary
    assert "| wholly_new | 0.500 | 7 |" in summary


def test_the_summary_gives_the_headline_metrics_by_type() -> None:
    lines = report.markdown(RUN).splitlines()
    assert "| type | questions | document_recall@10 | contains_answer |" in lines
    assert "| who | 5 | 1.000 [0.900, 1.000] | 0.500 [0.100, 0.900] |" in lines
    assert "| a_date | 2 | 0.700 [0.500, 0.800] | – |" in lines


def test_hostile_text_breaks_no_table_of_the_summary() -> None:
    for line in report.markdown(RUN).splitlines():
        assert re.search(r"(?<!\\)<|(?<!\\)\[x\]", line) is None
        if line.startswith("| \\<script"):
            assert len(re.findall(r"(?<!\\)\|", line)) in (4, 5)


def test_the_page_shows_facts_cards_and_metrics(page: str) -> None:
    said = words(page)
    for fact in ("date 17 May 2031, 08:05 UTC", "questions 10", "failed 1", "model none", "fingerprint 0123456789ab"):
        assert fact in said
    assert "Document nDCG@10 0.500" in said
    assert "Total time p50 1,235 ms [1,100, 1,400] n 7" in said
    assert "document_recall@10 0.927 [0.850, 0.990] 7" in said
    assert "citation_precision – 0" in said
    assert "Judge metric value 95 % interval n judge_faithfulness 0.900 [0.800, 1.000] 7" in said
    assert "The area below the curve is 0.118 [0.050, 0.200]" in said
    assert "Thresholds If what is at least this sure is answered threshold coverage risk 0.900 0.250 0.000" in said
    assert "Total time of 9 questions, median 400 ms" in said
    assert "Retrieval time of 9 questions, median 20 ms" in said
    assert "Document recall@10 by question type: who 1.000 [0.900, 1.000]; a date 0.700 [0.500, 0.800]; " in said
    assert re.search(r"\bnan\b", said) is None


def test_the_page_shows_each_question_with_its_evidence_and_citations(page: str) -> None:
    row = next(row for row in re.findall(r"<tbody data-type=.*?</tbody>", page, re.DOTALL) if "rang right" in row)
    said = words(row)
    assert "Who rang right? who Ada Brennock · Brennock Ada Brennock rang it. [1] written" in said
    assert "Document recall@10 1 Contains answer 1 ok" in said
    assert "right · confidence 0.750 · understand 1 ms · retrieve 20 ms · first_token 100 ms · total 400 ms" in said
    assert "Ada Brennock rang the bell. bell.txt, retrieved at rank 2" in said
    assert '<a href="/source/bell.txt?v=0123456789ab&amp;start=0&amp;end=27">bell.txt</a>' in row


def test_failures_carry_their_reason(page: str) -> None:
    rows = re.findall(r"<tbody data-type=.*?</tbody>", page, re.DOTALL)
    assert len(rows) == len(QUESTIONS)
    found = {
        name[1]: failure[1]
        for row in rows
        if (failure := re.match(r'<tbody data-type="[^"]*" data-failure="([^"]*)"', row))
        and (name := re.search(r"Who rang (\w+)", row))
    }
    assert found == FAILURES


def test_nothing_that_a_question_or_a_model_writes_becomes_markup(page: str) -> None:
    tags = Tags(page)
    assert len(tags.attributes("script")) == 1
    assert tags.attributes("img") == []
    assert [link["href"] for link in tags.attributes("a") if not str(link["href"]).startswith("/source/")] == []
    assert words(page).count("{{7*7}} |") > 10


def test_the_page_needs_nothing_beside_it(page: str) -> None:
    tags = Tags(page)
    for tag, attributes in tags.found:
        assert tag not in ("link", "iframe", "object", "embed", "base", "image", "use")
        assert not {"src", "srcset", "action", "xlink:href", "background", "style"} & attributes.keys()
        assert not any(name.startswith("on") for name in attributes)
        assert "href" not in attributes or tag == "a"
    styles = "".join(re.findall(r"<style>.*?</style>|<script>.*?</script>", page, re.DOTALL))
    assert re.search(r"https?:|url\(|@import|fetch|//\w", styles) is None
    assert "default-src 'none'" in str(tags.attributes("meta")[2]["content"])


@pytest.mark.parametrize("run", [RUN, EMPTY], ids=["full", "empty"])
def test_plots_and_tables_can_be_read_aloud(run: dict[str, Any]) -> None:
    tags = Tags(report.html(run))
    assert all(svg["role"] == "img" for svg in tags.attributes("svg"))
    assert tags.after("svg") <= {"title"}
    assert tags.after("table") <= {"caption"}


def test_an_empty_run_is_still_a_report() -> None:
    assert report.markdown(EMPTY).splitlines() == [
        "# empty",
        "",
        "date: some day · questions: 0 · failed: 0 · model: not recorded · encoder: not recorded · "
        "fingerprint: 0123456789ab",
    ]
    said = words(report.html(EMPTY))
    assert "This run has no metrics." in said
    assert "This run has no questions." in said


def test_groups_and_plots_without_numbers_are_left_out() -> None:
    few = RUN | {"metrics": {"document_recall@10": figure(1, 1, 1)}, "by_type": {}, "risk_coverage": []}
    page = words(report.html(few))
    assert re.findall("^## (.*)", report.markdown(few), re.MULTILINE) == ["Retrieval"]
    for absent in ("Judge", "Risk and coverage", "By question type", "Citations metric"):
        assert absent not in page


def test_a_large_run_stays_below_five_megabytes_and_its_curve_is_thinned() -> None:
    long = 'A "long" quote & more. ' * 200
    citation = QUESTIONS[0]["citations"][0] | {"quote": long}
    asked = [
        question(f"q{i}", answer=long, citations=[citation] * 6, evidence=[{"doc_id": "bell.txt", "quote": long}] * 4)
        for i in range(1000)
    ]
    curve = [{"threshold": 0.5, "coverage": i / 2000, "risk": i / 4000} for i in range(1, 2001)]
    page = report.html(RUN | {"questions": asked, "risk_coverage": curve})
    assert len(page.encode()) < 5_000_000
    assert "and 3 more" in page
    assert {len(text) for text in re.findall(r"<q>(.*?)</q>", unescape(page))} == {299}  # cut at a space
    line = re.search(r'<polyline class="line" points="([^"]*)"', page)
    assert line is not None
    points = line[1].split()
    assert len(points) == 200
    assert points[0] == "44.1,159.9"
    assert points[-1] == "330.0,20.0"


def test_one_slow_question_does_not_flatten_the_histogram() -> None:
    times = [*range(100, 200), 90_000]
    asked = [question(f"q{i}", timings_ms={"total": float(time)}) for i, time in enumerate(times)]
    said = words(report.html(RUN | {"questions": asked}))
    assert "101 questions. The last bar holds 1 slower than 200 ms." in said
    assert "Time for retrieval" not in said


def test_half_a_surrogate_pair_can_be_written(tmp_path: Path) -> None:
    run = RUN | {"name": "broken \ud83d", "questions": [question("q", answer="\udc00")]}
    for text in (report.markdown(run), report.html(run)):
        (tmp_path / "report").write_text(text, encoding="utf-8")


def test_the_filter_hides_what_it_should_and_no_request_leaves(browser: Browser, page: str, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    complaints: list[str] = []
    requests: list[str] = []
    tab = browser.new_page(viewport={"width": 360, "height": 800})
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("dialog", lambda dialog: complaints.append(dialog.message))
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(file.as_uri())
    rows, shown = tab.locator("#questions tbody"), tab.locator("#questions tbody:visible")
    expect(tab.locator("#shown")).to_have_text("10 of 10 shown")
    assert tab.evaluate("document.documentElement.scrollWidth") == 360

    tab.get_by_label("Failures only").check()
    expect(shown).to_have_count(len(FAILURES))
    expect(tab.locator("#questions tbody[data-failure]:visible")).to_have_count(len(FAILURES))
    expect(tab.locator("#shown")).to_have_text("5 of 10 shown")
    tab.locator("#type").select_option("who")
    expect(shown).to_have_count(3)
    tab.get_by_label("Failures only").uncheck()
    tab.locator("#type").select_option(HOSTILE)
    expect(shown).to_have_count(1)
    tab.locator("#type").select_option("all")
    tab.get_by_label("Text").fill("RANG THE bell")  # in evidence or citations of all but two
    expect(shown).to_have_count(8)
    tab.get_by_label("Text").fill("no such words")
    expect(shown).to_have_count(0)
    tab.get_by_label("Text").fill("")
    expect(shown).to_have_count(10)

    rows.first.locator("summary").click()
    expect(rows.first.locator("q").first).to_be_visible()
    tab.close()
    assert complaints == []
    assert requests == [file.as_uri()]


def test_without_a_script_the_table_is_whole(browser: Browser, page: str, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    tab = browser.new_page(java_script_enabled=False)
    tab.goto(file.as_uri())
    expect(tab.locator("#questions tbody:visible")).to_have_count(10)
    expect(tab.locator("#controls")).to_be_hidden()
    tab.close()
