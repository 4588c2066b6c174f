"""The chat page: its layout in Gradio's components, and which of them does what. Knows nothing of servers or storage.

Buttons within the conversation and the list of chats are HTML of our own: `static/chat.js` writes what they mean into
an unseen textbox, whose `change` event brings it here.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from rag.conversations import Conversations
from rag.library import Library
from ui.asking import Asking, Session, read_act, typed
from ui.chats import Chats
from ui.documents_tab import date_window_button, documents_tab
from ui.owners import owner_of
from ui.rendering import heading_html, passages_html
from ui.settings_panel import SettingsPanel, read_choices, settings_panel
from ui.waiting import Visitors, WaitingLine

# A link, because Gradio rewrites the rules of style sheets that it is given, and loses some.
CHAT_HEAD = '<link rel="stylesheet" href="/page/chat.css"><script type="module" src="/page/chat.js"></script>'
_SYSTEM_FONTS = ("ui-sans-serif", "system-ui", "sans-serif")
_MONOSPACE = ("ui-monospace", "Consolas", "monospace")
_SOURCE = '<section id="source-view" aria-label="Source" hidden></section>'
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def theme() -> gr.themes.Base:
    """Fonts of the reader's own system: the page asks no other host for anything."""
    return gr.themes.Soft(primary_hue="amber", neutral_hue="stone", font=_SYSTEM_FONTS, font_mono=_MONOSPACE)


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of the chat. `act` and `go` are the unseen textboxes."""

    session: gr.State
    listed: gr.Markdown
    panel: SettingsPanel
    welcome: gr.Markdown
    past: gr.Markdown
    current: gr.Markdown
    only_dates: gr.Button
    box: gr.Textbox
    passages: gr.Markdown
    act: gr.Textbox
    go: gr.Textbox

    @property
    def shown(self) -> list[Any]:
        """What `Shown` changes, in its order."""
        return [self.box, self.past, self.current, self.passages, self.listed, self.session]

    @property
    def everything(self) -> list[Any]:
        """The same, and the settings."""
        return [*self.shown, *self.panel.components]


def chat_page(library: Library, conversations: Conversations, line: WaitingLine, visitors: Visitors) -> gr.Blocks:
    """A tab with the chat and one with the documents, whose timeline chooses the chat's dates."""
    chats = Chats(library, conversations)
    with gr.Blocks(title="Footnote", analytics_enabled=False) as page:
        _html(heading_html(), "footnote-head")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Chat", id="chat"):
                parts = _chat(library)
            documents_tab(library.settings.max_file_mb, parts.only_dates, parts.panel.days)
        running = _connect_asking(Asking(library, conversations, line), visitors, parts)
        _connect_chats(page, chats, parts, running)
    return page


def _chat(library: Library) -> Parts:
    """Chats at the left, the conversation with its question box, and at the right what the answer rests on."""
    with gr.Row(equal_height=False, elem_id="chat"):
        with gr.Column(scale=1, min_width=200, elem_id="side"):
            listed = _html("", "chats")
            panel = settings_panel(library)
        with gr.Column(scale=4, min_width=320, elem_id="talk"):
            welcome, past, current = _html("", "welcome"), _html("", "past"), _html("", "current")
            only_dates = date_window_button()
            box = gr.Textbox(
                label="Question", show_label=False, placeholder="Ask a question, then press Enter", lines=1,
                max_lines=8, max_length=20_000, autofocus=True, submit_btn=True, stop_btn=False, elem_id="question",
            )  # fmt: skip
        with gr.Column(scale=3, min_width=280, elem_id="sources"):
            _html(_SOURCE, "source-place")
            passages = _html(passages_html(()), "passages")
    act, go = _unseen("act"), _unseen("go")
    return Parts(gr.State(Session()), listed, panel, welcome, past, current, only_dates, box, passages, act, go)


def _connect_asking(asking: Asking, visitors: Visitors, parts: Parts) -> Any:
    """Enter and the buttons of the conversation ask; the box's own button stops. Returns what can be cancelled."""

    async def ask(
        question: str, written: str, session: Session, event: gr.EventData, request: gr.Request, *settings: Any
    ) -> AsyncIterator[tuple[Any, ...]]:
        session = _owned(session, request)
        by_button = getattr(event.target, "elem_id", "") == "act"
        asked = read_act(written, session, asking.turns(session)) if by_button else typed(question)
        if asked and asked.question.strip():
            gone = visitors.gone(request.session_hash)
            async for step in asking.answer(asked, session, read_choices(*settings), gone):
                yield step.values

    def stop(question: str, session: Session) -> tuple[Any, ...]:
        return asking.stopped(session, question).values

    running = gr.on(
        [parts.box.submit, parts.act.change],
        ask,
        [parts.box, parts.act, parts.session, *parts.panel.components],
        parts.shown,
        concurrency_limit=None,  # the waiting line decides
        trigger_mode="always_last",  # Enter before an answer is finished, or stopped, asks when it is
        **_QUIET,
    )
    parts.box.stop(stop, [parts.box, parts.session], parts.shown, cancels=[running], queue=False, **_QUIET)
    return running


def _connect_chats(page: gr.Blocks, chats: Chats, parts: Parts, running: Any) -> None:
    """The page opens with the chat that its address names; the list's buttons change to another."""

    def load(session: Session, request: gr.Request) -> tuple[Any, ...]:
        return chats.load(_owned(session, request), dict(request.query_params).get("chat", ""))

    def turn_to(written: str, session: Session, request: gr.Request) -> tuple[Any, ...]:
        return chats.act(written, _owned(session, request))

    page.load(load, parts.session, parts.everything, **_QUIET)
    parts.go.change(turn_to, [parts.go, parts.session], parts.everything, cancels=[running], **_QUIET)
    gr.on([page.load, parts.go.change], chats.welcome, None, parts.welcome, **_QUIET)


def _owned(session: Session, request: gr.Request) -> Session:
    return replace(session, owner=owner_of(request.cookies, otherwise=request.session_hash or ""))


def _html(html: str, name: str) -> gr.Markdown:
    """HTML of our own templates. Not gr.HTML, which compiles its value into code."""
    return gr.Markdown(html, sanitize_html=False, latex_delimiters=[], elem_id=name, padding=False, buttons=[])


def _unseen(name: str) -> gr.Textbox:
    return gr.Textbox(label=name, show_label=False, elem_id=name, elem_classes="footnote-unseen", interactive=True)
