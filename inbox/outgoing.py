"""Gathers all that a connector needs to send one delivery: words, files, signature and thread."""

from collections.abc import Iterator

from django.conf import settings

from hub import registry, tokens
from hub.messages import OutboundFile, OutboundMessage, Party, Quoted
from hub.models import Channel, ChannelThread, Delivery, Identity, Message, TimelineItem
from inbox import html
from inbox.rich_facts import outbound_parts
from inbox.threading import references_of
from media import attachments


def outbound(delivery: Delivery, attempt: int) -> OutboundMessage:
    """All that a connector needs to send this delivery."""
    message, channel = delivery.message, delivery.channel
    conversation = message.item.conversation
    earlier = [ref for ref in references_of(conversation, channel) if ref != message.reference]
    thread = ChannelThread.objects.filter(conversation=conversation, channel=channel).order_by("-id").first()
    signature = message.facts.get("signature") or {}
    return OutboundMessage(
        delivery_id=str(delivery.pk),
        item_id=str(message.pk),
        conversation_id=str(conversation.pk),
        attempt=attempt,
        recipient=_party(delivery.recipient),
        text=message.text,
        html=html.for_sending(message.html),
        subject=message.subject,
        sender_name=str(message.item.author_user or ""),
        to=tuple(_listed(message.to, delivery.recipient.kind)),
        cc=tuple(_listed(message.cc, delivery.recipient.kind)),
        files=tuple(_files(message)),
        in_reply_to=_answered(message, earlier),
        references=tuple(earlier),
        reply_token=tokens.sign_id(tokens.REPLY, conversation.pk),
        thread_key=thread.key if thread else "",
        client_id=message.client_id or "",
        created_at=message.item.recorded_at,
        automatic=message.is_automatic,
        conversation_number=conversation.number,
        signature_text=signature.get("text", ""),
        signature_html=html.for_sending(signature.get("html", "")),
        quoted=_quoted(message, channel),
        quoted_id=_quoted_id(message, channel),
        tag=str(message.facts.get("tag", "")),
        public=bool(message.facts.get("public")),
        **outbound_parts(message.facts.get("rich", {})),
    )


def _quoted_id(message: Message, channel: Channel) -> str:
    """What the provider calls the message that an agent chose to answer; "" for one of another channel."""
    answered = message.reply_to
    if answered is None or answered.channel_id != channel.pk:
        return ""
    if answered.external_id:
        return answered.external_id
    sent = answered.deliveries.exclude(provider_id="").first()
    return sent.provider_id if sent else ""


def _answered(message: Message, earlier: list[str]) -> str:
    """The reference that this message answers: the chosen one, else the newest."""
    if message.reply_to is not None and message.reply_to.reference:
        return message.reply_to.reference
    return earlier[-1] if earlier else ""


def _quoted(message: Message, channel: Channel) -> Quoted | None:
    """The customer's message that this answers, without what that one quoted itself; None for none."""
    wants = registry.connector(channel.kind).quotes_history(channel.config)
    wants = wants and not message.is_automatic and "forward_of" not in message.facts
    asked = (message.reply_to or _last_of_customer(message)) if wants else None
    if asked is None or asked.item.author_identity is None:
        return None
    folds = [(start, end) for start, end, kind in asked.folds if kind == "quote"]
    text = _without(asked.text, folds)
    own_html = "" if folds else html.for_sending(asked.html)
    author = _party(asked.item.author_identity)
    return Quoted(author, asked.item.occurred_at, text, own_html) if text or own_html else None


def _last_of_customer(message: Message) -> Message | None:
    return (
        Message.objects.within(message.organization_id)
        .filter(
            item__conversation=message.item.conversation,
            item__direction=TimelineItem.Direction.INBOUND,
            item__seq__lt=message.item.seq,
            channel=message.channel_id,
            is_automatic=False,
        )
        .exclude(facts__has_key="aside")
        .select_related("item__author_identity__contact")
        .order_by("-item__seq")
        .first()
    )


def _without(text: str, folds: list[tuple[int, int]]) -> str:
    for start, end in sorted(folds, reverse=True):
        text = text[:start] + text[end:]
    return text.strip()


def _party(identity: Identity) -> Party:
    return Party(
        kind=identity.kind, value=identity.value, name=identity.contact.name, display=identity.display
    )


def _listed(addresses: list[dict[str, str]], kind: str) -> Iterator[Party]:
    for entry in addresses:
        yield Party(kind=kind, value=entry["address"], name=entry.get("name", ""), display=entry["address"])


def _files(message: Message) -> Iterator[OutboundFile]:
    for file in message.item.attachments.order_by("position", "id"):
        yield OutboundFile(
            file.filename,
            file.content_type,
            attachments.read(file),
            file.content_id,
            file.is_inline,
            url=settings.PUBLIC_URL + attachments.signed_url(file),
        )
