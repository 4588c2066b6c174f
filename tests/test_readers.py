"""Bytes of a file -> text, title, date, source and author; or a reason, in words, why not."""

import codecs
import re
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.dates import parse_date
from rag.documents import parse, prepare
from rag.errors import DocumentError
from rag.readers import read
from rag.readers.decoding import normalise
from rag.records import Document

HARBOUR = (
    " date 2031-03-04 The harbour board already counts the north pier, which has been closed since the storm of "
    "January, among its losses. Insurers consider the damage to be smaller.\n\n"
    'In a letter to the council, the harbour master wrote: "I ask you to decide before the season begins."\n\n'
    "Some fishermen framed the delay as a choice.\n"
)
FRENCH = (
    "Le conseil municipal s'est réuni lundi soir pour débattre du budget. Après trois heures de discussion, les élus "
    "ont décidé de repousser la construction de la nouvelle bibliothèque à l'année prochaine. «\xa0Nous n'avons pas "
    "le choix\xa0», a déclaré le maire, qui espère obtenir une aide de la région."
)
PORTUGUESE = (
    "A câmara aprovou na terça-feira a construção de uma nova ponte sobre o rio. As obras começarão no outono e "
    "deverão durar dois anos, disse o presidente. Não haverá portagens."
)
SPANISH = (
    "El ayuntamiento aprobó el martes la construcción de un nuevo puente sobre el río. El alcalde señaló que las "
    "obras comenzarán en otoño y durarán dos años. ¿Cuánto costará?"
)
GERMAN = (
    "Über die Brücke führen künftig zwei Spuren. Die Bürger müssen für die Überfahrt nichts bezahlen, sagte der "
    "Bürgermeister am Dienstag. Größere Schäden gab es nicht."
)
RUSSIAN = (
    "Жители города собрались на площади, чтобы отметить открытие нового моста через реку. Мэр сказал, что "
    "строительство заняло три года и обошлось дешевле, чем ожидалось."
)
JAPANESE = (
    "港は月曜日に再開されます。市長は、新しい桟橋の工事が予定より早く終わったと述べました。"
    "住民は来週の式典に招かれています。"
)


def test_text_may_stand_on_the_date_line_itself() -> None:
    content = read("a.txt", HARBOUR.encode())

    assert content.date == date(2031, 3, 4)
    assert content.date_origin == "date line"
    assert content.title == ""
    assert content.text == HARBOUR.removeprefix(" date 2031-03-04 ").strip()


@pytest.mark.parametrize("line", ["2031-03-04", "4 March 2031", "Tuesday, 4 March 2031"])
def test_a_first_line_that_is_nothing_but_a_date_is_the_date(line: str) -> None:
    content = read("a.txt", f"{line}\nLetter from Hedda\n\nDear all, it is cold.".encode())
    assert (content.title, content.date, content.date_origin) == ("Letter from Hedda", date(2031, 3, 4), "date line")
    assert content.text == "Dear all, it is cold."


def test_a_title_stands_on_the_second_line() -> None:
    content = read("a.txt", b"date 2031-03-04\nPier opens again\n\nThe pier opened on Monday.\n")

    assert (content.title, content.text) == ("Pier opens again", "The pier opened on Monday.")


def test_a_title_may_stand_on_the_date_line() -> None:
    content = read("a.txt", b"date 2031-03-04 Pier opens again\n\nThe pier opened on Monday.\n")

    assert (content.title, content.text) == ("Pier opens again", "The pier opened on Monday.")


def test_a_text_without_a_date_line_has_no_date() -> None:
    content = read("a.txt", b"The pier opened on 2031-03-04.\n\nIt was cold.")

    assert content.date is None
    assert content.date_origin == ""
    assert content.text == "The pier opened on 2031-03-04.\n\nIt was cold."


def test_a_time_and_a_zone_on_the_date_line_are_kept() -> None:
    content = read("a.txt", b"Date: 2031-03-04T18:30:00+02:00\n\nThe pier opened.")

    assert content.date == datetime(2031, 3, 4, 18, 30, tzinfo=timezone(timedelta(hours=2)))
    assert content.text == "The pier opened."


@pytest.mark.parametrize("written", ["2031-13-04", "2031-02-30", "2031-03-04T25:00"])
def test_a_bad_date_line_is_an_error_that_names_it(written: str) -> None:
    with pytest.raises(DocumentError, match=f"date line.*'{written}'.*YYYY-MM-DD"):
        read("a.txt", f"date {written}\n\nThe pier opened.".encode())


def test_a_text_without_a_title_is_called_by_its_first_sentence() -> None:
    assert parse("news/a.txt", b"date 2031-03-04\n\nThe pier opened. It was cold.").title == "The pier opened"


def test_a_long_first_sentence_is_cut_between_words() -> None:
    title = parse("news/a.txt", HARBOUR.encode()).title

    assert title.startswith("The harbour board already counts the north pier")
    assert title.endswith(" …")
    assert len(title) < 105
    assert re.search(re.escape(title.removesuffix(" …")) + r"\b", HARBOUR)


def test_front_matter_gives_title_date_source_and_authors() -> None:
    content = read(
        "a.md",
        b"---\ntitle: Pier opens again\ndate: 2031-03-04\nsource: Harbour Courier\n"
        b"authors: [Ada Brennock, Lena Marsh]\n---\n\nThe pier *opened* on Monday.\n",
    )

    assert content.title == "Pier opens again"
    assert content.date == date(2031, 3, 4)
    assert content.date_origin == "front matter"
    assert content.source == "Harbour Courier"
    assert content.author == "Ada Brennock, Lena Marsh"
    assert content.media_type == "text/markdown"
    assert content.text == "The pier *opened* on Monday.", "quotes are the words as they are written"


@pytest.mark.parametrize("written", ["2031-03-04T18:30:00+02:00", '"2031-03-04T18:30:00+02:00"'])
def test_a_front_matter_date_keeps_time_and_zone_as_a_yaml_date_or_a_string(written: str) -> None:
    content = read("a.md", f"---\npublished: {written}\n---\nThe pier opened.".encode())

    assert content.date == datetime(2031, 3, 4, 18, 30, tzinfo=timezone(timedelta(hours=2)))


def test_a_date_without_dashes_is_a_day() -> None:
    assert read("note.md", b"---\ndate: 20220920\n---\nWords.").date == date(2022, 9, 20)


def test_a_front_matter_date_may_be_a_string() -> None:
    assert read("a.md", b"---\ndate: '2031-03-04'\n---\nThe pier opened.").date == date(2031, 3, 4)


@pytest.mark.parametrize("written", ["last Tuesday", "'2031-13-04'", "2031-03", "2031-13-04"])
def test_a_front_matter_date_that_is_none_is_an_error_that_names_it(written: str) -> None:
    with pytest.raises(DocumentError, match="date") as caught:
        read("a.md", f"---\ndate: {written}\n---\nThe pier opened.".encode())

    assert written.strip("'") in str(caught.value)


def test_the_first_heading_is_the_title_and_leaves_the_text() -> None:
    content = read("a.markdown", b"# Pier opens again #\n\nThe pier opened on Monday.\n\n## Cold\n\nIt was cold.")

    assert content.title == "Pier opens again"
    assert content.text == "The pier opened on Monday.\n\n## Cold\n\nIt was cold."


def test_a_heading_that_differs_from_the_front_matters_title_stays_in_the_text() -> None:
    content = read("a.md", b"---\ntitle: Pier\n---\n# Cold\n\nIt was cold.")

    assert (content.title, content.text) == ("Pier", "# Cold\n\nIt was cold.")


@pytest.mark.parametrize("yaml", ["title: [Pier", "\tdate: x", "d: !!bool maybe", "d: !!int ''"])
def test_broken_front_matter_is_an_error_that_says_so(yaml: str) -> None:
    with pytest.raises(DocumentError, match="front matter is not YAML"):
        read("a.md", f"---\n{yaml}\n---\nThe pier opened.".encode())


def test_the_line_of_front_matter_that_is_wrong_is_named() -> None:
    with pytest.raises(DocumentError, match=r"not YAML \(while parsing a flow sequence: title: \[Pier\)"):
        read("a.md", b"---\ndate: 2031-03-04\ntitle: [Pier\nsource: Courier\n---\nThe pier opened.")


def test_a_title_in_front_matter_may_have_a_colon() -> None:
    content = read("a.md", b"---\ntitle: Correction: pier opens\ndate: 2031-03-04\n---\nThe pier opened.")
    assert (content.title, content.date, content.text) == (
        "Correction: pier opens", date(2031, 3, 4), "The pier opened.",
    )  # fmt: skip


def test_text_between_two_rules_is_not_taken_for_front_matter() -> None:
    content = read("a.md", b"---\n\nThe pier opened on Monday.\n\n---\n\nIt was cold.\n")

    assert "The pier opened on Monday." in content.text
    assert "It was cold." in content.text


MESSAGE = (
    "From: Anna Keller <anna@example.org>\nTo: Nadia Osei <nadia@example.org>\n"
    "Date: Wed, 14 May 2031 09:12:33 +0200\nSubject: Re: Summer\n  in the mountains\n\n"
    "Hi Nadia,\n\nthe hut has room for us.\n"
)


def test_a_text_that_begins_like_a_message_is_one() -> None:
    document = parse("mail.txt", MESSAGE.encode())
    assert (document.title, document.author) == ("Re: Summer in the mountains", "Anna Keller")
    assert document.date == datetime(2031, 5, 14, 9, 12, 33, tzinfo=timezone(timedelta(hours=2)))
    assert (document.date_origin, document.media_type) == ("message", "message/rfc822")
    assert document.text == "Hi Nadia,\n\nthe hut has room for us."


@pytest.mark.parametrize(
    "text", ["From: Hask\n\nIt is far.", "Note: one\nSubject: two\n\nThree.", MESSAGE.replace("\n\n", "\n")]
)
def test_a_text_with_some_of_a_messages_lines_is_text(text: str) -> None:
    assert parse("note.txt", text.encode()).media_type == "text/plain"


@pytest.mark.parametrize("written", ["yesterday", "", "Wed, 45 May 2031 09:12:33 +0200"])
def test_a_message_may_have_no_date_that_can_be_read(written: str) -> None:
    assert parse("mail.txt", MESSAGE.replace("Wed, 14 May 2031 09:12:33 +0200", written).encode()).date is None


def test_a_saved_message_is_decoded_and_what_is_attached_is_left_out() -> None:
    message = EmailMessage()
    message["From"], message["Subject"], message["Date"] = (
        "Zoë <zoe@example.org>",
        "Übergabe",
        "Wed, 14 May 2031 09:12:33 +0000",
    )
    message.set_content("Die Schlüssel liegen im Büro.", cte="base64")
    message.add_attachment(b"\x00\x01", maintype="image", subtype="png", filename="office.png")
    document = parse("keys.eml", bytes(message))
    assert (document.title, document.author, document.text) == ("Übergabe", "Zoë", "Die Schlüssel liegen im Büro.")
    assert document.day == date(2031, 5, 14)


def test_a_saved_message_may_lack_all_that_it_could_say_of_itself() -> None:
    document = parse("note.eml", b"\nThe keys are in the office.\n")
    assert (document.title, document.author, document.date) == ("The keys are in the office", "", None)


def test_a_saved_message_without_plain_text_is_an_error_that_says_what_to_do() -> None:
    message = EmailMessage()
    message.set_content("<p>Hello</p>", subtype="html")
    with pytest.raises(DocumentError, match=r"no plain text; open it and save its words as \.txt"):
        parse("page.eml", bytes(message))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("text", ["The café opened — late.", "Oké.", RUSSIAN, JAPANESE])
def test_unicode_encodings_are_read(text: str, encoding: str) -> None:
    assert read("a.txt", text.encode(encoding)).text == text


def test_utf_16_is_read_with_its_other_byte_order_too() -> None:
    data = codecs.BOM_UTF16_BE + "Ein schöner Tag am Hafen.".encode("utf-16-be")

    assert read("a.txt", data).text == "Ein schöner Tag am Hafen."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "latin-1"),
        (GERMAN, "cp1252"),
        (SPANISH, "cp1252"),
        (FRENCH, "cp1252"),
        (PORTUGUESE, "cp1252"),
        (RUSSIAN, "cp1251"),
        (JAPANESE, "shift_jis"),
    ],
    ids=["German, Latin-1", "German", "Spanish", "French", "Portuguese", "Russian", "Japanese"],
)
def test_older_encodings_are_told_from_the_text(text: str, encoding: str) -> None:
    assert read("a.txt", text.encode(encoding)).text == text


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_every_newline_becomes_one_character(newline: str) -> None:
    content = read("a.txt", newline.join(["date 2031-03-04", "Pier opens", "", "It did.", "", "So."]).encode())

    assert (content.title, content.text) == ("Pier opens", "It did.\n\nSo.")


@pytest.mark.parametrize(
    "data",
    [b"", b" \r\n\t\n ", "\u3000\u00a0\n".encode(), codecs.BOM_UTF8],
    ids=["no bytes", "spaces", "wide spaces", "only a mark"],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_what_holds_no_text_is_refused_as_empty(name: str, data: bytes) -> None:
    with pytest.raises(DocumentError, match="empty"):
        read(name, data)


def test_a_date_or_front_matter_alone_is_empty() -> None:
    with pytest.raises(DocumentError, match="empty"):
        read("a.txt", b"date 2031-03-04\n")
    with pytest.raises(DocumentError, match="empty"):
        read("a.md", b"---\ntitle: Pier\n---\n")


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", b"Some text\0 with a null", b"\0" * 40, b"T\0e\0x\0t\0 \0o\0f\0"],
    ids=["PNG", "null in text", "nulls", "UTF-16 without a mark"],
)
def test_binary_is_refused_as_binary(data: bytes) -> None:
    with pytest.raises(DocumentError, match="binary"):
        read("a.txt", data)


def test_what_no_encoding_explains_is_refused_with_what_to_do() -> None:
    with pytest.raises(DocumentError, match="save it as UTF-8"):
        read("a.txt", bytes(range(128, 256)))


@pytest.mark.parametrize("name", ["report.pdf", "Report.PDF", "page.html", "letter.docx"])
def test_other_formats_are_refused_in_words(name: str) -> None:
    with pytest.raises(DocumentError, match=r"\.\w+ files are not read; save it as \.txt or \.md"):
        read(name, b"The pier opened.")


def test_a_lone_surrogate_is_replaced_wherever_it_stands() -> None:
    half = "half a \ud83d face"

    made = prepare(Document("d", half, title=half, source=half, author=half, locations=(half,)))

    for text in (made.text, made.title, made.source, made.author, *made.locations):
        assert text == "half a ? face"


@pytest.mark.parametrize("document", [Document("", "Words."), Document("d", ""), Document("d", " \n")])
def test_a_document_needs_an_id_and_a_text(document: Document) -> None:
    with pytest.raises(DocumentError, match="needs an id and a text"):
        prepare(document)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_normal_text_is_storable_and_stays_as_it_is(text: str) -> None:
    once = normalise(text)

    assert "\r" not in once
    once.encode("utf-8")
    assert normalise(once) == once


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80), st.sampled_from(["a.txt", "a.md", "a", "a.eml"]))
def test_any_bytes_give_text_or_a_reason(data: bytes, name: str) -> None:
    with suppress(DocumentError):
        content = read(name, data)
        assert content.text.strip() == content.text != ""
        assert "\0" not in content.text


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2031-03-04", date(2031, 3, 4)),
        ("4 March 2031", date(2031, 3, 4)),
        ("March 4, 2031", date(2031, 3, 4)),
        ("Tuesday, 4th of Mar. 2031", date(2031, 3, 4)),
        ("Sept 4th 2031", date(2031, 9, 4)),
        (" 2031-03-04 ", date(2031, 3, 4)),
    ],
)
def test_a_written_date_is_read(written: str, day: date) -> None:
    assert parse_date(written) == day
    assert read("a.txt", f"Date: {written}\n\nThe pier opened.".encode()).date == day
    assert read("a.md", f'---\ndate: "{written}"\n---\n\nThe pier opened.'.encode()).date == day


@pytest.mark.parametrize("written", ["3/4/2031", "31 February 2031", "4 March", "March 2031", "4 Marching 2031", ""])
def test_what_may_mean_two_days_or_none_is_no_date(written: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        parse_date(written)


def test_a_date_line_without_a_date_is_text() -> None:
    content = read("a.txt", b"Date: to be announced\n\nThe pier opened.")

    assert content.date is None
    assert content.title == "Date: to be announced"


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2031-03-04-minutes.txt", date(2031, 3, 4)),
        ("minutes_20310304.md", date(2031, 3, 4)),
        ("Minutes 2031.03.04.txt", date(2031, 3, 4)),
        ("a/2030-01-01/2031_03_04.txt", date(2031, 3, 4)),
        ("Minutes of 4 March 2031.txt", date(2031, 3, 4)),
        ("minutes_4th_of_March_2031.txt", date(2031, 3, 4)),
        ("Mar-04-2031 letter.txt", date(2031, 3, 4)),
        ("4 March 2031 (2031-03-04).txt", date(2031, 3, 4)),
        ("2031-03-04 to 2031-03-11.txt", None),
        ("4 March 2031 to 11 March 2031.txt", None),
        ("31 February 2031.txt", None),
        ("room 104 March 2031.txt", None),
        ("March 2031.txt", None),
        ("2031-02-31.txt", None),
        ("invoice-120310304.txt", None),
        ("2031.txt", None),
        ("2031-0304.txt", None),
    ],
)
def test_a_files_name_may_date_it(name: str, day: date | None) -> None:
    document = parse(name, b"The pier opened. It was cold.")

    assert document.date == day
    assert document.date_origin == ("file name" if day else "")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "2031-01-01.txt"])
@pytest.mark.parametrize("title", ["4 March 2031", "2031-03-04"])
def test_a_title_that_is_a_date_is_the_documents(name: str, title: str) -> None:
    heading = f"# {title}" if name.endswith(".md") else title
    document = parse(name, f"{heading}\n\nThe pier opened. It was cold.".encode())

    assert (document.date, document.date_origin, document.title) == (date(2031, 3, 4), "title", title)


def test_a_date_in_a_title_is_what_it_tells_of() -> None:
    document = parse("a.txt", b"The storm of 4 March 2031\n\nThe pier opened. It was cold.")

    assert (document.date, document.date_origin) == (None, "")


def test_what_a_file_says_of_its_date_comes_before_its_name() -> None:
    document = parse("2031-03-04.txt", b"date 2031-03-02\n\nThe pier opened. It was cold.")

    assert (document.date, document.date_origin) == (date(2031, 3, 2), "date line")
