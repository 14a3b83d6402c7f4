"""What one address and one site may ask of a process."""

from uuid import UUID, uuid4

from connectors.chat.limits import Limits

SITE, OTHER = uuid4(), uuid4()
ADDRESS = "203.0.113.7"


def entered(limits: Limits, times: int, site: UUID = SITE, address: str = ADDRESS, **config: int) -> int:
    """How many of so many sockets got in."""
    return sum(limits.enter(site, address, config) for _ in range(times))


def test_an_address_gets_so_many_sockets_on_each_site() -> None:
    limits = Limits()
    assert entered(limits, 5, sockets_per_address=3) == 3
    assert entered(limits, 5, site=OTHER, sockets_per_address=3) == 3
    limits.leave(SITE, ADDRESS)
    assert entered(limits, 5, sockets_per_address=3) == 1


def test_a_site_gets_so_many_sockets_from_all_addresses() -> None:
    limits = Limits()
    addresses = [f"203.0.113.{number}" for number in range(10)]
    assert sum(entered(limits, 1, address=each, sockets_per_site=4) for each in addresses) == 4


def test_loopback_addresses_are_not_one_person() -> None:
    limits = Limits()
    assert entered(limits, 100, address="127.0.0.1", sockets_per_address=3) == 100
    assert all(limits.admit(SITE, "::1", 0.0, {"visitors_per_minute": 1}) for _ in range(10))


def test_new_visitors_are_counted_over_the_last_minute() -> None:
    limits, config = Limits(), {"visitors_per_minute": 2}
    assert [limits.admit(SITE, ADDRESS, at, config) for at in (0, 1, 2, 59, 60.5, 60.6, 61.5)] == [
        True,
        True,
        False,
        False,
        True,
        False,
        True,
    ]
