"""How mail programs of the world introduce the mail that is answered, as they write it."""

from __future__ import annotations

ATTRIBUTIONS = {
    "Gmail, English": "On Mon, Jan 5, 2026 at 9:00 AM Support <support@acme.test> wrote:",
    "Gmail, broken address": (
        "On Mon, Jan 5, 2026 at 9:00 AM The Support of Acme <\nsupport-with-a-long-name@acme.test> wrote:"
    ),
    "Gmail, German": "Am Mo., 5. Jan. 2026 um 09:00 Uhr schrieb Support <support@acme.test>:",
    "Thunderbird, German": "Am 05.01.2026 um 09:00 schrieb Support:",
    "Apple, German": "Am 05.01.2026 um 09:00 schrieb Support <support@acme.test>:",
    "French": "Le lun. 5 janv. 2026 à 09:00, Support <support@acme.test> a écrit :",
    "French, narrow spaces": "Le lun. 5 janv. 2026 à 09:00, Support <support@acme.test> a écrit\u202f:",
    "Thunderbird, French": "Le 05/01/2026 à 09:00, Support a écrit\xa0:",
    "Spanish": "El lun, 5 ene 2026 a las 9:00, Support (<support@acme.test>) escribió:",
    "Catalan": "Missatge de Support <support@acme.test> del dia dl., 5 de gen. 2026 a les 9:00:",
    "Italian": "Il giorno lun 5 gen 2026 alle ore 09:00 Support <support@acme.test> ha scritto:",
    "Dutch": "Op ma 5 jan 2026 om 09:00 schreef Support <support@acme.test>:",
    "Dutch, Apple": "Op 5 jan. 2026, om 09:00 heeft Support <support@acme.test> het volgende geschreven:",
    "Portuguese": "Em seg., 5 de jan. de 2026 às 09:00, Support <support@acme.test> escreveu:",
    "Polish": "pon., 5 sty 2026 o 09:00 Support <support@acme.test> napisał(a):",
    "Polish, Apple": "Wiadomość napisana przez Support <support@acme.test> w dniu 5 sty 2026, o godz. 09:00:",
    "Polish, Onet": "W dniu 5.01.2026 o 09:00, Support pisze:",
    "Swedish": "Den mån 5 jan. 2026 kl 09:00 skrev Support <support@acme.test>:",
    "Swedish, Apple": "5 jan. 2026 kl. 09:00 skrev Support <support@acme.test>:",
    "Norwegian": "man. 5. jan. 2026 kl. 09:00 skrev Support <support@acme.test>:",
    "Danish": "Den man. 5. jan. 2026 kl. 09.00 skrev Support <support@acme.test>:",
    "Danish, Apple": "Den 5. jan. 2026 kl. 09.00 skrev Support <support@acme.test>:",
    "Finnish": "ma 5. tammik. 2026 klo 9.00 Support (support@acme.test) kirjoitti:",
    "Finnish, Thunderbird": "Support kirjoitti 5.1.2026 klo 9.00:",
    "Russian": "пн, 5 янв. 2026 г. в 09:00, Support <support@acme.test>:",
    "Russian, Mail.ru": "Понедельник, 5 января 2026, 9:00 +03:00 от Support <support@acme.test>:",
    "Russian, Thunderbird": "05.01.2026 09:00, Support пишет:",
    "Yandex": '05.01.2026, 09:00, "Support" <support@acme.test>:',
    "Ukrainian": "пн, 5 січ. 2026 р. о 09:00 Support <support@acme.test> пише:",
    "Bulgarian": "На пн, 5.01.2026 г. в 9:00 Support <support@acme.test> написа:",
    "Czech": "po 5. 1. 2026 v 9:00 odesílatel Support <support@acme.test> napsal:",
    "Czech, Thunderbird": "Dne 05.01.2026 v 9:00 Support napsal(a):",
    "Slovak": "po 5. 1. 2026 o 9:00 Support <support@acme.test> napísal(a):",
    "Croatian": "pon, 5. sij 2026. u 09:00 Support <support@acme.test> napisao je:",
    "Slovenian": "V V pon., 5. jan. 2026 ob 09:00 je oseba Support <support@acme.test> napisala:",
    "Hungarian": "Support <support@acme.test> ezt írta (időpont: 2026. jan. 5., H, 9:00):",
    "Romanian": "În lun., 5 ian. 2026 la 09:00, Support <support@acme.test> a scris:",
    "Turkish": "Support <support@acme.test>, 5 Oca 2026 Pzt, 09:00 tarihinde şunu yazdı:",
    "Greek": "Στις Δευ 5 Ιαν 2026 στις 9:00 π.μ., ο χρήστης Support <support@acme.test> έγραψε:",
    "Lithuanian": "2026-01-05, pr, 09:00 Support <support@acme.test> rašė:",
    "Hebrew": "בתאריך יום ב׳, 5 בינו׳ 2026 ב-9:00 מאת Support <\u202asupport@acme.test\u202c>:",
    "Hebrew, plain": "ב-5 בינו׳ 2026, בשעה 9:00, Support <support@acme.test> כתב/ה:",
    "Arabic": "في الاثنين، 5 يناير 2026 في 9:00 ص تمت كتابة ما يلي بواسطة Support <support@acme.test>:",
    "Arabic, Apple": "في ٠٥/٠١/٢٠٢٦، الساعة 9:00، كتب Support <support@acme.test>:",
    "Japanese": "2026年1月5日(月) 9:00 Support <support@acme.test>:",
    "Japanese, Apple": "2026/01/05 9:00、Support <support@acme.test>のメール:",
    "Chinese": "Support <support@acme.test> 于2026年1月5日周一 09:00写道：",
    "Chinese, Taiwan": "Support <support@acme.test> 於 2026年1月5日 週一 上午9:00寫道：",
    "Korean": "2026년 1월 5일 (월) 오전 9:00, Support <support@acme.test>님이 작성:",
    "Vietnamese": "Vào Th 2, 5 thg 1, 2026 vào lúc 09:00 Support <support@acme.test> đã viết:",
    "Indonesian": "Pada tanggal Sen, 5 Jan 2026 pukul 09.00 Support <support@acme.test> menulis:",
    "Thai": "ในวันที่ จ. 5 ม.ค. 2026 เวลา 9:00 Support <support@acme.test> เขียนว่า:",
    "ISO date": "2026-01-05 9:00 GMT+01:00 Support <support@acme.test>:",
    "Name first": "Support <support@acme.test> schrieb am Mo., 5. Jan. 2026, 09:00:",
    "Name first, English": "Support <support@acme.test> wrote on Mon, 5 Jan 2026 at 09:00:",
    "Time first": '9:00 AM, January 5, 2026, "Support" <support@acme.test>:',
    "Zoho": "---- On Mon, 05 Jan 2026 09:00:00 +0100 Support <support@acme.test> wrote ----",
    "Proton": "On Monday, January 5th, 2026 at 9:00 AM, Support <support@acme.test> wrote:",
    "Proton, dashes": (
        "------- Original Message -------\nOn Monday, January 5th, 2026 at 9:00 AM, Support"
        " <support@acme.test> wrote:"
    ),
    "Yahoo": "On Monday, January 5, 2026 at 09:00:00 AM GMT+1, Support <support@acme.test> wrote:",
    "Fastmail": "On Mon, Jan 5, 2026, at 9:00 AM, Support wrote:",
    "Notes": "-----Support/Acme wrote: -----",
    "GroupWise": ">>> Support <support@acme.test> 05.01.2026 09:00 >>>",
}
"""A line, or a few, before the mail that is answered."""

BLOCKS = {
    "Outlook": (
        "From: Support <support@acme.test>\nSent: Monday, January 5, 2026 9:00 AM\nTo: Carla <c@d.test>\n"
        "Subject: Re: x"
    ),
    "Outlook, ruled": (
        "________________________________\nFrom: Support <support@acme.test>\nSent: Monday\nTo: Carla\n"
        "Subject: x"
    ),
    "Outlook, old": (
        "-----Original Message-----\nFrom: Support [mailto:support@acme.test]\nSent: Monday\nTo: Carla\n"
        "Subject: x"
    ),
    "Outlook, bold": "*From:* Support <support@acme.test>\n*Sent:* Monday\n*To:* Carla\n*Subject:* x",
    "Outlook, broken": (
        "From: Support of the Acme Company \n<support@acme.test> \nSent: Monday\nTo: Carla\nSubject: x"
    ),
    "Hotmail, date first": (
        "Date: Mon, 5 Jan 2026 09:00:00 +0100\nSubject: x\nFrom: support@acme.test\nTo: c@d.test"
    ),
    "Mac Outlook": (
        "From: Support <support@acme.test>\nDate: Monday, January 5, 2026 at 9:00 AM\nTo: Carla"
        " <c@d.test>\nSubject: x"
    ),
    "German": "Von: Support\nGesendet: Montag, 5. Januar 2026\nAn: Carla\nBetreff: AW: x",
    "German, GMX": (
        'Gesendet: Montag, 05. Januar 2026 um 09:00 Uhr\nVon: "Support" <support@acme.test>\nAn: c@d.test\n'
        "Betreff: x"
    ),
    "German, ruled": "-----Ursprüngliche Nachricht-----\nVon: Support\nDatum: 5.1.2026",
    "French": "De : Support\nEnvoyé : lundi 5 janvier 2026\nÀ : Carla\nObjet : RE: x",
    "French, mobile": "-------- Message d'origine --------\nDe : Support\nDate : 05/01/26 09:00 (GMT+01:00)",
    "French, Orange": (
        '> Message du 05/01/26 09:00\n> De : "Support" <support@acme.test>\n> A : c@d.test\n> Objet : x'
    ),
    "Spanish": "De: Support\nEnviado el: lunes, 5 de enero de 2026\nPara: Carla\nAsunto: RE: x",
    "Italian": "Da: Support\nInviato: lunedì 5 gennaio 2026\nA: Carla\nOggetto: R: x",
    "Italian, ruled": "-----Messaggio originale-----\nDa: Support\nData: 5-gen-2026",
    "Dutch": "Van: Support\nVerzonden: maandag 5 januari 2026\nAan: Carla\nOnderwerp: RE: x",
    "Portuguese": (
        "De: Support\nEnviada em: segunda-feira, 5 de janeiro de 2026\nPara: Carla\nAssunto: RES: x"
    ),
    "Polish": "Od: Support\nWysłano: poniedziałek, 5 stycznia 2026\nDo: Carla\nTemat: Odp: x",
    "Swedish": "Från: Support\nSkickat: den 5 januari 2026\nTill: Carla\nÄmne: Sv: x",
    "Danish": "Fra: Support\nSendt: 5. januar 2026\nTil: Carla\nEmne: SV: x",
    "Finnish": (
        "Lähettäjä: Support\nLähetetty: maanantai 5. tammikuuta 2026\nVastaanottaja: Carla\nAihe: VS: x"
    ),
    "Czech": "Od: Support\nOdesláno: pondělí 5. ledna 2026\nKomu: Carla\nPředmět: RE: x",
    "Slovak": "Od: Support\nOdoslané: pondelok 5. januára 2026\nKomu: Carla\nPredmet: RE: x",
    "Hungarian": "Feladó: Support\nElküldve: 2026. január 5.\nCímzett: Carla\nTárgy: RE: x",
    "Romanian": "De la: Support\nTrimis: luni, 5 ianuarie 2026\nCătre: Carla\nSubiect: RE: x",
    "Greek": "Από: Support\nΣτάλθηκε: Δευτέρα, 5 Ιανουαρίου 2026\nΠρος: Carla\nΘέμα: ΑΠ: x",
    "Turkish": "Kimden: Support\nGönderildi: 5 Ocak 2026\nKime: Carla\nKonu: YNT: x",
    "Russian": "От: Support\nОтправлено: 5 января 2026 г.\nКому: Carla\nТема: RE: x",
    "Ukrainian": "Від: Support\nНадіслано: 5 січня 2026 р.\nКому: Carla\nТема: RE: x",
    "Hebrew": "מאת: Support\nנשלח: יום שני 05 ינואר 2026\nאל: Carla\nנושא: RE: x",
    "Arabic": "من: Support\nتم الإرسال: الاثنين، ٥ يناير ٢٠٢٦\nإلى: Carla\nالموضوع: رد: x",
    "Japanese": "差出人: Support\n送信日時: 2026年1月5日\n宛先: Carla\n件名: RE: x",
    "Japanese, ruled": "-----Original Message-----\n差出人： Support\n日時： 2026年1月5日",
    "Chinese": "发件人: Support\n发送时间: 2026年1月5日 9:00\n收件人: Carla\n主题: 回复: x",
    "Chinese, QQ": (
        '------------------ 原始邮件 ------------------\n发件人: "Support"<support@acme.test>;\n'
        "发送时间: 2026年1月5日"
    ),
    "Chinese, Taiwan": "寄件者: Support\n寄件日期: 2026年1月5日\n收件者: Carla\n主旨: 回覆: x",
    "Korean": "보낸 사람: Support\n보낸 날짜: 2026년 1월 5일\n받는 사람: Carla\n제목: RE: x",
    "Korean, ruled": "-----Original Message-----\n보낸사람: Support\n받는사람: Carla",
    "a language unknown": (
        "________________________________\nMtumaji: Support <support@acme.test>\nTarehe: Jumatatu\nKwa:"
        " Carla\nMada: x"
    ),
    "help desk": "##- Please type your reply above this line -##\nYour request has been updated.",
    "help desk, German": (
        "---- Bitte antworten Sie oberhalb dieser Linie ----\nIhre Anfrage wurde beantwortet."
    ),
    "help desk, French": "##- Veuillez saisir votre réponse au-dessus de cette ligne -##\nVotre demande",
}
"""Lines that stand for the headers of the mail that is answered."""

SENT_FROM = [
    "Sent from my iPhone",
    "Sent from my Wiko RIDGE FAB 4G",
    "Sent from my Samsung Galaxy smartphone.",
    "Sent from Outlook for iOS",
    "Sent from Yahoo Mail for iPhone",
    "Sent from Mail for Windows",
    "Sent from Yahoo Mail on Android",
    "Sent with Proton Mail secure email.",
    "Sent via Superhuman",
    "Sent from my iPhone. Please excuse brevity and typos.",
    "Get Outlook for Android<https://aka.ms/ghei36>",
    "Von meinem iPhone gesendet",
    "Gesendet von meinem iPad",
    "Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.",
    "Holen Sie sich Outlook für iOS",
    "Gesendet mit der Telekom Mail App für iPhone",
    "Envoyé de mon iPhone",
    "Envoyé depuis mon smartphone Samsung Galaxy.",
    "Envoyé à partir de Outlook pour iOS<https://aka.ms/o0ukef>",
    "Télécharger Outlook pour iOS",
    "Enviado desde mi iPhone",
    "Enviado desde Outlook para Android",
    "Inviato da iPhone",
    "Inviato dal mio dispositivo Huawei",
    "Verstuurd vanaf mijn iPhone",
    "Verzonden met Outlook voor Android",
    "Enviado do meu iPhone",
    "Enviado via iPhone",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Sendt fra Outlook til iOS",
    "Lähetetty iPhonesta",
    "Wysłane z iPhone'a",
    "Odesláno z iPhonu",
    "Odoslané z iPhonu",
    "Poslano z mojega iPhone",
    "Elküldve az iPhone-omról",
    "Trimis de pe iPhone-ul meu",
    "iPhone'umdan gönderildi",
    "Στάλθηκε από το iPhone μου",
    "Отправлено с iPhone",
    "Отправлено из мобильной Почты Mail.ru для Android",
    "Надіслано з iPhone",
    "נשלח מה-iPhone שלי",
    "أرسلت من الـ iPhone",
    "iPhoneから送信",
    "发自我的iPhone",
    "從我的 iPhone 傳送",
    "나의 iPhone에서 보냄",
    "Gửi từ iPhone của tôi",
    "Dikirim dari iPhone saya",
    "Virus-free.www.avast.com",
]
"""What devices and mail programs add."""
