"""How a row of the entity table is written down."""

from sandbox.quickbooks.shapes import Row, Shape, shape

_COMMON = "Id:text SyncToken:text sparse:truth domain:text status:any~ MetaData:any~ "

ROWS: dict[str, Row] = {}


def row(
    name: str,
    family: str,
    properties: str,
    filters: str = "",
    sequence: str = "",
    key: str = "",
    cdc: bool = True,
) -> None:
    """Add one entity; in ``filters`` an asterisk means sortable too."""
    found: Shape = shape(_COMMON + properties)
    wanted = f"Id* MetaData.CreateTime* MetaData.LastUpdatedTime* {filters}".split()
    allowed = {field.rstrip("*").casefold(): field.endswith("*") for field in wanted}
    references = {
        prop.name: prop for prop in found.values() if prop.type == "ref" and prop.argument
    }
    ROWS[name] = Row(name, family, found, allowed, sequence or name, key, cdc, references)
