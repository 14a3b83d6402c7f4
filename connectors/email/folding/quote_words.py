"""The words with which mail programs introduce an earlier mail, in many languages.

Each table holds one pattern per line (`phrases.either`); what surrounds the words is the business of
`quote_headings`.
"""

from __future__ import annotations

from connectors.email.reading.phrases import either

WROTE = either(r"""
    wrote|writes|has written|ha scritto|scrive|scriveva
    a écrit|a ecrit|schrieb|hat (?:.{0,60})?geschrieben|geschrieben|schreef(?: het volgende)?|het geskryf
    (?:heeft .{0,80})?(?:het volgende )?geschreven
    escribi[oó]|escreveu|escribiu|va escriure|ha escrit
    skrev(?: følgende| följande)?|skreiv|skrifaði|kirjoitti|kirjutas
    napisał(?:\(a\)|a|/a)?|pisze|napsal(?:\(a\)|a)?|píše|napísal(?:\(a\)|a)?|je napisal[ao]?(?:\(a\))?
    je napisao(?:/la|\(la\))?|napisa(?:o|la|o/la) je|ha scris|a scris|írta|ezt írta|az alábbiakat írta
    rašė|parašė|rakstīja|yazdı|şunu yazdı|şunları yazdı|έγραψε|έγραψαν|idatzi zuen
    написал(?:\(а\)|а|и)?|пишет|писал(?:а)?|написав(?:\(ла\)|ла)?|написала|пише|написа|је написао(?:/ла)?
    כתב(?:/ה|ה)?|כתבה|كتب(?:ت)?|نوشت|ने लिखा|เขียน(?:ว่า)?|đã viết|menulis|tulis
    さんは書きました|さんが書きました|は書きました|のメール|が書いたこと|写道|寫道|님이 작성|님이 씀
""")
"""Verbs of "On Monday, Ann wrote:"."""

WROTE_WITHOUT_COLON = tuple(
    """
    wrote écrit ecrit schrieb geschrieben scritto escribió escribio escreveu schreef geschreven skrev skreiv
    skrifaði kirjoitti kirjutas napisał napisała napisał(a) napsal napsala napsal(a) napísal napísal(a)
    napisao napisala
    scris írta rašė rakstīja yazdı έγραψε написал написала написал(а) пишет написав написала пише написа כתב
    כתבה כתב/ה كتب كتبت نوشت लिखा เขียน viết menulis 写道 寫道 작성 のメール
    """.split()  # noqa: SIM905 - fifty quoted strings would read worse
)

ON = either(r"""
    on|le|am|el|il(?: giorno)?|em|op|w dniu|dnia|den|på|em|a|la|στις|в|vào|dne|pe|în data de|la data de|at|de
    från|von|van|da|da:|kl|pada|mnt|at|dana|dňa|ke|ma|ti|ke|to|pe|la|su|tarihinde|ב-?|בתאריך|في|در|v
    (?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun)
    (?:пн|вт|ср|чт|пт|сб|вс|нд)|(?:понедельник|вторник|среда|четверг|пятница|суббота|воскресенье)
""")
"""First words of such a line."""

ORIGINAL = either(r"""
    original(?=\s*[-_=*]{4})|original (?:message|appointment|mail|e-?mail)|reply message
    replied message|reply to
    message original|message d['’]origine|courriel original|message initial
    ursprüngliche (?:nachricht|e-?mail|mail)|original-?nachricht|originalnachricht
    mensaje original|correo original|missatge original|mensagem original|mensaxe orixinal
    messaggio originale|oorspronkelijk bericht|origineel bericht|oorspronkelijke bericht
    original(?:t|a)? ?meddelande|ursprung(?:ligt|ligen) ?(?:meddelande)?|oprindelig (?:meddelelse|besked)
    oprindelig e-?mail|opprinnelig (?:melding|e-?post)|alkuperäinen viesti|upprunaleg skilaboð
    (?:oryginalna wiadomość|wiadomość oryginalna)|původní (?:zpráva|e-?mail)|pôvodná správa
    izvorna poruka|originalna poruka|izvirno sporočilo|mesaj original|mesajul original|eredeti üzenet
    исходное сообщение|оригинальное сообщение|вихідне повідомлення|оригінальне повідомлення
    оригинално съобщение|αρχικό μήνυμα|orijinal (?:ileti|mesaj|e-?posta)|özgün ileti
    pradinis laiškas|sākotnējais ziņojums|algne kiri|algsõnum
    הודעה מקורית|ההודעה המקורית|الرسالة الأصلية|رسالة أصلية|پیام اصلی
    thư gốc|tin nhắn gốc|thư ban đầu|pesan asli|ข้อความต้นฉบับ
    元のメッセージ|オリジナル ?メッセージ|原始邮件|原始郵件|邮件原件|原邮件|原始信息|原始訊息|回复的原邮件
    원본 ?메시지|원본 ?메일|원본 ?내용
""")
"""Between dashes: what follows is the mail that is answered."""

FORWARDED = either(r"""
    (?:begin |start )?forwarded (?:message|mail|e-?mail|by\b.{0,80})|fwd message
    (?:anfang der |beginn der )?weitergeleitete[nr]? (?:nachricht|e-?mail|mail)|weitergeleitet von\b.{0,80}
    (?:début du )?(?:message|courriel|e-?mail) (?:transféré|réexpédié|transmis)
    (?:inicio del )?(?:mensaje|correo) reenviado|missatge reenviat
    (?:início da )?mensagem (?:encaminhada|reencaminhada)|mensaxe reenviada
    (?:inizio )?(?:del )?messaggio inoltrato|(?:begin )?doorgestuurd bericht
    (?:början på )?vidarebefordrat (?:meddelande|mail|e-?postmeddelande|brev)
    (?:start på )?videresendt (?:meddelelse|melding|besked|e-?mail|e-?post)
    (?:alkaa )?välitetty viesti|(?:wiadomość przekazana|przekazana wiadomość|przekazywana wiadomość)
    (?:začátek )?přeposlan[áé] (?:zpráv[ay])|preposlaná správa|proslijeđena poruka|posredovano sporočilo
    mesaj (?:redirecționat|redirectionat|transmis)|(?:továbbított (?:üzenet|levél))
    (?:начало )?(?:пересылаемое|пересланное|переадресованное) (?:сообщение|письмо)|пересылаемого сообщения
    переслан(?:е|ое) (?:повідомлення|сообщение|письмо)|препратено съобщение
    προωθημένο μήνυμα|(?:iletilen|yönlendirilen|iletilmiş) (?:ileti|mesaj|e-?posta)
    הודעה שהועברה|(?:ה)?הודעה המועברת|رسالة (?:معاد توجيهها|محولة|مُعاد توجيهها)|الرسالة المعاد توجيهها
    thư được chuyển tiếp|tin nhắn được chuyển tiếp|pesan (?:yang )?(?:diteruskan|terusan)|ข้อความที่ส่งต่อ
    転送(?:された)?メッセージ|転送メール|转发的?(?:邮件|消息|信息|郵件)|轉寄郵件|轉寄的郵件|轉寄訊息|被转发邮件的?信息?
    전달된 ?(?:메시지|메일)
""")
"""Between dashes, or before a colon: what follows was never seen by the recipient."""

FROM = either(r"""
    from|von|de|da|van|från|fra|frá|lähettäjä|od|от|від|kimden|gönderen|feladó|de la|de către|expéditeur
    remetente|remitente|mittente|afzender|avsändare|avsender|afsender|odesílatel|nadawca|expeditor
    από|šalje|pošiljatelj|nuo|no|saatja|kellelt|dari|từ|người gửi|จาก|מאת|من|المرسل|از
    差出人|送信者|发件人|發件人|寄件者|寄件人|보낸 ?사람|보낸이|발신
""")
SENT = either(r"""
    sent|date|sent on|date sent|message du|gesendet(?: am)?|datum|envoyé(?: le)?|enviado(?: el| em)?|fecha
    fecha de envío|data|data de envio|inviato(?: il)?|verzonden|skickat|sendt|dato|lähetetty|päiväys|pvm
    wysłano|wysłane|odesláno|odoslané|dátum|datum|отправлено|дата|надіслано|изпратено|gönderildi|gönderilen
    gönderme tarihi|tarih|elküldve|küldve|trimis|στάλθηκε|ημερομηνία|αποστολή|poslano|poslato|išsiųsta
    nosūtīts|datums|saadetud|kuupäev|dikirim|tanggal|đã gửi|ngày|gửi|ส่ง|วันที่|นשלח|נשלח|תאריך
    تم الإرسال|تاريخ|التاريخ|أرسلت|تاریخ|enviat|日時|日付|送信日時|送信|发送时间|發送時間|时间|日期
    寄件日期|傳送時間
    날짜|보낸 ?날짜|보낸 ?시간|발신 ?일시
""")
TO = either(r"""
    to|an|à|a|para|per|aan|till|til|vastaanottaja|do|komu|кому|kime|alıcı|címzett|către|catre|προς|za|prima
    kam|kellele|adressaat|kepada|tới|đến|ถึง|אל|إلى|الى|به|per a|destinataire|destinatario|empfänger|до
    宛先|收件人|受件人|받는 ?사람|받는이|수신
""")
SUBJECT = either(r"""
    subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|otsikko|temat|předmět
    predmet|тема|относно|konu|tárgy|subiect|θέμα|zadeva|tema|temats|teema|subjek|perihal|chủ đề|tiêu đề
    เรื่อง|หัวเรื่อง|נושא|الموضوع|موضوع|assumpte|efni|件名|主题|主題|主旨|标题|標題|제목
""")
OTHER_FIELDS = either(r"""
    cc|bcc|reply-to|copie à|copie|kopie|kopia|kopi|kopio|в?копия|копія|másolatot kap|másolat|dw|kópia|cópia
    copia|κοιν|bilgi|עותק|نسخة|抄送|副本|참조|importance|priority|attachments|wichtigkeit|priorität|anlagen
    organization|reply to|ccn|kk|cci
""")

ANSWER = either(r"""
    reply|respon[ds]|type|write|add|comment|antwort|schreib|répon|écri|escrib|contest|escrev|rispond|scriv
    antwoord|typ|svar|skriv|vasta|odpow|odpov|ответ|відпов|напиши|yanıt|cevap|返信|回复|回覆|답장
""")
ABOVE = either(r"""
    above|below|oberhalb|unterhalb|über|ueber|au[- ]dessus|en dessous|encima|debajo|arriba|acima|abaixo|sopra
    boven|over|ovanför|ovenfor|yläpuolel|powyżej|nad|выше|вище|üst|より上|上方|以上|위에
""")
LINE = either(r"""
    line|linie|zeile|ligne|línea|linea|linha|riga|regel|lijn|linje|rivi|lini|řádek|řádk|čár|черт|лини|рядк
    çizgi|satır|行|线|線|줄|선
""")
"""The three together in one line are what help desks put above their mails."""
