"""What an administrator is asked about a mailbox."""

from __future__ import annotations

from hub.channel_form import Field, Step

IMAP, POP3, SMTP_IN = ("imap",), ("pop3",), ("smtp",)
SECURITY = (("tls", "TLS"), ("starttls", "STARTTLS"), ("none", "None, only inside your own network"))
OAUTH = ("google", "microsoft")

RECEIVE = Step(
    "receive",
    "How mail comes in",
    "Where mail to this address goes today decides it.",
    (
        Field(
            "receive_by",
            "Mail comes",
            kind="choice",
            default="smtp",
            choices=(
                ("smtp", "By forwarding to this hub"),
                ("imap", "From a mailbox, by IMAP"),
                ("pop3", "From a mailbox, by POP3"),
            ),
            help="Forwarding is fastest. IMAP suits mailboxes at a provider, POP3 where there is no IMAP.",
        ),
        Field(
            "sign_in",
            "Sign-in",
            kind="choice",
            default="password",
            choices=(
                ("password", "User name and password"),
                ("google", "Sign in with Google"),
                ("microsoft", "Sign in with Microsoft"),
            ),
            shown_when=("receive_by", IMAP),
        ),
        Field(
            "oauth.client_id",
            "Client ID",
            secret=True,
            required=True,
            help="Of the application that you registered with the provider; the guide “E-mail” says how.",
            shown_when=("sign_in", OAUTH),
        ),
        Field(
            "oauth.client_secret",
            "Client secret",
            secret=True,
            required=True,
            shown_when=("sign_in", OAUTH),
        ),
        Field("account", "Account", kind="sign_in", shown_when=("sign_in", OAUTH)),
        Field(
            "imap_host",
            "IMAP server",
            kind="host",
            placeholder="imap.example.com",
            shown_when=("receive_by", IMAP),
        ),
        Field(
            "imap_security",
            "Encryption",
            kind="choice",
            default="tls",
            choices=SECURITY,
            shown_when=("receive_by", IMAP),
        ),
        Field(
            "imap_port",
            "Port",
            kind="number",
            help="Empty: the usual one, 993 with TLS.",
            shown_when=("receive_by", IMAP),
        ),
        Field("imap_user", "User name", help="Empty: the address.", shown_when=("receive_by", IMAP)),
        Field(
            "imap_password",
            "Password",
            secret=True,
            help="Most providers ask for an app password.",
            shown_when=("sign_in", ("password",)),
        ),
        Field(
            "imap_folders",
            "Folders",
            kind="lines",
            default=["INBOX"],
            help="One on each line.",
            shown_when=("receive_by", IMAP),
        ),
        Field(
            "import_since_days",
            "Take over mail of the last days",
            kind="number",
            help="Empty: only what comes from now on.",
            shown_when=("receive_by", IMAP),
        ),
        Field(
            "imap_after",
            "When a mail is in the hub",
            kind="choice",
            default="keep",
            choices=(
                ("keep", "Leave it as it is"),
                ("seen", "Mark it as read"),
                ("move", "Move it to a folder"),
                ("delete", "Delete it from the mailbox"),
            ),
            shown_when=("receive_by", IMAP),
        ),
        Field("imap_move_to", "Folder to move to", required=True, shown_when=("imap_after", ("move",))),
        Field(
            "pop3_host",
            "POP3 server",
            kind="host",
            placeholder="pop.example.com",
            shown_when=("receive_by", POP3),
        ),
        Field(
            "pop3_security",
            "Encryption",
            kind="choice",
            default="tls",
            choices=SECURITY,
            shown_when=("receive_by", POP3),
        ),
        Field(
            "pop3_port",
            "Port",
            kind="number",
            help="Empty: the usual one, 995 with TLS.",
            shown_when=("receive_by", POP3),
        ),
        Field("pop3_user", "User name", help="Empty: the address.", shown_when=("receive_by", POP3)),
        Field(
            "pop3_password",
            "Password",
            secret=True,
            help="Most providers ask for an app password.",
            shown_when=("receive_by", POP3),
        ),
        Field(
            "pop3_keep_days",
            "Days to keep mail on the server",
            kind="number",
            help="Empty: for ever. 0: mail is deleted there once it is safe in the hub.",
            shown_when=("receive_by", POP3),
        ),
    ),
)

SEND = Step(
    "send",
    "How mail goes out",
    "Answers leave with this address. Their servers must be allowed to send for your domain.",
    (
        Field(
            "send_by",
            "Mail leaves",
            kind="choice",
            default="hub",
            choices=(
                ("hub", "Through the hub's own mail relay"),
                ("smtp", "Through this mailbox's mail server"),
            ),
        ),
        Field(
            "smtp_host",
            "SMTP server",
            kind="host",
            placeholder="smtp.example.com",
            shown_when=("send_by", ("smtp",)),
        ),
        Field(
            "smtp_security",
            "Encryption",
            kind="choice",
            default="starttls",
            choices=SECURITY,
            shown_when=("send_by", ("smtp",)),
        ),
        Field(
            "smtp_port",
            "Port",
            kind="number",
            help="Empty: the usual one, 587 with STARTTLS, 465 with TLS.",
            shown_when=("send_by", ("smtp",)),
        ),
        Field(
            "smtp_user", "User name", help="Empty: as for incoming mail.", shown_when=("send_by", ("smtp",))
        ),
        Field(
            "smtp_password",
            "Password",
            secret=True,
            help="Empty: as for incoming mail.",
            shown_when=("send_by", ("smtp",)),
        ),
        Field(
            "send_as",
            "Name that customers see",
            kind="choice",
            default="agent_at_channel",
            help="The address is always this channel's.",
            choices=(
                ("agent_at_channel", "Agent and channel: “Ana at Acme”"),
                ("channel", "The channel's name"),
                ("agent", "The agent's name"),
            ),
        ),
        Field("send_name", "Name of the sender", help="Empty: the channel's name."),
        Field("reply_to", "Answers go to", kind="address", help="Empty: this address."),
        Field(
            "sign_dkim",
            "Sign mail with DKIM",
            kind="switch",
            default=False,
            help="The hub makes a key; its DNS record is shown next.",
        ),
        Field(
            "dkim_selector",
            "DKIM selector",
            help="Empty: the hub makes one with the key.",
            shown_when=("sign_dkim", ("true",)),
        ),
        Field(
            "return_domain",
            "Domain for bounces",
            kind="host",
            help="Reports of undelivered mail come to addresses of this domain, which must lead to this hub.",
        ),
        Field(
            "save_sent",
            "Save answers in the mailbox's sent folder",
            kind="switch",
            default=False,
            shown_when=("receive_by", IMAP),
        ),
        Field(
            "sent_folder",
            "Sent folder",
            help="Empty: the one that the server calls so.",
            shown_when=("save_sent", ("true",)),
        ),
    ),
)

BEHAVIOUR = Step(
    "behaviour",
    "Behaviour",
    "Everything here may stay as it is.",
    (
        Field(
            "acknowledge.enabled",
            "Confirm new conversations by mail",
            kind="switch",
            default=False,
            help="Never to machines and lists, and once a day to anybody.",
        ),
        Field(
            "acknowledge.subject",
            "Subject of the confirmation",
            help="Empty: as in the customer's mail.",
            shown_when=("acknowledge.enabled", ("true",)),
        ),
        Field(
            "acknowledge.text",
            "Text of the confirmation",
            kind="long_text",
            required=True,
            shown_when=("acknowledge.enabled", ("true",)),
        ),
        Field(
            "remote_images",
            "Images from elsewhere",
            kind="choice",
            default="ask",
            choices=(("ask", "Show when asked"), ("always", "Show always"), ("never", "Never show")),
            help="They are fetched by the hub, so senders learn nothing of your agents.",
        ),
        Field(
            "quote_history",
            "Quote what is answered",
            kind="switch",
            default=True,
            help="The customer's last words stand below each answer.",
        ),
        Field(
            "subject_number",
            "Number in the subject",
            kind="switch",
            default=False,
            help="Puts [#1234] there, and finds the conversation by it.",
        ),
        Field(
            "thread_by_subject",
            "Join mails by subject",
            kind="switch",
            default=False,
            help="The same subject from the same person within seven days.",
        ),
        Field(
            "unsubscribe",
            "Offer to unsubscribe",
            kind="switch",
            default=False,
            help="Adds List-Unsubscribe, which bulk mail needs.",
        ),
        Field(
            "authenticate",
            "Check SPF, DKIM and DMARC",
            kind="switch",
            default=False,
            help="For mail that comes straight to this hub from the internet.",
        ),
        Field(
            "trusted_authserv_ids",
            "Trusted mail servers",
            kind="lines",
            help="Names in Authentication-Results of your own front servers, one on each line.",
        ),
    ),
)

FORM = (RECEIVE, SEND, BEHAVIOUR)
FIELDS = {field.name: field for step in FORM for field in step.fields}
