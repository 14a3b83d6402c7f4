"""The documentation names every setting with its default, and its links lead somewhere."""

import re
from pathlib import Path

import pytest

from hub.environment import SETTINGS, Setting

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ROW = re.compile(r"^\| `(HUB_\w+)` \| (?:`([^`]*)`)? *\|", re.MULTILINE)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_is_documented_with_its_default(setting: Setting) -> None:
    table = dict(ROW.findall((ROOT / "docs" / "configuration.md").read_text()))
    assert table.get(setting.name) == setting.default


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_files_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
