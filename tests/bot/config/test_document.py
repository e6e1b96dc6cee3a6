"""YAML as towns write it, and as those write it who mean harm."""

import time

import pytest

from bot.config.document import read_document
from bot.config.finding import Place


def read(text: str | bytes) -> tuple[object, list[str]]:
    content = text if isinstance(text, bytes) else text.encode()
    document = read_document("a.yaml", content)
    return document.data, [str(finding) for finding in document.findings]


def test_words_stay_words() -> None:
    text = "a: no\nb: 12:30\nc: 2026-11-25\nd: 012\ne: on\nf: 1_000\ng: 0x1F\nh: 'true'\ni: 1.2.3\n"
    data, findings = read(text)
    assert findings == []
    assert data == {
        "a": "no", "b": "12:30", "c": "2026-11-25", "d": 12, "e": "on", "f": "1_000", "g": "0x1F", "h": "true",
        "i": "1.2.3",
    }  # fmt: skip


def test_numbers_truth_and_nothing_are_read() -> None:
    assert read("a: 3\nb: -1.5\nc: true\nd: False\ne:\nf: ~\ng: null\n")[0] == {
        "a": 3, "b": -1.5, "c": True, "d": False, "e": None, "f": None, "g": None,
    }  # fmt: skip


def test_an_alias_repeats_what_its_anchor_names() -> None:
    assert read("a: &days [mon, tue]\nb: *days\n")[0] == {"a": ["mon", "tue"], "b": ["mon", "tue"]}


def test_every_value_knows_where_it_stands() -> None:
    document = read_document("a.yaml", b"# words\na:\n  - b: 1\n    c: |\n      one\n      two {x}\n")
    assert document.key(("a", 0, "c")) == Place(4, 5)
    assert document.value(("a", 0, "b")) == Place(3, 8)
    assert document.find("{x}", ("a", 0, "c")) == Place(6, 11)
    assert document.value(("a", 0, "nothing", 3)) == Place(3, 5)


def test_a_file_with_windows_ends_of_lines_and_a_mark_is_read() -> None:
    assert read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")[0] == {"a": 1, "b": 2}


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(12)
)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (BOMB, "more than 10000 values, aliases counted (repeat less)"),
        ("a: " + "x" * 10_000_000, "a.yaml:1:1: is larger than 256 kB"),
        ("a: " + "[" * 100_000, "a.yaml:1:24: is nested more than 20 deep"),
        ("a:\n" + "".join(f"{' ' * n}- \n" for n in range(500)), "is nested more than 20 deep"),
        ("a: [" + "x, " * 60_000 + "]", "more than 10000 values"),
        ("".join(f"k{n}: 1\n" for n in range(20_000)), "more than 10000 values"),
        ("a: &a [*a]\n", "a.yaml:1:8: `*a` names nothing before it"),
        ("a: &a {b: *a}\n", "a.yaml:1:11: `*a` names nothing before it"),
        ("a: !!python/object/apply:os.system [id]\n", "a.yaml:1:4: a tag (!…)"),
        ("!!set {a: 1}: 3\n", "a key that is not a word"),
        ("a: 1\n---\nb: 2\n", "a.yaml:2:1: a second document begins here"),
        ("%YAML 99\n", "is not YAML here"),
        ('a: "\\UFFFFFFFF"\n', "is not YAML here"),
        ("a: 'never closed\nb: 2\n", "a.yaml:1:4: a quote that is never closed"),
        ("a: \0\n", "a.yaml:1:4: an invisible character (U+0000)"),
        (b"a: \xc3\n", "a.yaml:1:1: is not UTF-8 here"),
        ("a: 1\n\ta: 2\n", "is not YAML here"),
        ("? [a, b]\n: c\n", "a key that is not a word"),
    ],
    ids=range(18),
)
def test_what_could_do_harm_is_refused_at_once(text: str | bytes, finding: str) -> None:
    began = time.process_time()
    _, findings = read(text)
    assert time.process_time() - began < 2
    assert any(finding in line for line in findings), findings
    assert all(len(line) < 300 for line in findings)


def test_a_key_twice_keeps_the_first_and_tells_the_second() -> None:
    data, findings = read("a: 1\nb: 2\na: 3\n")
    assert data == {"a": 1, "b": 2}
    assert findings == ["a.yaml:3:1: `a` a second time; it is already on line 1 (keep one of them)"]
