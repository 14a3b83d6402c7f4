"""What every connector must hold, run over whatever the folders contain."""

import contextlib
import dataclasses
import inspect
import pickle
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import registry
from hub.connector import Connector, accept
from hub.messages import Capabilities, ErrorClass, SendError
from hub.models import InboundEnvelope
from tests import factories

KINDS = sorted(registry.connectors())


@pytest.fixture(params=KINDS)
def connector(request: pytest.FixtureRequest) -> Connector:
    return registry.connector(request.param)


def test_there_are_connectors() -> None:
    """Without one, the tests below would pass by testing nothing; which ones there are is free."""
    assert KINDS


def test_its_kind_is_its_folder(connector: Connector) -> None:
    assert type(connector).__module__.split(".")[-2] == connector.kind
    assert connector.label and connector.label != connector.kind


def test_its_capabilities_say_what_its_methods_do(connector: Connector) -> None:
    capabilities = connector.capabilities({})
    assert isinstance(capabilities, Capabilities)
    sends = type(connector).send is not Connector.send
    assert capabilities.send == sends
    assert capabilities.can_start <= sends
    shows_typing = type(connector).typing is not Connector.typing
    assert shows_typing <= capabilities.typing_out


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
