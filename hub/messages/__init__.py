"""What travels between connectors and the inbox: one shape for every channel.

Connectors turn bytes into `Inbound…` values and `OutboundMessage` into a provider call. All
of them are immutable; ids are strings; instants are aware and in UTC.
"""

from hub.messages.abilities import (
    Capabilities,
    FileRule,
    Health,
    TextUnit,
)
from hub.messages.inbound import (
    Authentication,
    File,
    Fold,
    Ignored,
    Inbound,
    InboundConsent,
    InboundDeletion,
    InboundEdit,
    InboundHealth,
    InboundMessage,
    InboundReaction,
    InboundRead,
    InboundStatus,
    InboundTyping,
    Invitation,
    RemoteFile,
)
from hub.messages.outbound import (
    CannotFetch,
    ErrorClass,
    Exchange,
    MessageRef,
    OutboundFile,
    OutboundMessage,
    Quoted,
    Receipt,
    SendError,
    Window,
)
from hub.messages.people import (
    Party,
)
from hub.messages.rich import (
    Button,
    Choice,
    ContactCard,
    Location,
    Menu,
    MenuRow,
    ProviderTemplate,
    TemplateCall,
)
from hub.messages.webhook import (
    RawRequest,
    WebhookReply,
)

__all__ = [
    "Authentication",
    "Button",
    "CannotFetch",
    "Capabilities",
    "Choice",
    "ContactCard",
    "ErrorClass",
    "Exchange",
    "File",
    "FileRule",
    "Fold",
    "Health",
    "Ignored",
    "Inbound",
    "InboundConsent",
    "InboundDeletion",
    "InboundEdit",
    "InboundHealth",
    "InboundMessage",
    "InboundReaction",
    "InboundRead",
    "InboundStatus",
    "InboundTyping",
    "Invitation",
    "Location",
    "Menu",
    "MenuRow",
    "MessageRef",
    "OutboundFile",
    "OutboundMessage",
    "Party",
    "ProviderTemplate",
    "Quoted",
    "RawRequest",
    "Receipt",
    "RemoteFile",
    "SendError",
    "TemplateCall",
    "TextUnit",
    "WebhookReply",
    "Window",
]
