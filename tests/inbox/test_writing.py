"""What agents write with: the closest signature, and variables that can neither break nor inject anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.models import Signature, Template
from inbox import templates
from inbox.signatures import signature_for
from inbox.templates import Rendered, fill, first_name, rendered
from tests import factories

KNOWN = {"contact.name": "Carla <b>", "contact.first_name": "", "agent.name": "Amal"}


def test_variables_are_filled_and_unknown_ones_stay_readable() -> None:
    assert fill("Hi {{contact.name}}, {{ agent.name }}", KNOWN) == "Hi Carla <b>, Amal"
    for text in ("{{contact.password}}", "{{channel.name}}", "{{agent}}", "{{ }}", "{{{{", "{% x %}"):
        assert fill(text, KNOWN) == text


def test_what_is_not_known_can_have_another_word() -> None:
    assert fill("Hi {{contact.first_name|there}}!", KNOWN) == "Hi there!"
    assert fill("{{channel.name|us}} {{agent.name|x}}", KNOWN) == "us Amal"


def test_a_name_cannot_bring_markup_into_html() -> None:
    found = rendered("", "<p title='{{contact.name}}'>{{contact.name}}<script>x</script></p>", KNOWN)
    assert found.html == '<p title="Carla &lt;b&gt;">Carla &lt;b&gt;</p>'
    assert found.text == "Carla <b>"


@given(st.text(max_size=60), st.text(max_size=40))
def test_a_value_is_never_read_as_a_variable_again(value: str, around: str) -> None:
    known = {"contact.name": value}
    assert fill("{{contact.name}}", known) == value
    assert fill(around, {}) == around


@pytest.mark.parametrize(
    "name, first",
    [
        ("Ada Lovelace", "Ada"),
        ("Lovelace, Ada", "Ada"),
        ("Ada", "Ada"),
        ("ada@x.test", ""),
        ("", ""),
        (",", ""),
    ],
)
def test_people_are_greeted_by_their_first_name(name: str, first: str) -> None:
    assert first_name(name) == first


@pytest.mark.django_db
def test_the_closest_signature_applies() -> None:
    acme, other = factories.organization("Acme"), factories.organization("Globex")
    agent, channel = factories.agent(acme, name="Amal Agent"), factories.channel(acme, name="Help")
    team = factories.team(acme, agent)
    assert signature_for(acme, agent, team, channel) == Rendered("", "")
    Signature.objects.create(organization=other, text="Globex")
    Signature.objects.create(organization=acme, text="{{organization.name}}")
    assert signature_for(acme, agent, team, channel).text == acme.name
    Signature.objects.create(organization=acme, channel=channel, text="{{channel.name}}")
    assert signature_for(acme, agent, None, channel).text == "Help"
    Signature.objects.create(organization=acme, team=team, text="Team")
    assert signature_for(acme, agent, team, channel).text == "Team"
    assert signature_for(acme, agent, None, channel).text == "Help"
    own = Signature.objects.create(organization=acme, user=agent, html="<b>{{agent.first_name}}</b>")
    assert signature_for(acme, agent, team, channel) == Rendered("Amal", "<b>Amal</b>")
    own.html = ""
    own.save()
    assert signature_for(acme, agent, team, channel) == Rendered("", "")
    assert signature_for(acme, None, None, None).text == acme.name


@pytest.mark.django_db
def test_a_template_knows_agent_customer_and_conversation() -> None:
    acme = factories.organization()
    viewer = factories.viewer(factories.agent(acme, name="Amal Agent"), acme)
    conversation = factories.conversation(acme, factories.contact(acme, "Carla Customer"), number=4711)
    template = Template(
        organization=acme,
        subject="About\n#{{conversation.number}}",
        text="Dear {{contact.first_name}}, {{agent.first_name}} of {{organization.name}}",
    )
    found = templates.render(template, viewer, conversation)
    assert found.subject == "About #4711"
    assert found.text == f"Dear Carla, Amal of {acme.name}"
