"""Texts that are nobody's attack and break programs all the same, by kind; put together, not collected."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from itertools import product

LONG = 5000


def by_kind() -> dict[str, list[str]]:
    """Return all of them by kind; a text stands in one kind only."""
    kinds = {
        "controls": _controls(),
        "both directions": _directions(),
        "without width": _invisible(),
        "accents": _accents(),
        "emoji": _emoji(),
        "scripts of the world": _worldly(),
        "long": _long(),
        "database": _database(),
        "shell": _shell(),
        "formats": _formats(),
        "data": _data(),
        "formulas": _formulas(),
        "halves": _halves(),
        "normal forms": _normal_forms(),
        "like numbers": _numbers(),
        "like words of programs": _words(),
        "blanks": _blanks(),
        "lines": _lines(),
        "quotes": _quotes(),
    }
    seen: set[str] = set()
    found: dict[str, list[str]] = {}
    for name, texts in kinds.items():
        found[name] = [text for text in dict.fromkeys(texts) if text not in seen]
        seen.update(found[name])
    return found


def every() -> list[str]:
    """Return all of them, in an order that never changes."""
    return [text for texts in by_kind().values() for text in texts]


def _controls() -> Iterator[str]:
    for point in (*range(0x20), *range(0x7F, 0xA0), 0xAD, 0xFFF9, 0xFFFA, 0xFFFB, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF):
        yield f"a{chr(point)}b"
    yield from ("\x00", "\x00\x00x", "x\x00", "\x1b[2J\x1b[31mred", "\x08\x08\x08gone", "\x07bell")


def _directions() -> Iterator[str]:
    for mark in "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        yield f"left{mark}right"
        yield f"{mark}photo_gpj.exe"
    yield from ("\u202e" * 50 + "abc", "(\u05d0)[\u05d1]{\u05d2}<\u05d3>", "abc \u0627\u0644 123 \u05e9 xyz")


def _invisible() -> Iterator[str]:
    signs = "\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u034f\u115f\u1160\u17b4\u180e\u3164"
    signs += "\uffa0\U000e0001\U000e0041\ufe0f"
    for mark in signs:
        yield f"in{mark}visible"
        yield mark * 3
    yield "\ufeffa mark of byte order first"


def _accents() -> Iterator[str]:
    for count, mark in product((1, 4, 20, 200), "\u0301\u0336\u20dd\u0489\u093c\u0e47"):
        yield "z" + mark * count
    yield from ("\u0301alone", "e\u0301\u0327 e\u0327\u0301", "a\u035c\u0361b", "\u0483" * 30)


def _emoji() -> Iterator[str]:
    people, tones = "\U0001f468\U0001f469\U0001f9d1", ("", "\U0001f3fb", "\U0001f3ff")
    for one, tone, thing in product(people, tones, "\U0001f680\U0001f3a8\u2764\U0001f33e\u2695"):
        yield f"{one}{tone}\u200d{thing}\ufe0f"
    yield "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 10
    yield from (
        "\U0001f1eb\U0001f1ee",
        "\U0001f1eb",
        "1\ufe0f\u20e3",
        "\u200d\U0001f680",
        "\U0001f3f4\U000e0067\U000e0062\U000e007f",
        "\u2764\ufe0e",
    )


def _worldly() -> Iterator[str]:
    yield from (
        "Yön äänet – Öljyä",
        "Straße GROẞE",
        "İstanbul ışık",
        "Ελληνικά ς Σ",
        "Кириллица ё й",
        "Ѕсат",
        "עברית עִבְרִית",
        "العربية مُحَمَّد",
        "فارسی می‌خواهم",
        "हिन्दी क्ष",
        "ไทยน้ำ",
        "한국어 각",
        "日本語 がぎ",
        "中文繁體",
        "𠜎𠜱𡿺",
        "ᠮᠣᠩᠭᠣᠯ",
        "ქართული",
        "አማርኛ",
        "ᚠᚢᚦ",
        "𝔉𝔯𝔞𝔨𝔱𝔲𝔯",
        "ⓒⓘⓡⓒⓛⓔ",
        "ʇxǝʇ",
        "ﷺ",
        "꧅",
        "𒐫",
        "ﬀ ﬁ ﬃ",
        "Ω Ω",
        "K K",
        "Å Å Å",
        "ǆ Ǆ ǅ",
        "ŉ",
        "١٢٣ ۱۲۳ १२३",
        "½ ⅓ ² ₂",
        "№ ℡ ™",
        "Iñtërnâtiônàlizætiøn",
        "Zoë Saldaña",
        "O’Neil-D’Ávila",
        "Nguyễn Thị Ánh",
        "王",
        "李小龍",
    )


def _long() -> Iterator[str]:
    for letter in ("w", "ö", "王", "\U0001f680", "W ", "a-", "\u0644", "&", "<", '"'):
        yield letter * LONG
        yield letter * 300


def _database() -> Iterator[str]:
    yield from map(
        "".join,
        product(
            ("'", '"', "1", "')", "\\'", "%"),
            (" OR 1=1", "; DROP TABLE people", " UNION SELECT NULL"),
            ("--", "/*", "#"),
        ),
    )
    yield from (
        "%",
        "_",
        "%%",
        "\\%",
        "\\",
        "a\\",
        "100%_x",
        "$$",
        "E'\\x00'",
        ":name",
        "?",
        "$1",
        "@@version",
        "NULL",
        "0x41",
    )


def _shell() -> Iterator[str]:
    for left, right in (
        ("$(", ")"),
        ("`", "`"),
        ("; ", ""),
        ("| ", ""),
        ("&& ", ""),
        ("\n", ""),
        ("> ", ""),
        ("${", "}"),
    ):
        for command in ("id", "touch /tmp/x", "sleep 9"):
            yield f"x{left}{command}{right}"
    yield from (
        "../" * 8 + "etc/passwd",
        "..\\..\\x",
        "/dev/null",
        "CON",
        "NUL.txt",
        "aux",
        "-rf",
        "--help",
        "~root",
        "*",
        "a?b[c]",
        "C:\\x",
        "file name.txt",
        ".htaccess",
        "a/b",
        "$HOME",
        "%PATH%",
    )


def _formats() -> Iterator[str]:
    yield from (
        "%s",
        "%d%n",
        "%(name)s",
        "%(missing)s",
        "%%(x)s",
        "%",
        "100 %",
        "%(",
        "% s",
        "{}",
        "{0}",
        "{name}",
        "{0.__class__}",
        "{!r}",
        "{",
        "}",
        "{{}}",
        "${x}",
        "$x",
        "#{x}",
        "\\1",
        "\\g<0>",
        "$&",
        "$'",
        "\\n",
        "\\u0041",
        "&amp;",
        "&nbsp;",
        "&#65;",
        "%41",
        "%00",
        "%E4",
        "=?utf-8?q?=41?=",
        "=?utf-8?b?QQ==?=",
        "=41=",
        "=\n",
        "From x",
        ".",
        "..",
        "\n.\n",
        "-- ",
        "+AEE-",
        "--boundary",
        "Content-Type: text/html",
    )


def _data() -> Iterator[str]:
    yield from (
        '{"a":1}',
        "[1,2",
        '"',
        '\\"',
        "null",
        "true",
        "NaN",
        "Infinity",
        "-0",
        "1e999",
        '{"__proto__":1}',
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "key: value",
        "- item",
        "!!python/object:x",
        "&anchor *anchor",
        "---",
        "...",
        "|",
        ">",
        "? x",
        "yes",
        "no",
        "~",
        "0o17",
        "1:20:30",
        "<?xml version='1.0'?>",
        "<!DOCTYPE x>",
        "<!ENTITY x SYSTEM 'file:///etc/passwd'>",
        "<![CDATA[x]]>",
        "]]>",
        "&x;",
        "a,b",
        "a;b",
        "a\tb",
        "a|b",
        '"a","b"',
        'a""b',
        "'a",
        "# x",
        "sep=;",
        "<r>x</r>",
        "_x0041_",
        "_x000D_",
        "BEGIN:VCARD",
        "<<: *x",
        "[x]",
        "%TAG ! x",
    )


def _formulas() -> Iterator[str]:
    yield from map(
        "".join,
        product(
            ("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\u00a0=", "＝", "'=", "\ufeff="),
            ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://e.example";"x")', "SUM(A1:A9)"),
        ),
    )
    yield from ("=", "-", "+358 40 123", "@name", "-5", "+1", "'", "''=1", ";=1", '"=1+1"', "%0A=1", '="a"&"b"')


def _halves() -> Iterator[str]:
    """The halves of a character as JSON would escape them; as text they are six ordinary letters each."""
    for half in (0xD800, 0xDBFF, 0xDC00, 0xDFFF):
        yield f"x\\u{half:04x}y"
        yield f"\\ud83d\\u{half:04x}"
    yield from (
        json.dumps("\U0001f680"),
        "&#xD800;",
        "&#55296;",
        "%ED%A0%80",
        "\\uDE80\\uD83D",
        "\\x80",
        "\\0",
        "\ufffd",
        "\ufffd" * 9,
    )


def _normal_forms() -> Iterator[str]:
    words = ("Ångström ﬁ ½", "한국어 각", "がギ ｶﾞ", "ё й Ё", "Ṩ ẛ̣", "⁴ ₅ Ⅷ ㎏ ㌀", "ﷺ ﬃ Ａｂｃ", "é è ê ç ñ")
    for word, form in product(words, ("NFC", "NFD", "NFKC", "NFKD")):
        yield unicodedata.normalize(form, word)


def _numbers() -> Iterator[str]:
    yield from (
        "0",
        "1",
        "-1",
        "00",
        "007",
        "1.0",
        "1,0",
        "1e5",
        "0x10",
        "1/2",
        "1_000",
        "１２",
        "٣",
        "9" * 40,
        "-9999999999",
        "2147483648",
        "9223372036854775808",
        "1.7976931348623159e308",
        "0.1",
        "1 000,00",
        "12:30",
        "2026-02-30",
        "31.12.1999",
        "+358",
        "0b1",
        "1%",
        "€5",
        "∞",
        "π",
        "-∞",
        "1.2.3.4",
        "::1",
        "1-2",
        "3E5",
        "1L",
        "MARCH1",
        "SEPT2",
    )


def _words() -> Iterator[str]:
    yield from (
        "null",
        "None",
        "nil",
        "undefined",
        "true",
        "false",
        "True",
        "[object Object]",
        "NULL",
        "nan",
        "inf",
        "test",
        "admin",
        "root",
        "select",
        "default",
        "class",
        "self",
        "id",
        "name",
        "submit",
        "length",
        "then",
        "prototype",
        "index.html",
        "robots.txt",
        "favicon.ico",
        "Scunthorpe",
        "Penistone",
        "Null",
        "New",
        "edit",
        "delete",
    )


def _blanks() -> Iterator[str]:
    for blank in " \t\n\r\x0b\x0c\x85\u00a0\u1680\u2000\u2003\u2007\u2009\u2028\u2029\u202f\u205f\u3000\u2800":
        yield blank
        yield f"{blank}around{blank}"
        yield f"be{blank}{blank}tween"


def _lines() -> Iterator[str]:
    for line in ("\n", "\r", "\r\n", "\n\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"):
        yield f"one{line}two"
        yield f"Subject{line}Bcc: x@e.example"
        yield line * 20 + "far down"


def _quotes() -> Iterator[str]:
    marks = ("'", '"', "`", "‘", "’", "“", "”", "«", "»", "„", "´", "\\", "/")
    for one in marks:
        yield f"it{one}s"
        yield f"{one}said{one}"
    yield from map("".join, product(marks[:3], marks[:3], marks[:3]))
