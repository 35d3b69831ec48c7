#!/usr/bin/python3
"""Parse reports: check_page.py FILE...

Every tag is closed in order; no element and no attribute that runs or loads
anything; each picture is inline and labelled.  Exit status 1 after messages.
"""
import sys
from html.parser import HTMLParser

VOID = {"meta", "link"}
ALLOWED = set("""html head meta link title style body main h1 h2 h3 p dl dt dd
div figure figcaption table caption thead tbody tr th td span details summary
pre code footer svg g rect path circle defs desc text tspan use line
polyline polygon lineargradient filter feflood fecomposite pattern clippath""".split())


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.wrong = []
        self.count = {}

    def complain(self, text):
        self.wrong.append(f"line {self.getpos()[0]}: {text}")

    def handle_starttag(self, tag, attributes):
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag not in ALLOWED:
            self.complain(f"<{tag}>")
        for name, value in attributes:
            if name.startswith("on") or name in ("src", "srcset", "action"):
                self.complain(f"<{tag} {name}>")
            if name.endswith("href") and not value.startswith(("#", "data:")):
                self.complain(f"<{tag} {name}={value}>")
            if "url(" in (value or "") and "url(#" not in value:
                self.complain(f"<{tag} {name}={value}>")
        if tag == "svg" and not dict(attributes).get("aria-label"):
            self.complain("a picture without label")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.complain(f"</{tag}> where it does not belong")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style" and \
                ("@import" in data or "url(" in data):
            self.complain("a style that loads something")


def main():
    status = 0
    for path in sys.argv[1:]:
        page = Page()
        with open(path, encoding="utf-8") as f:
            page.feed(f.read())
        page.close()
        if page.open:
            page.complain(f"not closed: {page.open}")
        for tag in ("h1", "svg", "table", "details"):
            if not page.count.get(tag):
                page.complain(f"no <{tag}>")
        for text in page.wrong:
            print(f"{path}: {text}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
