"""The Documents tab: an element of our own (`static/documents.js`) in a tab of Gradio's, and the dates chosen in it.

The element speaks to `/api/documents` and `/api/uploads`; Gradio learns of the dates only. They are kept in two boxes
of the settings; the timeline, and what stands over the question box, follow these. Knows nothing of libraries.
"""

from datetime import date

import gradio as gr
from markupsafe import Markup

from rag.dates import parse_day
from ui.rendering import only_dates_html

# A link, because Gradio rewrites the rules of style sheets that it is given.
DOCUMENTS_HEAD = (
    '<link rel="stylesheet" href="/page/documents.css"><script type="module" src="/page/documents.js"></script>'
)
ANY_DATE = ("", "")
"""A date window that shuts nothing out."""

DateWindow = tuple[str, str]
"""First and last day as ISO 8601, each empty where that side is open."""


def documents_tab(largest_mb: float) -> None:
    """Build the tab, where files have at most `largest_mb` MB."""
    with gr.Tab("Documents", id="documents"):
        element = Markup('<footnote-documents largest="{}"></footnote-documents>').format(largest_mb)
        # Markdown, because gr.HTML compiles its value into code: see gradio_door.evaluates.
        gr.Markdown(str(element), sanitize_html=False, elem_id="documents", padding=False)


def choose(written: str) -> tuple[str, str, str]:
    """The two days that a script writes, and what stands over the question box of them."""
    window = read_window(written)
    return *window, only_dates_html(*window, in_words(window), written)


def dates_html(after: str, before: str) -> str:
    """What stands over the question box of two days that may be any text: nothing where they are no window."""
    try:
        days = [parse_day(day.strip()).isoformat() if day.strip() else "" for day in (after, before)]
    except ValueError:
        days = ["", ""]
    window = (days[0], days[1]) if not all(days) or days[0] <= days[1] else ANY_DATE
    return only_dates_html(*window, in_words(window))


def read_window(written: str) -> DateWindow:
    """`2022-09-01/2022-09-30`, and perhaps a third part that tells equal ones apart. Whatever else is any date."""
    after, _, before = written.partition("/")
    before = before.partition("/")[0]
    try:
        first, last = (parse_day(day).isoformat() if day else "" for day in (after, before))
    except ValueError:
        return ANY_DATE
    return (first, last) if not (first and last) or first <= last else (last, first)


def in_words(window: DateWindow) -> str:
    """What the window lets through, for whoever may remove it."""
    after, before = (f"{(day := date.fromisoformat(one)).day} {day:%B %Y}" if one else "" for one in window)
    if after and before:
        return f"Only {after}" if after == before else f"Only {after} to {before}"
    return f"Only since {after}" if after else f"Only until {before}" if before else ""
