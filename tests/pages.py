"""Pages of HTML, as the tests read them."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input"}


class Reader(HTMLParser):
    """Reads a page: expects each element to be closed, and keeps the text of those with an id."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.text: dict[str, str] = {}
        self.origins: dict[str, list[str]] = {}
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.outside += [key for key in ("src", "href", "srcset", "action") if key in given]
        if tag not in VOID:
            self.open.append((tag, given.get("id") or ""))
        self.text.setdefault(given.get("id") or "", "")
        if given.get("data-from"):
            self.origins[str(given["id"])] = str(given["data-from"]).split()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, key in self.open:
            self.text[key] += data
