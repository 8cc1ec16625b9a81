"""The catalogue of Traditional Chinese: compiled as written, nothing empty, no placeholder lost."""

import gettext
import re
from pathlib import Path

from django.conf import settings
from django.utils.translation import override

from integration import messages

FOLDER = Path(settings.BASE_DIR) / "locale" / "zh_Hant" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|<[^>]+>")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def entries() -> list[dict[str, str]]:
    """Each entry of the .po file: its keywords (msgid, msgstr, msgid_plural …) and their text."""
    found = []
    for block in (FOLDER / "django.po").read_text(encoding="utf-8").split("\n\n"):
        entry: dict[str, str] = {}
        keyword = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if not line.startswith('"'):
                keyword = line.split(" ", 1)[0]
            text = "".join(STRING.findall(line))
            text = text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")
            entry[keyword] = entry.get(keyword, "") + text
        if entry.get("msgid"):
            found.append(entry)
    return found


def translation_of(entry: dict[str, str]) -> str:
    return entry.get("msgstr[0]") or entry.get("msgstr", "")


def test_nothing_is_left_untranslated() -> None:
    assert [entry["msgid"] for entry in entries() if not translation_of(entry)] == []


def test_every_placeholder_and_tag_survives() -> None:
    lost = [
        entry["msgid"]
        for entry in entries()
        if translation_of(entry)
        and sorted(PLACEHOLDER.findall(translation_of(entry)))
        not in (
            sorted(PLACEHOLDER.findall(entry["msgid"])),
            sorted(PLACEHOLDER.findall(entry.get("msgid_plural", entry["msgid"]))),
        )
    ]
    assert lost == []


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert [
        entry["msgid"]
        for entry in entries()
        if translation_of(entry) and _compiled(compiled, entry) != translation_of(entry)
    ] == []


def _compiled(compiled: gettext.GNUTranslations, entry: dict[str, str]) -> str:
    if "msgid_plural" in entry:
        return compiled.ngettext(entry["msgid"], entry["msgid_plural"], 2)
    return compiled.gettext(entry["msgid"])


def test_b08_every_message_reads_in_chinese() -> None:
    same = [
        code
        for code in sorted(messages.codes())
        for text in (messages.entry(code).title, messages.entry(code).what)
        if in_language("en", text) == in_language("zh-hant", text)
    ]
    assert same == []


def in_language(language: str, text: object) -> str:
    with override(language):
        return str(text)
