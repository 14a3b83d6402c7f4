"""Answers as mail programs write them in HTML. What was written now is "New words." in each."""

from __future__ import annotations

SAMPLES = {
    "gmail": (
        '<div dir="ltr">New words.</div><br><div class="gmail_quote gmail_quote_container"><div d'
        'ir="ltr" class="gmail_attr">On Mon, Jan 5, 2026 at 9:00 AM Support &lt;<a href="mailto:s'
        '@a.test">s@a.test</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:'
        '0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div>old</div'
        "></blockquote></div>"
    ),
    "gmail signature": (
        '<div dir="ltr">New words.<div><br clear="all"><div><br></div><span class="gmail_signatur'
        'e_prefix">-- </span><br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_sig'
        'nature">Carla<br>Example <img src="cid:logo"></div></div></div><br><div class="gmail_quo'
        'te"><div class="gmail_attr">On Mon, Support wrote:</div><blockquote class="gmail_quote">'
        "old</blockquote></div>"
    ),
    "gmail inline": (
        '<div class="gmail_quote"><div class="gmail_attr">On Mon, Support wrote:</div><blockquote'
        ' class="gmail_quote">Which?</blockquote><div>New words.</div><blockquote class="gmail_qu'
        'ote">rest</blockquote></div>'
    ),
    "gmail bottom": (
        '<div class="gmail_quote"><div class="gmail_attr">On Mon, Support wrote:</div><blockquote'
        ' class="gmail_quote">Which?</blockquote></div><div>New words.</div>'
    ),
    "outlook desktop": (
        '<html><head><style>p{}</style></head><body><div class="WordSection1"><p class="MsoNormal'
        '">New words.<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="bo'
        'rder:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"'
        "><b>From:</b> Support &lt;s@a.test&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Carla<br><b>"
        'Subject:</b> x<o:p></o:p></p></div></div><p class="MsoNormal">old</p><table><tr><td>old '
        "table</td></tr></table></div></body></html>"
    ),
    "outlook desktop swahili": (
        '<div class="WordSection1"><p class="MsoNormal">New words.<o:p></o:p></p><div><div style='
        '"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNorm'
        'al"><b>Mtumaji:</b> Support &lt;s@a.test&gt;<br><b>Tarehe:</b> Monday<br><b>Kwa:</b> Car'
        'la<br><b>Mada:</b> x<o:p></o:p></p></div></div><p class="MsoNormal">old</p></div>'
    ),
    "outlook web": (
        '<div>New words.</div><div id="Signature"><p>Carla</p></div><div id="appendonsend"></div>'
        '<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="lt'
        'r"><font face="Calibri"><b>From:</b> Support</font><div>&nbsp;</div></div><div>old</div>'
    ),
    "outlook mobile": (
        '<div dir="auto">New words.</div><div id="ms-outlook-mobile-signature"><div>Get <a href="'
        'https://aka.ms/o0ukef">Outlook for iOS</a></div></div><hr><div id="divRplyFwdMsg"><b>Fro'
        "m:</b> S<br></div>old"
    ),
    "outlook 2003": (
        "<p>New words.</p><div class=OutlookMessageHeader dir=ltr align=left><hr tabindex=-1><fon"
        "t face=Tahoma size=2><b>From:</b> Support [mailto:s@a.test]<br><b>Sent:</b> Monday<br><b"
        ">To:</b> x<br><b>Subject:</b> y<br></font><br></div><p>old</p>"
    ),
    "outlook mac": (
        '<div>New words.</div><div><br></div><span id="OLK_SRC_BODY_SECTION"><div style="border-t'
        'op: #b5c4df 1pt solid"><span style="font-weight:bold">From: </span> S<br></div><div>old<'
        "/div></span>"
    ),
    "apple": (
        '<html><body style="word-wrap: break-word;">New words.<div><br><div><blockquote type="cit'
        'e"><div>On 5 Jan 2026, at 09:00, Support &lt;s@a.test&gt; wrote:</div><br class="Apple-i'
        'nterchange-newline"><div>old</div></blockquote></div><br></div></body></html>'
    ),
    "ios": (
        '<div dir="auto">New words.<br><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br'
        '><blockquote type="cite">On 5 Jan 2026, at 09:00, S wrote:<br><br></blockquote></div><bl'
        'ockquote type="cite"><div dir="ltr">old</div></blockquote></div>'
    ),
    "yahoo": (
        '<div class="ydp1 yahoo-style-wrap"><div>New words.</div><div class="ydp1signature">Carla'
        '</div></div><div id="yahoo_quoted_123" class="yahoo_quoted"><div>On Monday, Support wrot'
        "e:</div><div>old</div></div>"
    ),
    "thunderbird": (
        '<p>New words.</p><div class="moz-signature">-- <br>Carla</div><div class="moz-cite-prefi'
        'x">Am 05.01.26 um 09:00 schrieb S:<br></div><blockquote type="cite" cite="mid:1@a"><p>ol'
        "d</p></blockquote>"
    ),
    "thunderbird inline": (
        '<div class="moz-cite-prefix">Am 05.01.26 um 09:00 schrieb S:<br></div><blockquote type="'
        'cite" cite="mid:1@a"><p>old</p></blockquote><p>New words.</p><blockquote type="cite"><p>'
        "old2</p></blockquote>"
    ),
    "proton": (
        '<div>New words.</div><div class="protonmail_signature_block"><div class="protonmail_sign'
        'ature_block-proton">Sent with <a>Proton Mail</a> secure email.</div></div><div class="pr'
        'otonmail_quote">On Monday S wrote:<br><blockquote class="protonmail_quote" type="cite">o'
        "ld</blockquote></div>"
    ),
    "zimbra": (
        '<div>New words.</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADER'
        'S__"><b>De: </b>"S"<br></div><div data-marker="__QUOTED_TEXT__">old</div>'
    ),
    "gmx": (
        '<div>New words.</div><div>&nbsp;<div name="quote" style="margin:10px 5px; border-left:2p'
        'x solid #C3D9E5;"><div><b>Gesendet:</b> Montag<br><b>Von:</b> S<br></div><div name="quot'
        'ed-content">old</div></div></div>'
    ),
    "zoho": (
        '<div>New words.</div><div class="zmail_extra" style=""><div id="Zm-_Id_-Sgn1">---- On Mo'
        "n, S wrote ---</div><blockquote>old</blockquote></div>"
    ),
    "notes": (
        "<font size=2>New words.</font><br><br><br><font color=#990099>-----Support/Acme wrote: -"
        "----</font><div>To: x<br>From: y<br>Date: z<br>old</div>"
    ),
    "mail.ru": (
        "<HTML><BODY><p>New words.</p>Thu, 26 Jun 2014 14:00:51 +0400 от S &lt;s@a.test&gt;:<br><"
        'blockquote style="border-left:1px solid #0857A6;">old</blockquote></BODY></HTML>'
    ),
    "plain html": (
        "New words.<br><br>On Mon, Jan 5, 2026 at 9:00 AM S &lt;s@a.test&gt; wrote:<br>&gt; old<b"
        "r>&gt; more<br>"
    ),
    "p plain": (
        "<p>New words.<br><br>On Mon, Jan 5, 2026 at 9:00 AM S &lt;s@a.test&gt; wrote:<br>old<br>"
        "more<br></p><p>older</p>"
    ),
    "helpdesk": (
        "<p>New words.</p><blockquote><div>##- Please type your reply above this line -##</div>ol"
        "d</blockquote>"
    ),
    "spark": (
        '<div name="messageBodySection">New words.</div><div name="messageSignatureSection">Carla'
        '</div><div name="messageReplySection">On Mon, S wrote:<br><blockquote type="cite">old</b'
        "lockquote></div>"
    ),
    "table": (
        "<table><tr><td>New words.</td></tr><tr><td>On Mon, Jan 5, 2026 at 9:00 AM S &lt;s@a.test"
        "&gt; wrote:</td></tr><tr><td>old</td></tr></table>"
    ),
    "pre": ("<pre>New words.\n\nOn Mon, Jan 5, 2026 at 9:00 AM S &lt;s@a.test&gt; wrote:\n&gt; old\n</pre>"),
    "unclosed": ("<div>New words.<div><b>-----Original Message-----<br>From: x<p>old<p>older"),
}
