"""The chat page: a Gradio Blocks that asks a Library. Knows nothing of servers, storage or models."""

import asyncio
import threading
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from rag.answering import Event
from rag.conversations import Conversations, Verdict
from rag.errors import FootnoteError
from rag.export import answer_json
from rag.library import Library
from rag.records import Answer, Query
from ui.rendering import PLAIN, answer_html, error_html, for_gradio, passages_html, plain_html

STYLE = Path(__file__).parent / "static" / "chat.css"
_SYSTEM_FONTS = ("ui-sans-serif", "system-ui", "sans-serif")
_MONOSPACE = ("ui-monospace", "Consolas", "monospace")
_TURNS_KEPT = 20
_VERDICTS: dict[bool | str, Verdict] = {True: "right", "Like": "right", False: "wrong", "Dislike": "wrong"}

Turn = dict[str, str]
Messages = list[dict[str, Any]]
Shown = dict[str, str]
"""Ids of the answers in the conversation, by the place of their message."""
Update = tuple[str, Messages, str, list[Turn], Shown]
"""What a step of answering changes: question box, conversation, passages, turns, ids."""


def theme() -> gr.themes.Base:
    """Fonts of the reader's own system: the page asks no other host for anything."""
    return gr.themes.Soft(primary_hue="amber", neutral_hue="stone", font=_SYSTEM_FONTS, font_mono=_MONOSPACE)


def chat_page(library: Library, conversations: Conversations) -> gr.Blocks:
    """A question box, the conversation, and beside it the passages of the latest answer."""

    async def ask(question: str, messages: Messages, turns: list[Turn], shown: Shown) -> AsyncIterator[Update]:
        if not question.strip():
            yield question, messages, for_gradio(passages_html(())), turns, shown
            return
        asked = [*messages, {"role": "user", "content": plain_html(question)}]
        passages, written = for_gradio(passages_html(())), ""
        yield "", [*asked, _reply("Reading the documents …")], passages, turns, shown
        try:
            async for event in _as_they_come(library.stream(question, history=turns)):
                reply = _reply("Writing, and checking each sentence …")
                if isinstance(event, Answer):
                    conversations.keep(answer_json(event), tuple(turns))
                    turns = [*turns, {"question": event.query.text, "answer": event.text}][-_TURNS_KEPT:]
                    shown = {**shown, str(len(asked)): event.id}
                    reply = {"role": "assistant", "content": answer_html(event)}
                elif isinstance(event, str):
                    written += event
                    reply = _reply(written)
                elif not isinstance(event, Query):
                    passages = for_gradio(passages_html(event))
                yield "", [*asked, reply], passages, turns, shown
        except FootnoteError as error:
            reply = {"role": "assistant", "content": error_html(str(error))}
            yield question, [*asked, reply], passages, turns, shown

    def stop(messages: Messages) -> Messages:
        unfinished = messages and messages[-1]["role"] == "assistant" and PLAIN in str(messages[-1]["content"])
        return [*messages[:-1], _reply("Stopped.")] if unfinished else messages

    def mark(shown: Shown, event: gr.LikeData) -> None:
        if answer_id := shown.get(str(event.index)):
            conversations.mark(answer_id, _VERDICTS.get(event.liked))  # a thumb that is taken back sends ""

    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_height=True) as page:
        gr.HTML(
            "<h1>Footnote</h1><p>Answers from your documents, with the exact words behind every sentence.</p>",
            elem_id="footnote-head",
        )
        turns = gr.State([])
        shown = gr.State({})
        with gr.Row(equal_height=False):
            with gr.Column(scale=3, min_width=320):
                conversation = gr.Chatbot(
                    label="Conversation", show_label=False, height="62vh", layout="panel", buttons=[],
                    latex_delimiters=[], placeholder="Ask a question about your documents.", elem_id="conversation",
                )  # fmt: skip
                question = gr.Textbox(
                    label="Question", show_label=False, placeholder="Ask a question, then press Enter",
                    max_length=20_000, autofocus=True, submit_btn=True, stop_btn=True, elem_id="question",
                )  # fmt: skip
            with gr.Column(scale=2, min_width=280):
                gr.HTML("<h2>Passages</h2>")
                passages = gr.HTML(for_gradio(passages_html(())), elem_id="passages")
        asking = question.submit(
            ask,
            [question, conversation, turns, shown],
            [question, conversation, passages, turns, shown],
            show_progress="hidden",
            api_visibility="private",
            concurrency_limit=4,
            trigger_mode="always_last",  # Enter before an answer is finished, or stopped, asks when it is
        )
        question.stop(stop, conversation, conversation, cancels=[asking], queue=False, api_visibility="private")
        conversation.clear(
            lambda: (for_gradio(passages_html(())), [], {}), None, [passages, turns, shown], api_visibility="private"
        )
        conversation.like(mark, shown, None, api_visibility="private")
    return page


async def _as_they_come(events: Iterator[Event]) -> AsyncIterator[Event]:
    """The events, waited for in a thread: who stops listening is free at once, and the next one ends them."""
    stopped = threading.Event()

    def step() -> Event | None:
        event = next(events, None)
        if stopped.is_set() and isinstance(events, Generator):
            events.close()
        return event

    try:
        while (event := await asyncio.to_thread(step)) is not None:
            yield event
    finally:
        stopped.set()


def _reply(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": plain_html(text)}
