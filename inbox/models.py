"""The tables of the search index and of what came too early; the nouns themselves live in the hub."""

from django.db import models
from django.db.models import Q

from hub.clock import now
from hub.models import Channel, Contact, Conversation, InboundEnvelope
from hub.tenancy import TenantModel


class SearchDocument(TenantModel):
    """What of one item, conversation or contact (`source` is its id) can be found by words.

    The words themselves stand where each database searches best: on SQLite in the FTS5 table
    `inbox_search` under the same row id, on PostgreSQL in the column `words` of this table.
    Both are made by the first migration and written by `inbox.search` alone.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    source = models.UUIDField()
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, null=True, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            # The organization comes second: an index that began with it would tempt SQLite to walk it.
            models.UniqueConstraint(fields=["source", "organization"], name="search_source_once"),
            models.CheckConstraint(
                condition=Q(conversation__isnull=False, contact__isnull=True)
                | Q(conversation__isnull=True, contact__isnull=False),
                name="search_finds_one",
            ),
        ]


class EarlyNews(TenantModel):
    """Something that was said of a message before the message was known; see `inbox.actions.early`.

    It is the element at `position` of what the envelope says; `target` is the provider's id of the message.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    envelope = models.ForeignKey(InboundEnvelope, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    target = models.CharField(max_length=255)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["envelope", "position"], name="early_news_once"),
        ]
        indexes = [
            models.Index(fields=["channel", "target"], name="early_news_target"),
        ]
