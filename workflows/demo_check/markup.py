"""An HTML page as a tree, as far as the demo check must read it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)  # these have no end tag
CLOSED_BY_NEXT = {
    "li": ("li",),
    "option": ("option",),
    "p": ("p",),
    "dt": ("dt", "dd"),
    "dd": ("dt", "dd"),
    "tr": ("tr", "td", "th"),
    "td": ("td", "th"),
    "th": ("td", "th"),
}  # start tag to the open tags that it ends, as far as HTML lets authors leave end tags out
UNSEEN = ("script", "style", "template", "noscript")


@dataclass(eq=False)
class Node:
    """An element. ``children`` are elements and pieces of text in the page's order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def has_class(self, name: str) -> bool:
        return name in self.get("class").split()

    def elements(self) -> Iterator["Node"]:
        """Every element below, in the page's order; what stands in a template is not on the page."""
        for child in self.children:
            if isinstance(child, Node) and child.tag != "template":
                yield child
                yield from child.elements()

    def all(self, tag: str = "", cls: str = "") -> list["Node"]:
        """Elements below with this tag and this class; an empty word asks for nothing."""
        return [
            each
            for each in self.elements()
            if (not tag or each.tag == tag) and (not cls or each.has_class(cls))
        ]

    def first(self, tag: str = "", cls: str = "") -> "Node | None":
        return next(iter(self.all(tag, cls)), None)

    def holds(self, other: "Node") -> bool:
        return any(each is other for each in self.elements())

    def raw_text(self) -> str:
        """All text below with its line breaks, as a textarea holds it."""
        return "".join(
            child if isinstance(child, str) else child.raw_text() for child in self.children
        )

    def text(self, *, without: str = "") -> str:
        """What is written below on one line; ``without`` leaves out elements of that class."""
        return " ".join("".join(self._pieces(without)).split())

    def _pieces(self, without: str) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in UNSEEN and not (without and child.has_class(without)):
                yield " " if child.tag in BREAKING else ""
                yield from child._pieces(without)
                yield " " if child.tag in BREAKING else ""


BREAKING = frozenset(
    "address article aside br button caption dd details div dl dt fieldset footer form h1 h2 h3 header "
    "legend li main nav ol option p section select summary table td textarea th tr ul".split()
)
"""Elements whose text does not run into that of their neighbours."""


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("document")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while self._open[-1].tag in CLOSED_BY_NEXT.get(tag, ()):
            self._open.pop()
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        tags = [each.tag for each in self._open]
        if tag in tags[1:]:
            last = len(tags) - 1 - tags[::-1].index(tag)
            del self._open[last:]

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def parse(html: str) -> Node:
    """The whole page; what is wrong in it is taken as a browser would, never refused."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root
