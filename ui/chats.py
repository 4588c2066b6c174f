"""Which chat a page shows: a new one, one of its browser's earlier ones, or none where it was deleted.

Knows chats and what the page shows of them; nothing of how questions are answered.
"""

import json
from dataclasses import replace
from typing import Any

from rag.conversations import Chat, Conversations
from rag.library import Library
from rag.restoring import answer_of
from ui.asking import FREE, Session, Shown
from ui.examples import example_questions
from ui.rendering import chats_html, passages_html, turns_html, welcome_html
from ui.settings_panel import choices_as_they_are, shown_choices


class Chats:
    """The chats of all browsers; each page is shown its own."""

    def __init__(self, library: Library, conversations: Conversations) -> None:
        self._library = library
        self._conversations = conversations
        self._examples = ("", list[str]())  # of one state of the library, which a fingerprint names

    def load(self, session: Session, chat_id: str) -> tuple[Any, ...]:
        """A page that has just been opened: with a chat, or as it is, for somebody may be asking already."""
        if self._conversations.chat(chat_id, session.owner):
            return self.show(session, chat_id)
        chats = chats_html(self._conversations.chats(session.owner), "")
        return (*Shown(chats=chats).values, *choices_as_they_are(self._library))

    def show(self, session: Session, chat_id: str) -> tuple[Any, ...]:
        """The page with a chat, or with a new one where the owner has no such chat; then the settings' values."""
        chat = self._conversations.chat(chat_id, session.owner) if chat_id else None
        session = Session(session.owner, chat.id if chat else "")
        shown = self._opened(chat) if chat else Shown(FREE, "", "", passages_html(()))
        chats = chats_html(self._conversations.chats(session.owner), session.chat)
        stored = chat.choices if chat else None
        return (*replace(shown, chats=chats, session=session).values, *shown_choices(self._library, stored))

    def act(self, written: str, session: Session) -> tuple[Any, ...]:
        """What a button of the list does: JSON that `static/chat.js` writes."""
        try:
            act = json.loads(written)
            name, chat_id = str(act["act"]), str(act.get("chat") or "")
        except (ValueError, KeyError, TypeError, AttributeError):
            return self.show(session, session.chat)
        if name == "delete":
            self._conversations.forget(chat_id, session.owner)
            return self.show(session, session.chat)
        return self.show(session, chat_id if name == "open" else "")

    def _opened(self, chat: Chat) -> Shown:
        turns = self._conversations.turns(chat.id)
        passages = answer_of(turns[-1].answer).passages if turns else ()
        past, current = turns_html(turns[:-1], last=False), turns_html(turns[-1:], last=True)
        return Shown(FREE, past, current, passages_html(passages))

    def welcome(self) -> str:
        """What a page shows until something is asked. Searches, the first time for each state of the library."""
        return welcome_html(self._found_examples(), documents=len(self._library.documents()))

    def _found_examples(self) -> list[str]:
        fingerprint = self._library.fingerprint
        if self._examples[0] != fingerprint:
            self._examples = (fingerprint, example_questions(self._library))
        return self._examples[1]
