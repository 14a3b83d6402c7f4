"""Policy tests that are written down: made, changed, run, and run again whenever settings have changed."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from hub.models import Channel, PolicyTest
from hub.transaction import unit
from hub.viewer import Viewer
from inbox.actions.settings import announce_setting
from inbox.change import as_id
from inbox.errors import Invalid, NotFound
from inbox.trial import expectations, policy_tests

NOUN = "policy_test"


def create_policy_test(viewer: Viewer, fields: Mapping[str, Any]) -> PolicyTest:
    """Write down what is expected, and see at once how it goes. Raises `Invalid`."""
    row = PolicyTest(organization=viewer.organization)
    _fill(viewer, row, fields, is_new=True)
    return row


def change_policy_test(viewer: Viewer, test_id: Any, fields: Mapping[str, Any]) -> PolicyTest:
    """Change a test, and see at once how it goes. Raises `Invalid`, `NotFound`."""
    row = policy_test(viewer, test_id)
    _fill(viewer, row, fields)
    return row


def remove_policy_test(viewer: Viewer, test_id: Any) -> None:
    """Delete a test. Raises `NotFound`."""
    with unit():
        row = policy_test(viewer, test_id)
        announce_setting(viewer, NOUN, row, is_removed=True)
        row.delete()


def run_policy_tests(viewer: Viewer) -> list[PolicyTest]:
    """Run all of the organization's tests now; answers all, with how each went, by name."""
    policy_tests.run_all(viewer.organization)
    return list(PolicyTest.objects.within(viewer.organization).order_by("name"))


def try_policy_test(
    viewer: Viewer, given: Mapping[str, Any], expected: Mapping[str, Any]
) -> policy_tests.Result:
    """Run a test that is not written down. Raises `Invalid`."""
    _check(viewer, given, expected)
    return policy_tests.run(viewer.organization, given, expected)


def policy_test(viewer: Viewer, test_id: Any) -> PolicyTest:
    """One test; raises `NotFound`."""
    row = PolicyTest.objects.within(viewer.organization).filter(pk=as_id(test_id)).first()
    if row is None:
        raise NotFound("There is no such policy test.")
    return row


def _fill(viewer: Viewer, row: PolicyTest, fields: Mapping[str, Any], *, is_new: bool = False) -> None:
    for name in ("name", "given", "expected"):
        if name in fields:
            setattr(row, name, fields[name])
    row.name = row.name.strip()
    if not row.name:
        raise Invalid({"name": ["This is needed."]})
    _check(viewer, row.given, row.expected)
    tried = policy_tests.run_one(row)
    with unit():
        row.result, row.ran_at = tried
        try:
            with transaction.atomic():
                row.save(force_insert=is_new)
        except IntegrityError:
            raise Invalid({"name": ["Another test has this name."]}) from None
        announce_setting(viewer, NOUN, row)


def _check(viewer: Viewer, given: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    errors = expectations.problems(viewer.organization, expected)
    channels = Channel.objects.within(viewer.organization).filter(archived_at=None)
    if not channels.filter(pk=as_id(given.get("channel_id"))).exists():
        errors["given.channel_id"] = ["Choose the channel on which the message comes in."]
    if not expectations.is_wall(given.get("at", "")):
        errors["given.at"] = ["Write the moment as 2026-03-02T09:00."]
    if errors:
        raise Invalid(errors)
