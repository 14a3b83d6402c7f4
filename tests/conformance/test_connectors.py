"""What every connector must hold, run over whatever the folders contain."""

import contextlib
import dataclasses
import inspect
import pickle
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.channel_form import InvalidSettings
from hub.connector import Connector, accept
from hub.messages import Capabilities, ErrorClass, SendError
from hub.models import InboundEnvelope
from tests import factories
from tests.conformance.conftest import FAKES, KINDS


def test_there_are_connectors() -> None:
    """Without one, the tests below would pass by testing nothing; which ones there are is free."""
    assert KINDS


def test_its_kind_is_its_folder(connector: Connector) -> None:
    folder = type(connector).__module__.split(".")[-2]
    is_ours = type(connector).__module__.startswith("connectors.")
    assert folder == connector.kind if is_ours else folder.endswith(connector.kind)
    assert connector.label and connector.label != connector.kind


ABILITIES = {
    "send": "send",
    "edit_out": "edit",
    "delete_out": "delete",
    "react_out": "react",
    "templates": "templates",
}
"""What a channel says that it can do, and the hook that does it."""


def test_its_capabilities_say_what_its_methods_do(connector: Connector) -> None:
    capabilities = connector.capabilities({})
    assert isinstance(capabilities, Capabilities)
    for ability, hook in ABILITIES.items():
        is_written = getattr(type(connector), hook) is not getattr(Connector, hook)
        assert getattr(capabilities, ability) == is_written, ability
    assert capabilities.can_start <= capabilities.send
    shows_typing = type(connector).typing is not Connector.typing
    assert shows_typing <= capabilities.typing_out
    assert (capabilities.caption_limit is None) or capabilities.text_with_files
    assert capabilities.tag_window is None or capabilities.reply_window is not None


def test_a_channel_with_a_provider_has_a_fake(connector: Connector) -> None:
    """Whatever takes webhooks can be tried without its provider: see `tests/fakes`."""
    takes_webhooks = type(connector).verify is not Connector.verify
    assert not takes_webhooks or connector.kind in FAKES, f"write tests/fakes/{connector.kind}.py"


def test_its_shared_url_and_its_own_are_verified(connector: Connector) -> None:
    """Whoever names channels out of a request, or takes other routes, checks signatures, too."""
    own = type(connector)
    takes_webhooks = own.verify is not Connector.verify
    assert takes_webhooks or own.addressees is Connector.addressees
    assert takes_webhooks or own.routes == Connector.routes
    assert all(route == route.strip("/") for route in own.routes)


def test_it_keeps_no_state(connector: Connector) -> None:
    before = pickle.dumps(vars(connector))
    connector.capabilities({"anything": 1})
    with contextlib.suppress(ValueError):
        connector.parse(b"", {}, {})
    assert pickle.dumps(vars(connector)) == before


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=2_000))
def test_it_reads_any_bytes_or_says_value_error(connector: Connector, raw: bytes) -> None:
    try:
        found = connector.parse(raw, {}, {})
    except ValueError:
        return
    assert all(dataclasses.is_dataclass(inbound) for inbound in found)


def test_reading_is_pure(connector: Connector) -> None:
    """No database and no network: the module graph of `parse` is not checked, its effects are."""
    sample = b'{"hello": "world"}'
    outcomes: list[list[object]] = []
    for _ in range(2):
        try:
            outcomes.append(list(connector.parse(sample, {}, {})))
        except ValueError as error:
            outcomes.append([str(error)])
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize(
    "error", [TimeoutError("slow"), ConnectionResetError("gone"), OSError("broken"), RuntimeError("odd")]
)
def test_it_classifies_whatever_goes_wrong(connector: Connector, error: Exception) -> None:
    answer = connector.classify(error)
    assert isinstance(answer, SendError)
    assert answer.error_class in ErrorClass
    assert answer.code and answer.detail is not None


def test_its_hooks_have_the_ports_signatures(connector: Connector) -> None:
    for name, method in inspect.getmembers(Connector, inspect.isfunction):
        own = getattr(type(connector), name)
        assert list(inspect.signature(own).parameters) == list(inspect.signature(method).parameters), name


@pytest.mark.django_db
def test_the_same_delivery_twice_is_one_envelope(connector: Connector) -> None:
    channel = _channel(connector)
    first = accept(channel, b"raw", dedupe_key="one")
    again = accept(channel, b"raw", dedupe_key="one")
    assert (first.duplicate, again.duplicate) == (False, True)
    assert first.envelope_id == again.envelope_id
    assert InboundEnvelope.objects.filter(channel=channel).count() == 1


@pytest.mark.django_db
def test_two_channels_of_a_kind_do_not_see_each_others_keys(connector: Connector) -> None:
    one, other = _channel(connector), _channel(connector)
    assert not accept(one, b"raw", dedupe_key="same").duplicate
    assert not accept(other, b"raw", dedupe_key="same").duplicate


@pytest.mark.django_db
def test_an_empty_key_is_refused(connector: Connector) -> None:
    with pytest.raises(ValueError, match="dedupe_key"):
        accept(_channel(connector), b"raw", dedupe_key="")


def _channel(connector: Connector) -> Any:
    return factories.channel(factories.organization(), connector.kind)


def test_its_form_names_each_field_once_and_every_condition_names_a_field(connector: Connector) -> None:
    fields = [field for step in connector.form() for field in step.fields]
    names = [field.name for field in fields]
    assert len(set(names)) == len(names)
    for field in fields:
        assert field.label, field.name
        assert bool(field.choices) == (field.kind == "choice"), field.name
        if field.choices:
            assert field.default in dict(field.choices), field.name
        if field.shown_when:
            asked = next(other for other in fields if other.name == field.shown_when[0])
            possible = {"true", "false"} if asked.kind == "switch" else set(dict(asked.choices))
            assert possible >= set(field.shown_when[1]), field.name
        if field.secret:
            assert field.default is None, field.name


def test_it_says_which_settings_are_missing_or_takes_none(connector: Connector) -> None:
    """Whatever is wrong is said of a field that is asked for, or of the address, or of all together."""
    known = {field.name for step in connector.form() for field in step.fields} | {"", "address"}
    defaults = {
        field.name: field.default
        for step in connector.form()
        for field in step.fields
        if "." not in field.name and field.default is not None and not field.secret
    }
    for config in ({}, defaults, dict.fromkeys(known - {"", "address"}, 7)):
        wrong: dict[str, list[str]] = {}
        try:
            connector.clean("", config, {})
        except InvalidSettings as error:
            wrong = error.errors
        assert set(wrong) <= known
        assert all(texts and all(texts) for texts in wrong.values())


def test_a_form_that_asks_for_a_sign_in_can_begin_one(connector: Connector) -> None:
    asks = any(field.kind == "sign_in" for step in connector.form() for field in step.fields)
    assert asks == (type(connector).sign_in_url is not Connector.sign_in_url)
    assert asks == (type(connector).finish_sign_in is not Connector.finish_sign_in)
