"""The zoo: drives that hold somebody's data, of every kind we know. README.md says how to add one."""

from zoo import filesystems, images, nested, raw, tables, vendors, volumes
from zoo.kind import Kind

FAMILIES: dict[str, list[Kind]] = {
    "filesystems": filesystems.KINDS,
    "volumes": volumes.KINDS,
    "tables": tables.KINDS,
    "vendors": vendors.KINDS,
    "nested": nested.KINDS,
    "raw": raw.KINDS,
}
if images.KINDS:
    FAMILIES["images"] = images.KINDS
