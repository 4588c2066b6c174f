"""Which chat a page shows: a new one, one of its browser's earlier ones, or none where it was deleted.

Knows chats and what the page shows of them; nothing of how questions are answered.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from rag.conversations import Chat, Conversations
from rag.library import Library
from rag.restoring import answer_of
from ui.asking import FREE, Session, Shown
from ui.documents_tab import dates_html
from ui.examples import example_questions
from ui.rendering import chats_html, passages_html, turns_html, welcome_html
from ui.settings_panel import emptied_choices, offered_documents, shown_choices


class Chats:
    """The chats of all browsers; each page is shown its own."""

    def __init__(self, library: Library, conversations: Conversations, settled: Callable[[], bool]) -> None:
        """`settled` says that no documents are being added."""
        self._library = library
        self._conversations = conversations
        self._settled = settled
        self._examples = ("", list[str]())  # of one state of the library, which a fingerprint names

    def load(self, session: Session, chat_id: str, chosen: Sequence[str]) -> tuple[Any, ...]:
        """A page that has just been opened: with a chat, or as it is, for somebody may be asking already."""
        if self._conversations.chat(chat_id, session.owner):
            return self.show(session, chat_id)
        settings = [*emptied_choices(())[:-1], offered_documents(self._library, chosen)]
        return (*Shown(chats=self._listed(session)).values, *settings, gr.skip())

    def show(self, session: Session, chat_id: str) -> tuple[Any, ...]:
        """The page with a chat, or with a new one where the owner has no such chat; its settings, and their dates."""
        chat = self._conversations.chat(chat_id, session.owner) if chat_id else None
        session = replace(session, chat=chat.id if chat else "", question="")
        shown = self._opened(chat) if chat else Shown(FREE, "", "", passages_html(()))
        page = replace(shown, chats=self._listed(session), session=session.written)
        settings = shown_choices(self._library, chat.choices if chat else None)
        return (*page.values, *settings, dates_html(*settings[3:5]))

    def go(self, written: str, session: Session) -> tuple[Any, ...]:
        """Another chat, a new one, or none where this one is to be deleted: JSON that `static/chat.js` writes."""
        name, chat_id, _ = _read(written)
        if name == "delete":
            self._conversations.forget(chat_id, session.owner)
        return self.show(session, chat_id if name == "open" else "" if name == "new" else session.chat)

    def arrange(self, written: str, session: Session) -> str:
        """The list after one of its chats was renamed or deleted; what the page shows of a chat stays."""
        name, chat_id, title = _read(written)
        if name == "rename":
            self._conversations.rename(chat_id, session.owner, title)
        elif name == "delete" and chat_id != session.chat:
            self._conversations.forget(chat_id, session.owner)
        return self._listed(session)

    def library_changed(self, chosen: Sequence[str]) -> tuple[Any, ...]:
        """What a page says of the documents, and offers of them, while `chosen` are the only ones to be asked."""
        return self.welcome(), offered_documents(self._library, chosen)

    def welcome(self) -> str:
        """What a page shows until something is asked. Searches, the first time for each state of the library."""
        return welcome_html(self._found_examples(), documents=len(self._library.documents()))

    def _listed(self, session: Session) -> str:
        return chats_html(self._conversations.chats(session.owner), session.chat)

    def _opened(self, chat: Chat) -> Shown:
        turns = self._conversations.turns(chat.id)
        passages = answer_of(turns[-1].answer).passages if turns else ()
        past, current = turns_html(turns[:-1], last=False), turns_html(turns[-1:], last=True)
        return Shown(FREE, past, current, passages_html(passages))

    def _found_examples(self) -> list[str]:
        """Not while documents are added: each batch makes another state, and finding them takes searches."""
        fingerprint = self._library.fingerprint
        if self._examples[0] != fingerprint and self._settled():
            self._examples = (fingerprint, example_questions(self._library))
        return self._examples[1]


def _read(written: str) -> tuple[str, str, str]:
    """What a button of the list does, to which chat, and with which title."""
    try:
        act = json.loads(written)
        return str(act["act"]), str(act.get("chat") or ""), str(act.get("title") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", "", ""
