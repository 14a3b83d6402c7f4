"""Recorded requests of providers say what they should: `tests/connectors/<kind>/samples/NAME.*`.

Beside a sample (`NAME.json`, `NAME.form`) lies `NAME.expected.json`: a list of what it says, each with the
type under "is" and those of its fields that matter. `NAME.headers.json` holds the envelope's headers, where
`parse` needs some; its "config" is the channel's.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub import registry

ROOT = Path(__file__).resolve().parents[1] / "connectors"


def samples() -> Iterator[tuple[str, Path]]:
    for kind in sorted(registry.connectors()):
        for expected in sorted((ROOT / kind / "samples").glob("*.expected.json")):
            yield kind, expected


SAMPLES = list(samples())


@pytest.mark.parametrize("kind, expected", SAMPLES, ids=[f"{kind} {path.stem}" for kind, path in SAMPLES])
def test_a_recorded_request_says_what_it_should(kind: str, expected: Path) -> None:
    name = expected.name.removesuffix(".expected.json")
    (sample,) = [
        path
        for path in expected.parent.glob(f"{name}.*")
        if path != expected and not path.name.endswith(".headers.json")
    ]
    extra = expected.with_name(f"{name}.headers.json")
    headers: dict[str, Any] = json.loads(extra.read_text()) if extra.exists() else {}
    config = headers.pop("config", {})
    found = registry.connector(kind).parse(sample.read_bytes(), headers, config)
    wanted = json.loads(expected.read_text())
    assert [type(one).__name__ for one in found] == [one["is"] for one in wanted]
    for one, fields in zip(found, wanted, strict=True):
        told = json.loads(json.dumps(dataclasses.asdict(one), default=str))
        assert {key: told[key] for key in fields if key != "is"} == {
            key: value for key, value in fields.items() if key != "is"
        }
