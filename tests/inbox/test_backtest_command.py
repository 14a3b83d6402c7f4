"""`hub manage backtest` on the command line."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests import factories

pytestmark = pytest.mark.django_db


def _run(*arguments: str) -> str:
    out = StringIO()
    call_command("backtest", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_a_table_or_json() -> None:
    organization = factories.organization()
    factories.administrator(organization)
    table = _run(organization.slug, "--extra-agents", "1", "--days", "1")
    assert "half waited less than" in table and "0 of 0 conversations" in table
    result = json.loads(_run(organization.slug, "--extra-agents", "1", "--days", "1", "--json"))
    assert result["before"]["arrived"] == 0


def test_it_says_in_words_what_is_wrong() -> None:
    organization = factories.organization()
    factories.administrator(organization)
    with pytest.raises(CommandError, match="no organization"):
        _run("nowhere")
    with pytest.raises(CommandError, match="Change something"):
        _run(organization.slug)
    with pytest.raises(CommandError, match="cannot be read"):
        _run(organization.slug, "--change", "/nowhere.json")
