"""JSON cases: texts that a reader must accept, must refuse, or may treat either way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

REFUSE, ACCEPT, EITHER = "refuse", "accept", "either"


class Case(NamedTuple):
    """A text, and whether a reader of JSON must refuse or accept it, wherever it is."""

    name: str
    text: bytes
    verdict: str
    is_number: bool = False
    only_whole: bool = False
    """Whether it makes sense only as a whole body."""


def _words(text: str) -> list[str]:
    return text.split()


NOT_NUMBERS = _words("""
    01 -01 00 -00 007 012.5 +1 ++1 +0 .5 -.5 +.5 . -. 1. -1. 0. 1.e5 1.e+5 0.e1 -2. 123. 1..5 1.2.3
    1e 1E 1e+ 1e- 1E+ 1.0e 1.0e- 0e 0e+ 0E 0.3e 0.3e+ 1eE2 1ee2 1EE2 1e2.5 1e+-2 1e1e1 e5 E5 1e५
    0x1 0X1F 0x 0b1 0o7 1_000 1,5 1'000 - -- --1 -a -foo -1- - 1+2 1-2 .-1 .2e-3 1f 1.5f 1d 1L 1n 1m
    NaN -NaN nan Infinity -Infinity +Infinity inf -inf INF 1.#INF 1/2 1% $1 #1 ~1 1e५
    １ １２ １.５ -１ １e１ ١ १ ٣٫٥ ½ ² ∞ −1 1٬000 1e−5 0１ 1/* 1// 1k 1s 99°
""")
NUMBERS = _words("""
    0 -0 1 -1 10 42 -42 0.0 -0.0 0.5 -0.5 1.5 1.50 100.001 1e0 1E0 1e+0 1e-0 1E+2 1e-2 1e02 1e-02
    0e1 0e+1 0E-1 0.0e0 1.0e10 2.5E-3 -1e5 -1.5e+5 123456789 9007199254740993 2147483648
    9223372036854775807 9223372036854775808 -9223372036854775808 18446744073709551615 1e22 1e300
    1.7976931348623157e308 2.2250738585072014e-308 5e-324 0.1000000000000000055511151231257827
""")
MAYBE_NUMBERS = [
    *_words("1e400 -1e400 1e9999999 1e-9999999 123e65536 1.5e+9999 0.4e00669999999999999999999969"),
    *(
        "1" + "0" * 20,
        "-1" + "0" * 20,
        "9" * 400,
        "9" * 5000,
        "0." + "1" * 5000,
        "1" * 400 + "e-400",
    ),
]
ESCAPES = r"""\" \\ \/ \b \f \n \r \t \u0041 \u00e9 \u00E9 \u2028 \uFFFF \uFDD0 \u0000 \ud83d\ude00
    \uD834\uDD1E \u005C \u0022 \u200B \u007F"""
NOT_ESCAPES = r"""\x41 \a \v \e \' \0 \1 \q \N \U0041 \u \u1 \u12 \u123 \u123g \u+041 \u-041 \uD83
    \u00G0 \u{41} \u-0041 \é \😀 \ud83d\u \ud83d\ud \ud83d\x \%41 \&amp; \uD800\ """
LONE_SURROGATES = r"\ud800 \udc00 \udfff \ud800\ud800 \ud800x \ude00\ud83d \uDBFF\u0041"
RAW = [
    "\u2028",
    "\ufeff",
    "\x7f",
    "é",
    "😀",
    "\U0010ffff",
    "\u00a0",
    "a\u0301",
    "\uffff",
    "\u200b/",
]
NOT_UTF_8 = """
    ff fe 80 bf c0af c080 c1bf c3 e282 e08080 e080af f08080af f0808080 eda080 edb080 edbfbf f4908080
    f5808080 f8888080 fc84808080 fe80 f09f98 c328 e228a1 a0a1 e4 fffe
"""
NOT_LITERALS = _words("""
    True False None TRUE FALSE NULL nul nulll tru truee fals falsey Null undefined yes no on t n nil
    trüe truefalse nullnull null0 true" "true 'true' <null> NULL; (null) *
""")
STRUCTURES = {
    "a trailing comma in a list": "[1,]",
    "a trailing comma in an object": '{"a": 1,}',
    "two trailing commas": "[1,,]",
    "a leading comma": "[,1]",
    "a double comma": "[1,,2]",
    "a lone comma in a list": "[,]",
    "a lone comma in an object": "{,}",
    "no comma in a list": "[1 2]",
    "no comma in an object": '{"a": 1 "b": 2}',
    "a semicolon": "[1;2]",
    "a colon in a list": '["a": 1]',
    "a comma for a colon": '{"a", 1}',
    "no colon": '{"a" 1}',
    "two colons": '{"a":: 1}',
    "an equals sign": '{"a" = 1}',
    "an arrow": '{"a" => 1}',
    "no value": '{"a":}',
    "no key": "{: 1}",
    "a key alone": '{"a"}',
    "a bare key": "{a: 1}",
    "a number as a key": "{1: 1}",
    "null as a key": "{null: 1}",
    "a list as a key": "{[]: 1}",
    "a single-quoted key": "{'a': 1}",
    "a set": '{"a", "b"}',
    "an open list": "[1",
    "an open object": '{"a": 1',
    "an open list in a list": "[[1]",
    "an open object in a list": '[{"a": 1]',
    "an open text in a list": '["a]',
    "a closed list too many": "[1]]",
    "a closed object too many": '{"a": 1}}',
    "brackets that cross": '[{"a": 1]}',
    "a list closed as an object": "[1}",
    "an object closed as a list": '{"a": 1]',
    "a lone bracket": "]",
    "a lone brace": "}",
    "a lone comma": ",",
    "a lone colon": ":",
    "two values": "1 2",
    "two lists": "[] []",
    "two objects": "{} {}",
    "a value behind a comma": "1,",
    "garbage behind a list": "[] x",
    "garbage behind an object": "{} #",
    "a null byte behind a value": "1\0",
    "a null byte in a list": "[\0]",
    "a block comment": "/* a */ 1",
    "a block comment in a list": "[1 /* a */]",
    "a line comment": "1 // a",
    "a hash comment": "1 # a",
    "a SQL comment": "1 -- a",
    "an XML comment": "<!-- a --> 1",
    "XML": "<a/>",
    "a function": "f(1)",
    "a date": "2026-11-29",
    "a regular expression": "/a/",
    "parentheses": "(1)",
    "a tuple": "(1, 2)",
    "an ellipsis": "[1, ...]",
    "a spread": "{...a}",
    "an expression": "1 + 1",
    "a template": "`a`",
    "a sum of texts": '"a" + "b"',
    "two texts": '"a" "b"',
    "a backslash between": "[1\\n]",
    "an escaped bracket": "\\u005B1]",
    "an escaped quote": '\\"a"',
    "curly quotes": "“a”",
    "single quotes": "'a'",
    "triple quotes": '"""a"""',
    "a text without its end": '"a',
    "a text without its start": 'a"',
    "a text of a lone quote": '"',
    "a text that ends in a backslash": '"\\',
    "a text with an escaped end": '"\\"',
    "a text with a quote": '"a"b"',
}
GOOD_STRUCTURES = {
    "an empty list": "[]",
    "an empty object": "{}",
    "an empty text": '""',
    "true": "true",
    "false": "false",
    "null": "null",
    "an empty list in a list": "[[]]",
    "an empty object in a list": "[{}]",
    "lists in lists": "[[], [[], []], []]",
    "an empty key": '{"": 0}',
    "a key with an escape": '{"a\\u0000\\n": 0}',
    "the same key twice": '{"a": 1, "a": 2}',
    "the same key and value twice": '{"a": 1, "a": 1}',
    "the same key, once escaped": '{"a": 1, "\\u0061": 2}',
    "all kinds": '[null, true, 0, -1.5e3, "a", [], {}]',
    "many keys": json.dumps({f"k{i}": i for i in range(500)}),
    "a long list": json.dumps(list(range(1000))),
    "a long text": '"%s"' % ("a" * 10_000),
    "a text of quotes": '"%s"' % ('\\"' * 1000),
    "a text of brackets": '"[{]}[{"',
    "a text that looks like the end": '"}]}"',
    "a text that looks like a comment": '"/* a */ // b"',
    "an unknown unit": '"1e400 NaN"',
    "50 lists": "[" * 50 + "]" * 50,
    "50 objects": '{"a": ' * 50 + "1" + "}" * 50,
    "400 lists": "[" * 400 + "]" * 400,
    "400 objects": '{"a": ' * 400 + "1" + "}" * 400,
}
BLANKS = {
    "a space": " ",
    "a tab": "\t",
    "a line feed": "\n",
    "a carriage return": "\r",
    "CRLF": "\r\n",
}
NOT_BLANKS = {
    "a form feed": "\f",
    "a vertical tab": "\v",
    "a backspace": "\b",
    "a no-break space": "\u00a0",
    "an em space": "\u2003",
    "a zero-width space": "\u200b",
    "a line separator": "\u2028",
    "a next line": "\u0085",
    "an ideographic space": "\u3000",
    "a word joiner": "\u2060",
    "an escape": "\x1b",
}


def _numbers() -> Iterator[Case]:
    for verdict, texts in ((REFUSE, NOT_NUMBERS), (ACCEPT, NUMBERS), (EITHER, MAYBE_NUMBERS)):
        for text in dict.fromkeys(texts):
            yield Case(
                f"number {text[:19]} of {len(text)}" if len(text) > 40 else f"number {text}",
                text.encode(),
                verdict,
                is_number=True,
            )


def _texts() -> Iterator[Case]:
    for verdict, escapes in (
        *((ACCEPT, ESCAPES), (REFUSE, NOT_ESCAPES), (EITHER, LONE_SURROGATES)),
    ):
        for escape in escapes.split():
            yield Case(f"escape {escape}", f'"z{escape}z"'.encode(), verdict)
            yield Case(f"key {escape}", f'{{"z{escape}z": 1}}'.encode(), verdict)
    for code in range(32):
        yield Case(f"control character {code}", b'"a%cb"' % code, REFUSE)
    for text in RAW:
        yield Case(f"raw {text!a}", f'"{text}"'.encode(), ACCEPT)
    for digits in NOT_UTF_8.split():
        yield Case(f"bytes {digits} in a text", b'"a%bb"' % bytes.fromhex(digits), REFUSE)
    for digits in ("ff", "c0af", "eda080", "80"):
        broken = bytes.fromhex(digits)
        yield Case(f"bytes {digits} in a key", b'{"%b": 1}' % broken, REFUSE)
        yield Case(f"bytes {digits} outside a text", b"[%b]" % broken, REFUSE)


def _structures() -> Iterator[Case]:
    yield from (Case(name, text.encode(), REFUSE) for name, text in STRUCTURES.items())
    yield from (Case(name, text.encode(), ACCEPT) for name, text in GOOD_STRUCTURES.items())
    yield from (Case(f"literal {text}", text.encode(), REFUSE) for text in NOT_LITERALS)
    for verdict, blanks in ((ACCEPT, BLANKS), (REFUSE, NOT_BLANKS)):
        for name, blank in blanks.items():
            for where, text in {
                "around a number": f"{blank}1{blank}",
                "in a list": f"[{blank}1{blank},{blank}2{blank}]",
                "in an object": f'{{{blank}"a"{blank}:{blank}1{blank}}}',
            }.items():
                yield Case(f"{name} {where}", text.encode(), verdict)
    for depth in (100_000, 1_000_000):
        for name, opened, closed in (("lists", "[", "]"), ("objects", '{"a":', "}")):
            deep = opened * depth
            yield Case(f"{depth:,} open {name}", deep.encode(), REFUSE)
            yield Case(f"{depth:,} {name}", f"{deep}1{closed * depth}".encode(), EITHER)
    yield Case("1,000 lists", b"[" * 1000 + b"]" * 1000, EITHER)
    yield Case("1,000 open lists", b"[" * 1000, REFUSE)


def _bodies() -> Iterator[Case]:
    yield Case("nothing", b"", REFUSE, only_whole=True)
    yield Case("a space alone", b" ", REFUSE, only_whole=True)
    yield Case("a BOM alone", b"\xef\xbb\xbf", REFUSE, only_whole=True)
    yield Case("two BOMs", b"\xef\xbb\xbf\xef\xbb\xbf1", REFUSE, only_whole=True)
    yield Case("half a BOM", b"\xef\xbb1", REFUSE, only_whole=True)
    yield Case("a BOM behind a value", b"1\xef\xbb\xbf", REFUSE)
    yield Case("a BOM in a list", b"[\xef\xbb\xbf1]", REFUSE)
    yield Case("a BOM before a value", b"\xef\xbb\xbf[1]", EITHER, only_whole=True)
    for codec in ("utf-16-le", "utf-16-be", "utf-16", "utf-32"):
        yield Case(codec, '["é"]'.encode(codec), EITHER, only_whole=True)
    yield Case("Latin-1", '["é"]'.encode("latin-1"), REFUSE)


CASES = [*_numbers(), *_texts(), *_structures(), *_bodies()]
