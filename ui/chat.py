"""The chat page: a Gradio Blocks that asks a Library. Knows nothing of servers, storage or models."""

import functools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import gradio as gr

from rag.conversations import Conversations, Verdict
from rag.errors import FootnoteError
from rag.export import answer_json
from rag.library import Library
from rag.records import Answer
from ui.documents_tab import DateWindow, date_window_button, documents_tab
from ui.rendering import PLAIN, answer_html, error_html, for_gradio, passages_html, plain_html
from ui.waiting import Visitors, Waiting, WaitingLine

STYLE = Path(__file__).parent / "static" / "chat.css"
_SYSTEM_FONTS = ("ui-sans-serif", "system-ui", "sans-serif")
_MONOSPACE = ("ui-monospace", "Consolas", "monospace")
_TURNS_KEPT = 20
_ANY_DATE = "any-date"
_TO_THE_QUESTION = "() => document.querySelector('#question textarea').focus()"
_FEEDBACK: dict[Verdict | None, str] = {"right": "Like", "wrong": "Dislike"}
_VERDICTS: dict[bool | str, Verdict] = {True: "right", "Like": "right", False: "wrong", "Dislike": "wrong"}

Turn = dict[str, str]
Messages = list[dict[str, Any]]
Shown = dict[str, str]
"""Ids of the answers in the conversation, by the place of their message."""
Thumbs = dict[str, Verdict | None]
"""What was thought of the answers in the conversation, by the place of their message."""
Update = tuple[Any, ...]
"""What a step of answering changes: question box, conversation, passages, turns, ids, dated question and its button."""


def theme() -> gr.themes.Base:
    """Fonts of the reader's own system: the page asks no other host for anything."""
    return gr.themes.Soft(primary_hue="amber", neutral_hue="stone", font=_SYSTEM_FONTS, font_mono=_MONOSPACE)


def chat_page(library: Library, conversations: Conversations, line: WaitingLine, visitors: Visitors) -> gr.Blocks:
    """A question box, the conversation, and beside it the passages of the latest answer."""

    async def ask(
        question: str,
        messages: Messages,
        turns: list[Turn],
        shown: Shown,
        dated: str,
        days: DateWindow,
        event: gr.EventData,
        request: gr.Request,
    ) -> AsyncIterator[Update]:
        """`dated` is the last question, where dates were read from it: the button asks it anew without them."""
        any_time = getattr(event.target, "elem_id", "") == _ANY_DATE
        if any_time:
            question, messages, turns = dated, messages[:-2], turns[:-1]
        if not question.strip():
            yield _nothing_changes()
            return
        box = gr.skip() if any_time else ""  # who asks again may be writing the next question
        asked = [*messages, {"role": "user", "content": plain_html(question)}]
        passages, written, dated = for_gradio(passages_html(())), "", ""
        yield box, [*asked, _reply("Reading the documents …")], passages, turns, shown, dated, _button(dated)
        try:
            after, before = (day or None for day in days)
            stream = functools.partial(library.stream, question, turns, after, before, any_time=any_time)
            async for step in line.in_turn(stream, visitors.gone(request.session_hash)):
                reply = _reply("Writing, and checking each sentence …")
                if isinstance(step, Waiting):
                    reply = _reply(f"Waiting: {step.ahead} before you …")
                elif isinstance(step, Answer):
                    conversations.keep(answer_json(step), tuple(turns))
                    turns = [*turns, {"question": step.query.text, "answer": step.text}][-_TURNS_KEPT:]
                    shown = {**shown, str(len(asked)): step.id}
                    dated = question if step.query.window else ""
                    reply = {"role": "assistant", "content": answer_html(step)}
                elif isinstance(step, str):
                    written += step
                    reply = _reply(written)
                elif isinstance(step, tuple):
                    passages = for_gradio(passages_html(step))
                yield box, [*asked, reply], passages, turns, shown, dated, _button(dated)
        except FootnoteError as error:
            reply = {"role": "assistant", "content": error_html(str(error))}
            yield question, [*asked, reply], passages, turns, shown, dated, _button(dated)

    def stop(messages: Messages) -> Messages:
        unfinished = messages and messages[-1]["role"] == "assistant" and PLAIN in str(messages[-1]["content"])
        return [*messages[:-1], _reply("Stopped.")] if unfinished else messages

    def mark(shown: Shown, thumbs: Thumbs, event: gr.LikeData) -> tuple[Thumbs, dict[str, Any]]:
        verdict = _VERDICTS.get(event.liked)  # a thumb that is taken back sends ""
        if answer_id := shown.get(str(event.index)):
            conversations.mark(answer_id, verdict)
        return _thumbs({**thumbs, str(event.index): verdict})

    def unmark(messages: Messages, thumbs: Thumbs) -> tuple[Thumbs, dict[str, Any]]:
        """A thumb is for the answer that it was given to, not for the one that takes its place."""
        return _thumbs({**thumbs, str(len(messages) - 1): None})

    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_height=True) as page:
        gr.HTML(
            "<h1>Footnote</h1><p>Answers from your documents, with the exact words behind every sentence.</p>",
            elem_id="footnote-head",
        )
        turns = gr.State([])
        shown = gr.State({})
        dated = gr.State("")
        thumbs = gr.State({})
        with gr.Tabs():
            with gr.Tab("Chat", id="chat"), gr.Row(equal_height=False):
                with gr.Column(scale=3, min_width=320):
                    conversation = gr.Chatbot(
                        label="Conversation", show_label=False, height="62vh", layout="panel", buttons=[],
                        latex_delimiters=[], placeholder="Ask a question about your documents.", elem_id="conversation",
                    )  # fmt: skip
                    only_dates = date_window_button()
                    any_date = gr.Button("Ask again for any date", visible=False, size="sm", elem_id=_ANY_DATE)
                    question = gr.Textbox(
                        label="Question", show_label=False, placeholder="Ask a question, then press Enter",
                        max_length=20_000, autofocus=True, submit_btn=True, stop_btn=True, elem_id="question",
                    )  # fmt: skip
                with gr.Column(scale=2, min_width=280):
                    gr.HTML("<h2>Passages</h2>")
                    passages = gr.HTML(for_gradio(passages_html(())), elem_id="passages")
            date_window = documents_tab(library.settings.max_file_mb, only_dates)
        changed = [question, conversation, passages, turns, shown, dated, any_date]
        asking = gr.on(
            [question.submit, any_date.click],
            ask,
            [question, conversation, turns, shown, dated, date_window],
            changed,
            show_progress="hidden",
            api_visibility="private",
            concurrency_limit=None,  # the waiting line decides
            trigger_mode="always_last",  # Enter before an answer is finished, or stopped, asks when it is
        )
        any_date.click(None, js=_TO_THE_QUESTION)  # the button goes away, and must not take the focus with it
        question.stop(stop, conversation, conversation, cancels=[asking], queue=False, api_visibility="private")
        conversation.clear(
            lambda: (for_gradio(passages_html(())), [], {}, "", _button("")),
            None,
            changed[2:],
            api_visibility="private",
        )
        conversation.clear(lambda: _thumbs({}), None, [thumbs, conversation], api_visibility="private")
        conversation.like(
            mark, [shown, thumbs], [thumbs, conversation], show_progress="hidden", api_visibility="private"
        )
        any_date.click(
            unmark, [conversation, thumbs], [thumbs, conversation], show_progress="hidden", api_visibility="private"
        )
    return page


def _thumbs(thumbs: Thumbs) -> tuple[Thumbs, dict[str, Any]]:
    """The thumbs, and the conversation's as Gradio has them: in the order of the answers."""
    places = range(1, max(map(int, thumbs), default=-1) + 1, 2)
    return thumbs, gr.update(feedback_value=[_FEEDBACK.get(thumbs.get(str(place))) for place in places])


def _nothing_changes() -> Update:
    return tuple(gr.skip() for _ in range(7))


def _button(dated: str) -> dict[str, Any]:
    return gr.update(visible=bool(dated))


def _reply(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": plain_html(text)}
