"""Markdown: turns the model card into HTML; HTML inside it stays text."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup


class Document(NamedTuple):
    """A document as HTML."""

    title: str
    sections: list[tuple[str, str]]
    """Id and text of each heading of the second level."""
    body: Markup


@lru_cache(maxsize=4)
def read_markdown(text: str) -> Document:
    """Return a document as HTML, without its title; wide tables can be scrolled."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    title, tokens = _take_title(tokens)
    sections = _name_sections(tokens)
    html = markdown.renderer.render(tokens, markdown.options, {})
    for table in ("<table>", "</table>"):
        is_start = table == "<table>"
        html = html.replace(table, f"{_SCROLL}{table}" if is_start else f"{table}</div>")
    html = html.replace("<pre>", '<pre tabindex="0">')
    # A screen reader needs no empty header cells.
    html = html.replace("<th></th>", "<td></td>")
    return Document(title, sections, Markup(html))  # noqa: S704 - the renderer escapes all text


_SCROLL = '<div class="scroll" role="group" aria-label="Table" tabindex="0">'


def _take_title(tokens: list[Token]) -> tuple[str, list[Token]]:
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        return tokens[1].content, tokens[3:]
    return "Model card", tokens


def _name_sections(tokens: list[Token]) -> list[tuple[str, str]]:
    """Give the headings of the second level ids, and return these with their texts."""
    sections = []
    for start, inline in pairwise(tokens):
        if start.type == "heading_open" and start.tag == "h2":
            name = re.sub(r"[^a-z0-9]+", "-", inline.content.lower()).strip("-")
            start.attrSet("id", name)
            sections.append((name, inline.content))
    return sections
