"""Secrets lie encrypted, belong to their row, and are never shown."""

import pytest
from django.db import connection
from django.test import override_settings

from hub import tokens
from hub.encryption import CannotDecrypt, decrypt, encrypt
from hub.models import Channel
from hub.tenancy import new_id
from tests import factories


@pytest.mark.django_db
def test_a_channels_secret_is_not_in_the_database_as_text() -> None:
    channel = factories.channel(factories.organization(), secrets={"password": "hunter2hunter2"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM hub_channel")
        (stored,) = cursor.fetchone()
    assert "hunter2" not in stored
    loaded = Channel.objects.within(channel.organization_id).get()
    assert loaded.secrets["password"] == "hunter2hunter2"
    assert "hunter2" not in f"{loaded.secrets!r} {loaded.secrets} {loaded!r}"


@pytest.mark.django_db
def test_a_secret_copied_to_another_row_does_not_open() -> None:
    acme = factories.organization()
    one = factories.channel(acme, secrets={"password": "hunter2hunter2"})
    other = factories.channel(acme)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, secrets FROM hub_channel")
        stored = {str(row_id).replace("-", ""): value for row_id, value in cursor.fetchall()}
        cursor.execute(
            "UPDATE hub_channel SET secrets = %s WHERE name = %s", [stored[one.pk.hex], other.name]
        )
    with pytest.raises(CannotDecrypt):
        dict(Channel.objects.within(acme).get(pk=other.pk).secrets)


def test_a_new_key_in_front_still_opens_what_the_old_one_closed() -> None:
    old, new = b"o" * 32, b"n" * 32
    with override_settings(ENCRYPTION_KEYS={"k1": old}):
        sealed = encrypt(b"secret", b"row")
    with override_settings(ENCRYPTION_KEYS={"k2": new, "k1": old}):
        assert decrypt(sealed, b"row") == b"secret"
        assert encrypt(b"secret", b"row").startswith("k2.")
    with override_settings(ENCRYPTION_KEYS={"k2": new}), pytest.raises(CannotDecrypt):
        decrypt(sealed, b"row")


def test_reply_tokens_survive_folding_and_refuse_changes() -> None:
    row_id = new_id()
    token = tokens.sign_id(tokens.REPLY, row_id)
    assert token == token.lower() and token.isalnum()
    assert tokens.read_id(tokens.REPLY, token.upper()) == row_id
    assert tokens.read_id("another purpose", token) is None
    for place in range(0, len(token), 5):
        changed = token[:place] + ("a" if token[place] != "a" else "b") + token[place + 1 :]
        assert tokens.read_id(tokens.REPLY, changed) is None
    for garbage in ("", "x", "ü" * 39, token[:-1], token + "aaaaaaaa"):
        assert tokens.read_id(tokens.REPLY, garbage) is None
