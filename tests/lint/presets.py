#!/usr/bin/env python3
"""Every value of every preset names its source, and every source a value."""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def no_duplicates(pairs):
    """json object_pairs_hook that refuses a key that stands twice."""
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError("duplicate keys: " + ", ".join(twice))
    return dict(pairs)


def walk(value, path, complaints):
    """Check one object and those inside it."""
    keys = {
        key
        for key, inner in value.items()
        if key not in ("base", "comment", "sources") and not isinstance(inner, dict)
    }
    sources = value.get("sources", {})
    for key in sorted(keys - set(sources)):
        complaints.append(f"{path}.{key}: no source")
    for key in sorted(set(sources) - keys):
        complaints.append(f"{path}.sources.{key}: no such key here")
    for key, text in sources.items():
        if not text.strip():
            complaints.append(f"{path}.sources.{key}: empty")
    for key, inner in value.items():
        if key != "sources" and isinstance(inner, dict):
            walk(inner, f"{path}.{key}", complaints)


def main():
    """Check configs/; the exit status says whether all is well."""
    complaints = []
    files = sorted((ROOT / "configs").rglob("*.json"))
    for file in files:
        name = str(file.relative_to(ROOT))
        try:
            preset = json.loads(
                file.read_text(encoding="utf-8"), object_pairs_hook=no_duplicates
            )
        except ValueError as error:
            complaints.append(f"{name}: {error}")
            continue
        if file.parent.name != "published":
            walk(preset, name, complaints)
    for line in complaints:
        print(line)
    return 1 if complaints or not files else 0


sys.exit(main())
