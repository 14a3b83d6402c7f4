"""Secrets at rest: AES-256-GCM with a key ring, bound to the row that holds them.

Associated data is organization, table, row and field, so a ciphertext copied to another row
does not open. The first key of the ring encrypts, every key decrypts: a rotation puts a new
key in front. There is no plain-text fallback.
"""

import base64
import json
import os
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField

_NONCE_BYTES = 12


class CannotDecrypt(RuntimeError):
    """The value was written with a key that is not in the ring, or for another row."""


def encrypt(plain: bytes, associated: bytes) -> str:
    """Encrypt with the newest key; answers "<key id>.<base64url of nonce and ciphertext>".

    Raises `ImproperlyConfigured` without a key.
    """
    if not settings.ENCRYPTION_KEYS:
        raise ImproperlyConfigured("HUB_ENCRYPTION_KEYS is not set, and the data folder holds none")
    key_id, key = next(iter(settings.ENCRYPTION_KEYS.items()))
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, plain, associated)
    return f"{key_id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(value: str, associated: bytes) -> bytes:
    """Undo `encrypt`; raises `CannotDecrypt` for an unknown key or another row's value."""
    key_id, _, body = value.partition(".")
    key = settings.ENCRYPTION_KEYS.get(key_id)
    if key is None:
        raise CannotDecrypt(f"no key {key_id!r} in HUB_ENCRYPTION_KEYS")
    data = base64.urlsafe_b64decode(body)
    try:
        return AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], associated)
    except InvalidTag as error:
        raise CannotDecrypt("the value belongs to another row or was changed") from error


class Secrets(dict[str, Any]):
    """A decrypted mapping that never shows its values."""

    def __repr__(self) -> str:
        return f"<Secrets: {', '.join(sorted(self))}>"

    __str__ = __repr__


class EncryptedJSONField(_TextField):
    """A JSON object kept encrypted in the database; a plain mapping in Python.

    The row must have its id and organization before it is saved, which tenant models have.
    """

    description = "Encrypted JSON"

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _SecretsAttribute(self))

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        plain = json.dumps(getattr(model_instance, self.attname) or {}).encode()
        return encrypt(plain, _associated(model_instance, self))

    def get_prep_value(self, value: Any) -> Any:
        return value


class _SecretsAttribute:
    """Decrypts on first use, so that rows which nobody asks for secrets cost nothing."""

    def __init__(self, field: EncryptedJSONField) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type) -> Any:
        if instance is None:
            return self.field
        if self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.field.attname])
        value = instance.__dict__[self.field.attname]
        if isinstance(value, str):
            plain = decrypt(value, _associated(instance, self.field)) if value else b"{}"
            value = instance.__dict__[self.field.attname] = Secrets(json.loads(plain))
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = Secrets(value) if isinstance(value, dict) else value


def _associated(instance: models.Model, field: EncryptedJSONField) -> bytes:
    organization = getattr(instance, "organization_id", "")
    return f"{organization}|{instance._meta.db_table}|{instance.pk}|{field.attname}".encode()
