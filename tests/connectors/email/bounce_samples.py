"""Reports as mail servers write them that do not follow RFC 3464, and mail that only looks like one."""

from __future__ import annotations

from typing import NamedTuple


class Report(NamedTuple):
    """A report's head and words, whether it means a dead address, and its action."""

    head: str
    words: str
    is_hard: bool
    action: str = "failed"


DAEMON = "From: MAILER-DAEMON@mx.example.net\nReturn-Path: <>\n"
RETURNED = (
    "\n\n--- Below this line is a copy of the message.\n\n"
    "Message-ID: <original@acme.test>\nSubject: virus? full?\n"
)

REPORTS = {
    "qmail": Report(
        DAEMON + "Subject: failure notice",
        "Hi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your"
        " message.\n\n"
        "<gone@example.net>:\nSorry, no mailbox here by that name. (#5.1.1)",
        True,
    ),
    "qmail, given up": Report(
        DAEMON + "Subject: failure notice",
        "Hi. This is the qmail-send program at mx.example.net.\n\n<gone@example.net>:\n192.0.2.1 does not"
        " like recipient.\n"
        "Remote host said: 452 4.2.2 Mailbox full\nGiving up on 192.0.2.1.\nI'm not going to try again;"
        " this message has"
        " been in the queue too long.",
        False,
    ),
    "Exim": Report(
        "From: Mail Delivery System <Mailer-Daemon@mx.example.net>\nX-Failed-Recipients: gone@example.net\n"
        "Subject: Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could"
        " not be"
        " delivered to one or more of its\nrecipients. This is a permanent error. The following address(es)"
        " failed:\n\n"
        "  gone@example.net\n    host mx.example.net [192.0.2.1]\n    SMTP error from remote mail server"
        " after RCPT"
        " TO:<gone@example.net>:\n    550 No such person at this address",
        True,
    ),
    "Exim, delayed": Report(
        "From: Mail Delivery System <Mailer-Daemon@mx.example.net>\n"
        "Subject: Warning: message 1abc delayed 24 hours",
        "This message was created automatically by mail delivery software.\nA message that you sent has not"
        " yet been"
        " delivered to one or more of its\nrecipients after more than 24 hours on the queue.\n\n"
        "  gone@example.net\n\n"
        "No action is required on your part. Delivery attempts will continue for some time.",
        False,
        "delayed",
    ),
    "Exim, content": Report(
        "From: Mail Delivery System <Mailer-Daemon@mx.example.net>\nX-Failed-Recipients: gone@example.net\n"
        "Subject: Mail delivery failed",
        "The following address(es) failed:\n\n  gone@example.net\n    SMTP error from remote mail server"
        " after end of data:\n"
        "    554 user unknown to our content filter",
        False,
    ),
    "Exchange 5.5": Report(
        "From: System Administrator <postmaster@example.net>\nSubject: Undeliverable: Hello",
        "Your message\n\n  To:      gone@example.net\n  Subject: Hello\n  Sent:    Mon, 5 Jan 2026"
        " 09:00:00\n\ndid not reach the"
        " following recipient(s):\n\ngone@example.net on Mon, 5 Jan 2026 09:00:00\n    The recipient name"
        " is not recognized\n"
        "\tThe MTS-ID of the original message is: c=us;a= ;p=x\n    MSEXCH:IMS:x:y:z 0 (000C05A6) Unknown"
        " Recipient",
        True,
    ),
    "Exchange 2007": Report(
        "From: Microsoft Exchange <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.net>\n"
        "Return-Path: <>\n"
        "Subject: Undeliverable: Hello",
        "Delivery has failed to these recipients or distribution lists:\n\ngone@example.net\nThe"
        " recipient's e-mail address"
        " was not found in the recipient's e-mail system.\n\nDiagnostic information for administrators:\n\n"
        "gone@example.net\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##",
        True,
    ),
    "Postfix": Report(
        DAEMON + "Subject: Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.example.net.\n\nI'm sorry to have to inform you that your"
        " message could not\nbe"
        " delivered to one or more recipients.\n\n<gone@example.net>: host mx[192.0.2.1] said: 550 5.1.1\n"
        "    <gone@example"
        ".net>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO"
        " command)",
        True,
    ),
    "Postfix, no host": Report(
        DAEMON + "Subject: Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.example.net.\n\n<gone@example.invalid>: Host or domain name not"
        " found. Name"
        " service error for\n    name=example.invalid type=A: Host not found",
        True,
    ),
    "Sendmail": Report(
        "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.net>\nSubject: Returned mail: User unknown",
        "The original message was received at Mon, 5 Jan 2026 09:00:00 GMT\nfrom localhost\n\n   ----- The"
        " following"
        " addresses had permanent fatal errors -----\n<gone@example.net>\n\n   ----- Transcript of session"
        " follows -----\n"
        "... while talking to mx.example.net.:\n>>> RCPT To:<gone@example.net>\n<<< 550 5.1.1"
        " <gone@example.net>... User unknown",
        True,
    ),
    "Sendmail, warning": Report(
        "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.net>\n"
        "Subject: Warning: could not send message for past 4 hours",
        "    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY"
        "      **\n    **  YOU DO"
        " NOT NEED TO RESEND YOUR MESSAGE  **\n\n<gone@example.net>... Deferred: Connection timed out with"
        " mx.example.net",
        False,
        "delayed",
    ),
    "Lotus Notes": Report(
        "From: postmaster@example.net\nSubject: DELIVERY FAILURE: User gone (gone@example.net) not listed"
        " in Domino Directory",
        "Your message\n\n  Subject: Hello\n\nwas not delivered to:\n\n  gone@example.net\n\nbecause:\n\n"
        "  User gone"
        " (gone@example.net) not listed in Domino Directory",
        True,
    ),
    "Gmail": Report(
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nX-Failed-Recipients:"
        " gone@example.net\n"
        "Subject: Delivery Status Notification (Failure)",
        "Delivery to the following recipient failed permanently:\n\n     gone@example.net\n\nTechnical"
        " details of permanent"
        " failure:\nGoogle tried to deliver your message, but it was rejected by the server for the"
        " recipient domain. The error"
        " that the other server returned was:\n550 550 #5.1.0 Address rejected gone@example.net (state 14).",
        True,
    ),
    "Yahoo": Report(
        "From: MAILER-DAEMON@yahoo.com\nSubject: Failure Notice",
        "Sorry, we were unable to deliver your message to the following address.\n\n<gone@example.net>:\n"
        "550: 5.1.1 The email"
        " account that you tried to reach does not exist.",
        True,
    ),
    "AOL": Report(
        "From: Mail Delivery Subsystem <MAILER-DAEMON@aol.com>\nSubject: Returned mail: User unknown",
        "Your mail to the following recipients could not be delivered because they are not accepting mail"
        " from you:\n\n gone",
        False,
    ),
    "GMX": Report(
        "From: GMX Mailer Daemon <mailer-daemon@gmx.test>\nSubject: Mail delivery failed: returning message"
        " to sender",
        "This message was created automatically by mail delivery software.\nA message that you sent could"
        " not be delivered to"
        " one or more of its recipients. This is a permanent error. The following address failed:\n\n"
        '"gone@example.net":\n'
        "SMTP error from remote server after RCPT command:\nhost: mx.example.net\n5.1.1"
        " <gone@example.net>... User is unknown",
        True,
    ),
    "Courier": Report(
        'From: "Courier mail server at mx.example.net" <@>\nSubject: NOTICE: mail delivery status.',
        "This is a delivery status notification from mx.example.net,\nrunning the Courier mail server.\n\n"
        "The original message"
        " was received on Mon, 5 Jan 2026\n\n        UNDELIVERABLE MAIL\n\nYour message to the following"
        " recipients cannot be"
        " delivered:\n\n<gone@example.net>:\n    mx.example.net [192.0.2.1]:\n>>> RCPT"
        " TO:<gone@example.net>\n<<< 550 User unknown",
        True,
    ),
    "Kerio": Report(
        "From: postmaster@example.net\nSubject: Undeliverable Mail",
        "This is an automatically generated Delivery Status Notification.\n\nDelivery to the following"
        " recipients failed.\n\n"
        "    gone@example.net\n    550 5.1.1 User unknown",
        True,
    ),
    "IMail": Report(
        'From: "Mail Delivery" <postmaster@example.net>\nX-Mailer: <SMTP32 v8.22>\nSubject: Undeliverable'
        " Mail",
        "Unknown user: gone@example.net\n\nOriginal message follows.",
        True,
    ),
    "MailMarshal": Report(
        'From: MailMarshal@example.net\nReturn-Path: <>\nSubject: Undeliverable Mail: "Hello"',
        "Your message:\n   From:    support@acme.test\n   Subject: Hello\n\nCould not be delivered because"
        " of\n\n550 5.1.1 User"
        " unknown\n\nThe following recipients were affected:\n    gone@example.net",
        True,
    ),
    "InterScan": Report(
        "From: InterScan MSS <postmaster@example.net>\nSubject: Mail could not be delivered",
        "Sent >>> RCPT TO:<gone@example.net>\nReceived <<< 550 5.1.1 <gone@example.net>... user unknown\n\n"
        "Could not deliver"
        " mail to this user.\nThis recipient is no longer there.",
        True,
    ),
    "SurfControl": Report(
        "From: Postmaster <postmaster@example.net>\nX-Mailer: SurfControl E-mail Filter\nSubject: Message"
        " Delivery Failure",
        "Your message could not be sent.\nA transcript of the attempts to send the message follows.\nThe"
        " number of attempts"
        " made: 1\nAddressed To: gone@example.net\n\nThu 5 Jan 2026 09:00:00 +0000\nFailed to send to"
        " identified host,\n"
        "gone@example.net: [192.0.2.1], 550 User unknown. Server reports permanent failure",
        True,
    ),
    "McAfee": Report(
        "From: <>\nX-NAI-Header: Modified by McAfee Email and Web Security\nSubject: Delivery Status",
        "--- The following addresses had delivery problems ---\n\n<gone@example.net>\n(User unknown"
        " gone@example.net)",
        True,
    ),
    "Verizon": Report(
        "From: post_master@vtext.com\nSubject: Undeliverable Message",
        "Error:    No valid recipients for this MM\n\nTo: gone@example.net\nMessage could not be delivered"
        " to mobile.",
        True,
    ),
    "Facebook": Report(
        "From: Facebook <mailer-daemon@mx.facebook.com>\nSubject: Sorry, your message could not be delivered",
        "This message was created automatically by Facebook.\n\nSorry, your message couldn't be"
        " delivered.\n\n"
        "gone@example.net: 550 5.1.1 RCP-P1 User unknown",
        True,
    ),
    "EZweb": Report(
        "From: Mail System <Postmaster@ezweb.ne.jp>\nSubject: Mail System Error - Returned Mail",
        "The user(s) account is disabled.\n\n<gone@ezweb.ne.jp>: 550 user unknown (in reply to RCPT TO"
        " command)\n",
        False,
    ),
    "Biglobe": Report(
        "From: postmaster@biglobe.ne.jp\nSubject: Returned mail:",
        "   ----- The following addresses had delivery problems -----\n\n********@biglobe.ne.jp\n\n   -----"
        " Non-delivered"
        " information -----\nThe number of messages in recipient's mailbox exceeded the local limit.",
        False,
    ),
    "a carrier, Japanese": Report(
        "From: no-reply@example.ne.jp\nReturn-Path: <>\nSubject: メールエラー通知",
        "送信先のメールアドレスが存在しないため、送信できませんでした。\n\n<gone@example.ne.jp>\n宛先不明",
        True,
    ),
    "OpenSMTPD": Report(
        "From: Mailer Daemon <MAILER-DAEMON@mx.example.net>\nSubject: Delivery status notification: error",
        "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.\n\n    An error has"
        " occurred while"
        " attempting to deliver a message for\n    the following list of recipients:\n\ngone@example.net:"
        " 550 5.1.1 User unknown",
        True,
    ),
    "a list of two": Report(
        "From: Mailer Daemon <MAILER-DAEMON@mx.example.net>\nSubject: Delivery status notification: error",
        "An error has occurred while attempting to deliver a message:\n\nfull@example.net: 552 5.2.2"
        " Mailbox full\n"
        "gone@example.net: 550 5.1.1 User unknown",
        False,
    ),
    "James": Report(
        "From: postmaster@example.net\nSubject: [Error] Delivery Failure\nReturn-Path: <>",
        "Hi. This is the James mail server at example.net.\nI'm afraid I wasn't able to deliver your"
        " message to the following"
        " addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "gone@example.net\n550 - Requested"
        " action not taken: no such user here",
        True,
    ),
    "German": Report(
        "From: postmaster@example.de\nReturn-Path: <>\nSubject: Unzustellbar: Hallo",
        "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Verteilerlisten:\n\n"
        "gone@example.de\nDie E-Mail-Adresse"
        " des Empfängers konnte nicht gefunden werden. #550 5.1.1 RESOLVER.ADR.RecipNotFound",
        True,
    ),
    "French": Report(
        "From: Mail Delivery System <MAILER-DAEMON@orange.fr>\nSubject: Echec de remise du message",
        "Impossible de remettre votre message à :\n\n<gone@example.fr>: 550 5.1.1 Adresse d au moins un"
        " destinataire invalide."
        " Invalid recipient. OFR204_416",
        True,
    ),
    "Russian": Report(
        "From: mailer-daemon@corp.mail.ru\nSubject: Ваше сообщение не доставлено. Mail failure.",
        "Ваше письмо не может быть доставлено:\n\n  gone@example.ru\n    550 Message was not accepted --"
        " invalid mailbox."
        "  Local mailbox gone@example.ru is unavailable: user not found",
        True,
    ),
    "Chinese": Report(
        "From: PostMaster@qq.com\nSubject: 系统退信/Systems bounce",
        "抱歉，您的邮件被退回来了……\n收件人邮件地址(gone@example.cn)不存在，邮件无法送达。\n"
        "host mx.example.cn said: 550 Mailbox not"
        " found",
        True,
    ),
}

NO_REPORTS = [
    "From: c@example.net\nSubject: Undelivered mail\n\nMy mail to you could not be delivered. Why?",
    "From: postmaster@example.net\nSubject: Hello\n\nCan you help me with my order?",
    "From: c@example.net\nSubject: Re: failure notice\nIn-Reply-To: <a@b>\n\nuser unknown, it says",
    "From: c@example.net\nSubject: Fwd: Returned mail: User unknown\n\n> From: MAILER-DAEMON@mx.test\n> 550"
    " 5.1.1 <a@b.c>",
    "From: shop@example.net\nSubject: Delivery status of your parcel\n\nIt was delivered.",
    "From: no-reply@parcels.test\nSubject: Delivery failed\n\nYour parcel was returned.",
    "From: no-reply@parcels.test\nSubject: We could not deliver your parcel\n\nWe were unable to deliver"
    " your parcel 12 to"
    " c@example.net. It is returned to the sender.",
    "From: no-reply@bank.test\nSubject: Payment rejected\n\nYour payment of 550 EUR could not be sent to"
    " shop@example.net.",
    "Return-Path: <>\nFrom: c@example.net\nSubject: Out of office\n\nYour mail was not forwarded.",
    "Return-Path: <>\nFrom: c@example.net\nSubject: Automatic reply: Hello\nAuto-Submitted: auto-replied\n"
    "\nI am away. For"
    " urgent matters write to d@example.net; this mail is not forwarded.",
    "From: admin@example.net\nSubject: Mailbox full\n\nHello, our mailbox is full, so please use my private"
    " address c@d.test.",
    "From: support@host.test\nSubject: Undeliverable mail\n\nWe cannot reach user unknown, our ticket 550"
    " 5.1.1 tells. Mail system"
    " administrator Bob",
    "From: c@example.net\nSubject: DSN\n\nWhat does 5.1.1 mean in a bounce? My mail system says user"
    " unknown.",
    "From: root@web1.example.net\nSubject: Cron <root@web1> backup\n\nBackup failed: permission denied",
    "From: system@crm.test\nSubject: Error in sending report\n\nThe job could not be completed.",
    "From: delivery@pizza.test\nSubject: Delivery failed - nobody at home\n\nYour pizza could not be"
    " delivered to the address."
    " Please call us.",
]


def raw(report: Report) -> bytes:
    """The report as a mail, with the mail that came back below it."""
    kind = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    return f"{report.head}\nTo: support@acme.test\n{kind}\n{report.words}{RETURNED}".encode()
