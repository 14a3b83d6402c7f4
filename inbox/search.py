"""Finds conversations and contacts by words: one index, on SQLite's FTS5 or PostgreSQL's tsvector.

The index is written in the transaction that writes what it is about. A query is a list of
words that must all occur in one item (with its subject and the people on it), in a subject
or in a contact; the last word may be the beginning of one. Nothing a user types is syntax.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from hub.models import Contact, Conversation, TimelineItem
from inbox import words
from inbox.models import SearchDocument

QUERY_WORDS = 12
"""Words of a query that count."""

NEWEST = 1_000
"""Of more matches than these only the newest count, so that a common word costs no more than a rare one."""


def index(item: TimelineItem) -> None:
    """Make a message or a note findable. Called in the unit of work that appends it."""
    index_all([item])


def index_all(items: Iterable[TimelineItem]) -> None:
    """Make messages and notes findable. Called in the unit of work that appends them."""
    _write(
        _Document(
            item.organization_id, item.pk, words.distinct(_texts(item)), conversation_id=item.conversation_id
        )
        for item in items
    )


def _texts(item: TimelineItem) -> list[str]:
    conversation = item.conversation
    texts = [f"{conversation.number}", conversation.subject]
    if item.kind == TimelineItem.Kind.MESSAGE:
        message = item.message
        own = message.channel.address.lower()
        # Our own address stands on every message: with it, a word of it would find them all.
        people = [
            person
            for person in (message.sender or {}, *message.to, *message.cc)
            if _without_subaddress(str(person.get("address"))) != own
        ]
        texts += [message.subject, *(f"{person.get('name')} {person.get('address')}" for person in people)]
        return texts if "deleted_at" in message.facts else [*texts, message.text]
    return [*texts, str(item.author_user or ""), item.note.text]


def _without_subaddress(address: str) -> str:
    name, at, domain = address.lower().partition("@")
    return name.partition("+")[0] + at + domain if at else name


def index_conversation(conversation: Conversation) -> None:
    """Make a conversation findable by its number and its subject as they are now."""
    found = words.distinct([str(conversation.number), conversation.subject])
    _write([_Document(conversation.organization_id, conversation.pk, found, conversation_id=conversation.pk)])


def index_contact(contact: Contact) -> None:
    """Make a contact findable by name and addresses as they are now, and so their conversations."""
    index_contacts([contact])


def index_contacts(contacts: Iterable[Contact]) -> None:
    """`index_contact` for several."""
    _write(
        _Document(contact.organization_id, contact.pk, words.distinct(_names(contact)), contact_id=contact.pk)
        for contact in contacts
    )


def _names(contact: Contact) -> list[str]:
    addresses = (f"{identity.value} {identity.display}" for identity in contact.identities.all())
    return [contact.name, *addresses]


def conversations(rows: QuerySet[Conversation], organization_id: Any, query: str) -> QuerySet[Conversation]:
    """Those of `rows` in which all words of the query occur; none when it has no words."""
    said = _newest(organization_id, _SAID, query).values_list("conversation_id", flat=True)
    people = _newest(organization_id, _PEOPLE, query).values_list("contact_id", flat=True)
    return rows.filter(Q(pk__in=set(said)) | Q(requester_id__in=set(people)))


def contacts(rows: QuerySet[Contact], organization_id: Any, query: str) -> QuerySet[Contact]:
    """Those of `rows` whose name and addresses hold all words of the query."""
    people = _newest(organization_id, _PEOPLE, query).values_list("contact_id", flat=True)
    return rows.filter(pk__in=set(people))


_SAID, _PEOPLE = "said", "people"


def _scope(organization_id: Any, kind: str) -> str:
    """A word of each document, so that no other organization's or kind's matches cost time."""
    return kind + str(organization_id).replace("-", "")


def _newest(organization_id: Any, kind: str, query: str) -> QuerySet[SearchDocument]:
    """The newest documents that match."""
    wanted = list(words.split(query[:400]))[:QUERY_WORDS]
    rows = SearchDocument.objects.within(organization_id)
    if not wanted:
        return rows.none()
    terms, beginning = [_scope(organization_id, kind), *wanted[:-1]], wanted[-1]
    if connection.vendor == "postgresql":
        found = rows.extra(where=["words @@ %s::tsquery"], params=[_tsquery(terms, beginning)])
        return found.order_by("-id")[:NEWEST]
    ids = RawSQL(_NEWEST_SQLITE, [_fts(terms, beginning), NEWEST])  # noqa: S611 - words are parameters
    return rows.filter(id__in=ids)


_NEWEST_SQLITE = "SELECT rowid FROM inbox_search WHERE inbox_search MATCH %s ORDER BY rowid DESC LIMIT %s"


def _fts(terms: list[str], beginning: str) -> str:
    """An FTS5 query. Words hold neither quotes nor blanks, so quoting them is enough."""
    return " AND ".join([*(f'"{term}"' for term in terms), f'"{beginning}" *'])


def _tsquery(terms: list[str], beginning: str) -> str:
    return " & ".join([*(f"'{term}'" for term in terms), f"'{beginning}':*"])


class _Document(NamedTuple):
    """What can be found, and by which words."""

    organization_id: Any
    source: Any
    words: list[str]
    conversation_id: Any = None
    contact_id: Any = None

    @property
    def keys(self) -> list[Any]:
        prepare = SearchDocument._meta.get_field("source").get_db_prep_value
        ids = (self.organization_id, self.source, self.conversation_id, self.contact_id)
        return [prepare(value, connection) if value else None for value in ids]

    @property
    def terms(self) -> list[str]:
        """The words, headed by the scope."""
        return [_scope(self.organization_id, _PEOPLE if self.contact_id else _SAID), *self.words]


def _write(documents: Iterable[_Document]) -> None:
    """Write or rewrite documents, of different sources: two statements on SQLite, fewer on PostgreSQL."""
    documents = list(documents)
    if not documents:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                _UPSERT_POSTGRESQL, [[*document.keys, document.terms] for document in documents]
            )
            return
        keys = [document.keys for document in documents]
        marks = ", ".join(["(%s, %s, %s, %s)"] * len(documents))
        cursor.execute(_UPSERT_SQLITE.format(marks=marks), [key for each in keys for key in each])
        row_ids = {source: row_id for row_id, source in cursor.fetchall()}
        cursor.executemany(
            "REPLACE INTO inbox_search (rowid, words) VALUES (%s, %s)",
            [
                (row_ids[key[1]], " ".join(document.terms))
                for key, document in zip(keys, documents, strict=True)
            ],
        )


_UPSERT_SQLITE = """
INSERT INTO inbox_searchdocument (organization_id, source, conversation_id, contact_id)
VALUES {marks}
ON CONFLICT (source, organization_id) DO UPDATE SET source = excluded.source RETURNING id, source
"""
_UPSERT_POSTGRESQL = """
INSERT INTO inbox_searchdocument (organization_id, source, conversation_id, contact_id, words)
VALUES (%s, %s, %s, %s, array_to_tsvector(%s::text[]))
ON CONFLICT (source, organization_id) DO UPDATE SET words = excluded.words
"""
