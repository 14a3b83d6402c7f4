"""Search finds what is there, for whom it is there, whatever is typed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.models import Contact, Conversation, Organization, TimelineItem
from inbox import search
from inbox.models import SearchDocument
from tests import factories as make

pytestmark = pytest.mark.django_db


def said(of: Organization, text: str, subject: str = "Parcel", **fields: object) -> Conversation:
    conversation = make.conversation(of, subject=subject)
    message = make.inbound(conversation, make.channel(of), text, **fields)
    search.index(
        TimelineItem.objects.select_related("message", "conversation").get(pk=message.pk, organization=of)
    )
    return conversation


def found(of: Organization, query: str) -> set[Conversation]:
    return set(search.conversations(Conversation.objects.within(of), of.pk, query))


def test_all_words_must_occur_and_the_last_may_be_a_beginning() -> None:
    acme = make.organization()
    conversation = said(
        acme, "Meine Rückerstattung ist überfällig", sender={"name": "Zoë", "address": "z@x.de"}
    )
    other = said(acme, "Die Rechnung fehlt")
    for query in (
        "rückerst",
        "RUCKERSTATTUNG uberf",
        "zoe rück",
        "z@x.de",
        f"#{conversation.number}",
        "meine parcel",
    ):
        assert found(acme, query) == {conversation}, query
    assert found(acme, "parcel") == {conversation, other}
    assert found(acme, "rück rechnung") == set()
    assert found(acme, "") == set() == found(acme, "?!")


def test_parts_of_unspaced_scripts_are_found() -> None:
    acme = make.organization()
    conversation = said(acme, "我想申请退款，谢谢")
    for query in ("退款", "退", "申请退款", "谢谢"):
        assert found(acme, query) == {conversation}, query
    assert found(acme, "款退") == set()


def test_a_contact_leads_to_their_conversations() -> None:
    acme = make.organization()
    person = make.contact(acme, "Óscar Peña")
    make.identity(person, value="oscar@correo.example")
    conversation = make.conversation(acme, person)
    search.index_contact(person)
    assert found(acme, "pena") == {conversation}
    assert list(search.contacts(Contact.objects.within(acme), acme.pk, "oscar correo")) == [person]
    person.name = "Renamed"
    search.index_contact(person)
    assert found(acme, "pena") == set()
    assert found(acme, "renam") == {conversation}


def test_our_own_address_finds_nothing_because_it_would_find_everything() -> None:
    acme = make.organization()
    channel = make.channel(acme, "email", address="support@acme.test")
    conversation = make.conversation(acme, make.contact(acme), channel)
    to = [{"name": "Support", "address": "support+token@acme.test"}, {"name": "", "address": "friend@x.test"}]
    search.index(make.inbound(conversation, channel, "Where is it?", to=to).item)
    assert found(acme, "friend") == {conversation}
    assert found(acme, "support") == set()


def test_another_organization_finds_nothing() -> None:
    acme, globex = make.organization(), make.organization("Globex")
    said(acme, "secret plans")
    assert found(globex, "secret") == set()
    scope = "said" + acme.pk.hex
    assert found(globex, f"{scope} secret") == set()


def test_a_changed_subject_is_found_and_a_deleted_conversation_is_forgotten() -> None:
    acme = make.organization()
    conversation = said(acme, "hello")
    conversation.subject = "Umbrella"
    search.index_conversation(conversation)
    assert found(acme, "umbrella") == {conversation}
    conversation.delete()
    assert not SearchDocument.objects.within(acme).exists()


def test_of_too_many_matches_the_newest_count(monkeypatch: pytest.MonkeyPatch) -> None:
    acme = make.organization()
    made = [said(acme, "common word") for _ in range(4)]
    monkeypatch.setattr(search, "NEWEST", 2)
    assert found(acme, "common") == set(made[2:])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(query=st.text(st.characters() | st.sampled_from("\"'*()&|!:<>-~^\\{}\x00 ANDORNEAR")))
def test_nothing_typed_is_syntax(query: str) -> None:
    found(Organization(), query)
