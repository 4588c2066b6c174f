"""The chat page: its layout in Gradio's components, and which of them does what. Knows nothing of servers or storage.

Buttons within the conversation and the list of chats are HTML of our own: `static/chat.js` writes what they mean into
an unseen textbox, whose `change` event brings it here. What an open page knows of itself stands in another one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from rag.conversations import Conversations
from rag.library import Library
from ui.asking import Asking, Session, read_act, read_session, typed
from ui.chats import Chats
from ui.documents_tab import choose, dates_html, documents_tab
from ui.owners import owner_of
from ui.rendering import chats_head_html, heading_html, passages_html
from ui.settings_panel import SettingsPanel, emptied_choices, read_choices, settings_panel
from ui.waiting import Visitors, WaitingLine

# A link, because Gradio rewrites the rules of style sheets that it is given, and loses some.
CHAT_HEAD = '<link rel="stylesheet" href="/page/chat.css"><script type="module" src="/page/chat.js"></script>'
_SYSTEM_FONTS = ("ui-sans-serif", "system-ui", "sans-serif")
_MONOSPACE = ("ui-monospace", "Consolas", "monospace")
_SOURCE = '<section id="source-view" aria-label="The opened source" hidden></section>'
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def theme() -> gr.themes.Base:
    """Fonts of the reader's own system: the page asks no other host for anything."""
    return gr.themes.Soft(primary_hue="amber", neutral_hue="stone", font=_SYSTEM_FONTS, font_mono=_MONOSPACE)


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of the chat. The unseen textboxes are the `session`, and those into which scripts write.

    `act` asks something of the conversation, `go` changes to another chat, `arrange` renames one of the list or deletes
    it, and `chosen_dates` are those of the timeline.
    """

    tab: gr.Tab
    session: gr.Textbox
    listed: gr.Markdown
    panel: SettingsPanel
    welcome: gr.Markdown
    past: gr.Markdown
    current: gr.Markdown
    only_dates: gr.Markdown
    box: gr.Textbox
    passages: gr.Markdown
    act: gr.Textbox
    go: gr.Textbox
    arrange: gr.Textbox
    chosen_dates: gr.Textbox

    @property
    def shown(self) -> list[Any]:
        """What `Shown` changes, in its order."""
        return [self.box, self.past, self.current, self.passages, self.listed, self.session]

    @property
    def everything(self) -> list[Any]:
        """The same, and the settings with what stands over the question box of their dates."""
        return [*self.shown, *self.panel.components, self.only_dates]


def chat_page(
    library: Library,
    conversations: Conversations,
    line: WaitingLine,
    visitors: Visitors,
    settled: Callable[[], bool],
) -> gr.Blocks:
    """A tab with the chat and one with the documents, whose timeline chooses the chat's dates.

    `settled` says that no documents are being added.
    """
    chats = Chats(library, conversations, settled)
    with gr.Blocks(title="Footnote", analytics_enabled=False) as page:
        _html(heading_html(), "footnote-head")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Chat", id="chat") as tab:
                parts = _chat(library, tab)
            documents_tab(library.settings.max_file_mb)
        running = _connect_asking(page, Asking(library, conversations, line), visitors, parts)
        _connect_chats(page, chats, parts, running)
        _connect_dates(parts)
    return page


def _chat(library: Library, tab: gr.Tab) -> Parts:
    """Chats at the left, the conversation with its question box, and at the right what the answer rests on."""
    with gr.Row(equal_height=False, elem_id="chat"):
        with gr.Column(scale=1, min_width=200, elem_id="side"):
            _html(chats_head_html(), "chats-head")
            listed = _html("", "chats")
            panel = settings_panel(library)
        with gr.Column(scale=4, min_width=320, elem_id="talk"):
            welcome, past, current = _html("", "welcome"), _html("", "past"), _html("", "current")
            only_dates = _html("", "only-dates")
            box = gr.Textbox(
                label="Question", show_label=False, placeholder="Ask a question, then press Enter", lines=1,
                max_lines=8, max_length=20_000, autofocus=True, submit_btn=True, stop_btn=False, elem_id="question",
            )  # fmt: skip
        with gr.Column(scale=3, min_width=280, elem_id="sources"):
            _html(_SOURCE, "source-place")
            passages = _html(passages_html(()), "passages")
    unseen = (_unseen(name) for name in ("act", "go", "arrange", "chosen_dates"))
    return Parts(tab, _unseen("session"), listed, panel, welcome, past, current, only_dates, box, passages, *unseen)


def _connect_asking(page: gr.Blocks, asking: Asking, visitors: Visitors, parts: Parts) -> Any:
    """Enter and the buttons of the conversation ask; the box's own button stops. Returns what can be cancelled."""

    async def ask(
        question: str, written: str, said: str, request: gr.Request, *settings: Any
    ) -> AsyncIterator[tuple[Any, ...]]:
        act, session = read_act(written), _session(said, request)
        # What is pressed while an answer is written asks when that ends, by an event that names whoever asked before.
        by_button = act.told != session.told
        session = replace(session, told=act.told)
        asked = await asyncio.to_thread(asking.asked, act, session) if by_button else typed(question)
        forget = asked.forget if asked else ()
        changed = (*emptied_choices(forget), dates_html("", "") if "after" in forget else gr.skip())
        if asked and asked.question.strip():
            choices = read_choices(*settings).without(forget)
            gone = visitors.gone(request.session_hash)
            async with aclosing(asking.answer(asked, session, choices, gone)) as steps:
                async for step in steps:
                    yield (*step.values, *changed)
                    changed = (*emptied_choices(()), gr.skip())
        elif by_button:
            yield (*(await asyncio.to_thread(asking.as_it_is, session)).values, *changed)

    def stop(said: str, request: gr.Request) -> tuple[Any, ...]:
        return asking.stopped(_session(said, request)).values

    page.unload(lambda: None)  # a page with this holds a connection open, by whose end it is known to be closed
    running = gr.on(
        [parts.box.submit, parts.act.change],
        ask,
        [parts.box, parts.act, parts.session, *parts.panel.components],
        parts.everything,
        concurrency_limit=None,  # the waiting line decides
        trigger_mode="always_last",
        **_QUIET,
    )
    parts.box.stop(stop, parts.session, parts.shown, cancels=[running], queue=False, **_QUIET)
    return running


def _connect_chats(page: gr.Blocks, chats: Chats, parts: Parts, running: Any) -> None:
    """The page opens with the chat that its address names; the list's buttons change to another, or change the list."""

    def load(said: str, chosen: list[str], request: gr.Request) -> tuple[Any, ...]:
        return chats.load(_session(said, request), dict(request.query_params).get("chat", ""), chosen or ())

    def go(written: str, said: str, request: gr.Request) -> tuple[Any, ...]:
        return chats.go(written, _session(said, request))

    def arrange(written: str, said: str, request: gr.Request) -> str:
        return chats.arrange(written, _session(said, request))

    def library_changed(chosen: list[str]) -> tuple[Any, ...]:
        return chats.library_changed(chosen or ())

    documents = parts.panel.documents
    page.load(load, [parts.session, documents], parts.everything, **_QUIET)
    parts.go.change(go, [parts.go, parts.session], parts.everything, cancels=[running], **_QUIET)
    parts.arrange.change(arrange, [parts.arrange, parts.session], parts.listed, **_QUIET)
    gr.on([page.load, parts.go.change], chats.welcome, None, parts.welcome, **_QUIET)
    parts.tab.select(library_changed, documents, [parts.welcome, documents], **_QUIET)


def _connect_dates(parts: Parts) -> None:
    """Dates are chosen in the timeline, or written into the settings; what stands over the question box follows."""
    after, before = parts.panel.days
    parts.chosen_dates.change(choose, parts.chosen_dates, [after, before, parts.only_dates], **_QUIET)
    # Not their `change`: where the server sets both, one that has seen only the first could be the last to be answered.
    written = [after.blur, before.blur, after.submit, before.submit]
    gr.on(written, dates_html, [after, before], parts.only_dates, trigger_mode="always_last", **_QUIET)


def _session(said: str, request: gr.Request) -> Session:
    return read_session(said, owner_of(request.cookies, otherwise=request.session_hash or ""))


def _html(html: str, name: str) -> gr.Markdown:
    """HTML of our own templates. Not gr.HTML, which compiles its value into code."""
    return gr.Markdown(html, sanitize_html=False, latex_delimiters=[], elem_id=name, padding=False, buttons=[])


def _unseen(name: str) -> gr.Textbox:
    return gr.Textbox(label=name, show_label=False, elem_id=name, elem_classes="footnote-unseen", interactive=True)
