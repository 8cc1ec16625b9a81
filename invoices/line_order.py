"""Lines in the order a person wants them; a discount's own line stays below its product. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from invoices.draft_content import DraftContent
from invoices.draft_lines import DraftLine

Block = tuple[DraftLine, ...]


def moved(content: DraftContent, key: str, by: int) -> DraftContent:
    """One place up (-1) or down (+1); the ends stay where they are."""
    blocks = _blocks(content)
    place = next((n for n, block in enumerate(blocks) if block[0].key == key), None)
    if place is None:
        return content
    target = max(0, min(place + by, len(blocks) - 1))
    blocks.insert(target, blocks.pop(place))
    return _of(content, blocks)


def ordered(content: DraftContent, keys: Sequence[str]) -> DraftContent:
    """By these keys; unknown ones count for nothing, lines without one stay at the end."""
    rank = {key: place for place, key in enumerate(keys)}
    last = len(rank)
    return _of(content, sorted(_blocks(content), key=lambda block: rank.get(block[0].key, last)))


def _blocks(content: DraftContent) -> list[Block]:
    """A line with the deductions below it that belong to the same line of the quote."""
    found: list[Block] = []
    for line in content.lines:
        above = found[-1][0] if found else None
        if line.is_deduction and above is not None and above.quote_line_id == line.quote_line_id:
            found[-1] = (*found[-1], line)
        else:
            found.append((line,))
    return found


def _of(content: DraftContent, blocks: Sequence[Block]) -> DraftContent:
    return replace(content, lines=tuple(chain.from_iterable(blocks)))
