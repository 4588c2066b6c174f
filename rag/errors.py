"""The errors that Footnote raises on purpose. Each message is one line: what happened, the value, the next step.

FootnoteError
├── SettingsError      a setting is unknown or out of range
├── DocumentError      a file or document cannot be read
├── LibraryError       the library folder cannot be opened, or is damaged
│   └── LibraryLocked  another process is writing to it
├── QuestionError      a question, a date or a history cannot be used
├── Busy               too many questions are waiting already
└── ModelError         the language model or the encoder cannot be used
"""


class FootnoteError(Exception):
    """What every caller may catch; its text is meant for people."""


class SettingsError(FootnoteError):
    """A setting is unknown or out of range."""


class DocumentError(FootnoteError):
    """A file or document cannot be read."""


class LibraryError(FootnoteError):
    """The library folder cannot be opened, or is damaged."""


class LibraryLocked(LibraryError):
    """Another process is writing to the library."""


class QuestionError(FootnoteError):
    """A question, a date or a history cannot be used."""


class Busy(FootnoteError):
    """Too many questions are waiting already."""


class ModelError(FootnoteError):
    """The language model or the encoder cannot be used."""
