"""The Documents tab: an element of our own (`static/documents.js`) in a tab of Gradio's, and the dates chosen in it.

The element speaks to `/api/documents` and `/api/uploads`; Gradio learns of the dates only. Knows nothing of libraries.
"""

from collections.abc import Sequence
from datetime import date

import gradio as gr
from markupsafe import Markup

from rag.dates import parse_day

# A link, because Gradio rewrites the rules of style sheets that it is given.
DOCUMENTS_HEAD = (
    '<link rel="stylesheet" href="/page/documents.css"><script type="module" src="/page/documents.js"></script>'
)
ANY_DATE = ("", "")
"""A date window that shuts nothing out."""

DateWindow = tuple[str, str]
"""First and last day as ISO 8601, each empty where that side is open."""


def date_window_button() -> gr.Button:
    """A button that says the chosen dates and removes them, to be built where questions are asked."""
    return gr.Button(visible=False, size="sm", elem_id="remove-date-window")


def documents_tab(largest_mb: float, button: gr.Button, days: Sequence[gr.components.Component]) -> None:
    """Build the tab, where files have at most `largest_mb` MB. Dates chosen in its timeline go to the two `days`."""
    with gr.Tab("Documents", id="documents"):
        element = Markup('<footnote-documents largest="{}"></footnote-documents>').format(largest_mb)
        # Markdown, because gr.HTML compiles its value into code: see gradio_door.evaluates.
        gr.Markdown(str(element), sanitize_html=False, elem_id="documents", padding=False)
        # The element writes its choice here; Gradio tells the server of a textbox that changes without a script.
        chosen = gr.Textbox(label="Dates", elem_id="date-window", elem_classes="footnote-unseen", interactive=True)
    chosen.change(choose, chosen, [*days, button], show_progress="hidden", api_visibility="private")


def choose(written: str) -> tuple[str, str, dict]:
    """The two days that the element writes as `2022-09-01/2022-09-30`, and what the button says of them."""
    window = read_window(written)
    return *window, gr.update(visible=window != ANY_DATE, value=f"{in_words(window)}  ✕")


def read_window(written: str) -> DateWindow:
    """Whatever is no ISO 8601 interval of days is any date."""
    after, _, before = written.partition("/")
    try:
        first, last = (parse_day(day).isoformat() if day else "" for day in (after, before))
    except ValueError:
        return ANY_DATE
    return (first, last) if not (first and last) or first <= last else (last, first)


def in_words(window: DateWindow) -> str:
    """What the window lets through, for the button that removes it."""
    after, before = (f"{(day := date.fromisoformat(one)).day} {day:%B %Y}" if one else "" for one in window)
    if after and before:
        return f"Only {after}" if after == before else f"Only {after} to {before}"
    return f"Only since {after}" if after else f"Only until {before}" if before else ""
