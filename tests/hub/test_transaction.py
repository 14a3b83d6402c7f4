"""The unit of work: what is reserved for the end runs once, last, and not after a failure."""

import pytest

from hub.models import Organization
from hub.transaction import NotInUnit, after_commit, before_commit, in_unit, unit


@pytest.mark.django_db(transaction=True)
def test_callbacks_run_once_and_last_in_the_order_of_registration() -> None:
    ran: list[str] = []
    with unit():
        before_commit("one", lambda: ran.append("one"))
        with unit():
            before_commit("two", lambda: ran.append("two"))
            before_commit("one", lambda: ran.append("again"))
        after_commit(lambda: ran.append("committed"))
        ran.append("body")
    assert ran == ["body", "one", "two", "committed"]
    assert not in_unit()


@pytest.mark.django_db(transaction=True)
def test_a_callback_may_register_another() -> None:
    ran: list[str] = []
    with unit():
        before_commit("one", lambda: before_commit("two", lambda: ran.append("two")))
    assert ran == ["two"]


@pytest.mark.django_db(transaction=True)
def test_a_failure_rolls_back_and_forgets() -> None:
    ran: list[str] = []
    with pytest.raises(KeyError), unit():
        Organization.objects.create(slug="gone", name="Gone")
        before_commit("one", lambda: ran.append("one"))
        raise KeyError
    assert ran == []
    assert not Organization.objects.filter(slug="gone").exists()
    with unit():
        pass
    assert ran == []


@pytest.mark.django_db(transaction=True)
def test_a_failing_callback_rolls_the_unit_back() -> None:
    def fail() -> None:
        raise KeyError

    with pytest.raises(KeyError), unit():
        Organization.objects.create(slug="gone", name="Gone")
        before_commit("one", fail)
    assert not Organization.objects.filter(slug="gone").exists()


def test_outside_of_a_unit_nothing_can_be_reserved() -> None:
    with pytest.raises(NotInUnit):
        before_commit("one", lambda: None)
