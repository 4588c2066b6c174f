"""Where settings come from, which one wins, and what is said of one that cannot be used."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from rag import Settings, load_settings
from rag.errors import SettingsError

pytestmark = pytest.mark.usefixtures("elsewhere")
SECRET = "sk-pear-lantern-42"


def write_toml(folder: Path, text: str) -> None:
    (folder / "footnote.toml").write_text(text, encoding="utf-8")


def test_defaults_hold_where_nothing_is_said(elsewhere: Path) -> None:
    settings = load_settings()

    assert settings.library == Path("library")
    assert settings.passages == 5
    assert settings.exclude == ("README*",)
    assert not list(elsewhere.iterdir()), "loading settings writes nothing"


def test_file_beats_default_environment_beats_file_argument_beats_environment(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_toml(elsewhere, 'passages = 6\nport = 6000\nllm = "none"\n')
    monkeypatch.setenv("FOOTNOTE_PASSAGES", "7")
    monkeypatch.setenv("FOOTNOTE_PORT", "7000")

    settings = load_settings(port=8000)

    assert (settings.host, settings.llm, settings.passages, settings.port) == ("127.0.0.1", "none", 7, 8000)


def test_an_argument_of_none_and_an_empty_variable_count_as_not_given(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_toml(elsewhere, "passages = 6\n")
    monkeypatch.setenv("FOOTNOTE_PASSAGES", "")

    assert load_settings(passages=None).passages == 6


def test_the_environment_is_read_in_either_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("footnote_port", "81")

    assert load_settings().port == 81


def test_lists_come_as_toml_arrays_or_as_json(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_toml(elsewhere, 'exclude = ["*.log", "drafts*"]\n')
    assert load_settings().exclude == ("*.log", "drafts*")

    monkeypatch.setenv("FOOTNOTE_EXCLUDE", '["LICENSE"]')
    assert load_settings().exclude == ("LICENSE",)


def test_an_unknown_variable_is_an_error_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PASAGES", "3")

    with pytest.raises(SettingsError, match=r"FOOTNOTE_PASAGES.*Did you mean FOOTNOTE_PASSAGES\?"):
        load_settings()


def test_an_unknown_key_of_the_file_is_an_error_with_the_nearest_name(elsewhere: Path) -> None:
    write_toml(elsewhere, "llm_contex = 2048\n")

    with pytest.raises(SettingsError, match=r"'llm_contex'.*footnote\.toml.*Did you mean llm_context\?"):
        load_settings()


def test_an_unknown_argument_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(SettingsError, match=r"'libary'.*Did you mean library\?"):
        load_settings(libary="here")


def test_a_name_like_no_other_is_sent_to_the_table() -> None:
    with pytest.raises(SettingsError, match="The README's table names them all"):
        load_settings(zzz=1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("passages", 0),
        ("passages", 101),
        ("chunk_tokens", 31),
        ("llm_context", 511),
        ("llm_timeout", 0),
        ("max_file_mb", -1),
        ("port", 65536),
        ("port", "http"),
        ("host", ""),
        ("encoder", ""),
    ],
)
def test_a_value_out_of_range_is_named_with_its_setting(name: str, value: Any) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(**{name: value})

    assert f"{name} = {value!r}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_value_out_of_range_is_named_from_the_file_and_from_the_environment(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_toml(elsewhere, "passages = 300\n")
    with pytest.raises(SettingsError, match="passages = 300"):
        load_settings()

    monkeypatch.setenv("FOOTNOTE_PASSAGES", "many")
    with pytest.raises(SettingsError, match="passages = 'many'"):
        load_settings()


def test_a_broken_file_is_an_error_that_names_it(elsewhere: Path) -> None:
    write_toml(elsewhere, "passages =\n")

    with pytest.raises(SettingsError, match=r"^footnote\.toml cannot be read"):
        load_settings()


def test_a_list_that_is_not_json_is_blamed_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_EXCLUDE", "README*")

    with pytest.raises(SettingsError) as caught:
        load_settings()

    assert "exclude" in str(caught.value).lower()
    assert "JSON" in str(caught.value)
    assert "footnote.toml" not in str(caught.value), "there is no such file here"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().port = 1


@pytest.mark.parametrize(
    "toml",
    [
        f'llm_key = ["{SECRET}"]',
        f'llm_key = "{SECRET}"\npassages = 300',
        f'llm_key = "{SECRET}',
        f'[llm_key]\nvalue = "{SECRET}"',
        f'llm_kee = "{SECRET}"',
    ],
)
def test_no_message_shows_the_key(elsewhere: Path, toml: str) -> None:
    write_toml(elsewhere, toml)

    with pytest.raises(SettingsError) as caught:
        load_settings()

    assert SECRET not in str(caught.value)


def test_the_key_is_not_shown_by_the_settings_themselves() -> None:
    settings = load_settings(llm_key=SECRET)

    assert settings.llm_key.get_secret_value() == SECRET
    for shown in (str(settings), repr(settings), settings.model_dump_json()):
        assert SECRET not in shown


@pytest.mark.parametrize(
    "change",
    [
        {"passages": 6},
        {"encoder": "models/other"},
        {"chunk_tokens": 128},
        {"llm": "none"},
        {"llm_url": "http://127.0.0.1:11434/v1"},
        {"llm_model": "qwen"},
        {"llm_context": 2048},
        {"llm_max_tokens": 64},
    ],
    ids=str,
)
def test_the_fingerprint_changes_with_what_changes_answers(change: dict[str, Any]) -> None:
    assert load_settings(**change).fingerprint != load_settings().fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"library": "elsewhere"},
        {"host": "0.0.0.0"},
        {"port": 0},
        {"llm_key": SECRET},
        {"llm_threads": 3},
        {"llm_choices": ["q"]},
    ],
    ids=["library", "host", "port", "llm_key", "llm_threads", "llm_choices"],
)
def test_the_fingerprint_is_the_same_wherever_the_library_lies_and_is_served(change: dict[str, Any]) -> None:
    assert load_settings(**change).fingerprint == load_settings().fingerprint


def test_every_setting_has_a_description() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
