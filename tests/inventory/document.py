"""An answer against the document: unlike JSON Schema, nothing may be in it that the document doesn't name."""

from __future__ import annotations

from typing import Any

TYPES: dict[str, tuple[type, ...]] = {"object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float),
                                      "boolean": (bool,), "null": (type(None),)}
# Members that have another form each time.
OPEN = {"details": "by kind", "report": "as the agent sent it"}


def resolved(document: Any, schema: dict[str, Any]) -> dict[str, Any]:
    """With what it refers to; its own words count beside that."""
    while "$ref" in schema:
        own = {key: value for key, value in schema.items() if key != "$ref"}
        there = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        schema = there | own | {"required": [*there.get("required", []), *own.get("required", [])]}
    return schema


def has_type(value: Any, names: str | list[str]) -> bool:
    return any(isinstance(value, TYPES[name]) and not (isinstance(value, bool) and name != "boolean") for name in ([names] if isinstance(names, str) else names))


def faults(document: Any, schema: dict[str, Any], value: Any, where: str = "") -> list[str]:
    """What the document doesn't say of this value, each with its place."""
    schema = resolved(document, schema)
    if "oneOf" in schema:
        return min((faults(document, one, value, where) for one in schema["oneOf"]), key=len)
    if "enum" in schema or "const" in schema:
        return [] if value in schema.get("enum", [schema.get("const")]) else [f"{where}: {value!r} is none of its words"]
    if not has_type(value, schema.get("type", ["string", "number", "boolean", "null"])):
        return [f"{where}: {type(value).__name__} where {schema.get('type', 'no object and no list')} is documented"]
    if isinstance(value, list):
        return [fault for one in value for fault in faults(document, schema["items"], one, where + "[]")] if "items" in schema or not value else [f"{where}: items"]
    if not isinstance(value, dict):
        return []
    keys, more = schema.get("properties", {}), schema.get("additionalProperties")
    found = [f"{where}.{key}: missing" for key in schema.get("required", []) if key not in value]
    for key, member in value.items():
        if key in OPEN:
            continue
        if key in keys or isinstance(more, dict):
            found += faults(document, keys.get(key, more), member, f"{where}.{key}")
        else:
            found.append(f"{where}.{key}: not documented")
    return found
