/** What the widget says, in every language it speaks. The type checker holds the others to the English catalogue. */

const en = {
  ask: "Ask us",
  chat: "Chat",
  close: "Close the chat",
  unread: "New messages: {0}",
  from: "{0} from {1}",
  welcome: "What can we help with?",
  online: "Someone is here to answer",
  onlineMore: "Write to us, we answer right here.",
  away: "Nobody is here right now",
  awayMore: "Write anyway: the answer will wait for you here, also when you come back later.",
  connecting: "Connecting",
  lost: "No connection, trying again",
  offline: "You are offline",
  messages: "Messages",
  message: "Message",
  write: "Write a message",
  send: "Send",
  you: "You",
  typing: "{0} is typing",
  queued: "Will be sent when you are online",
  sending: "Sending",
  sent: "Sent",
  read: "Read",
  failed: "Not sent.",
  retry: "Try again",
  tooLong: "Too long: {0} characters of {1}. Please send it in parts.",
  refused: "This chat does not work on this page. Please contact us another way.",
  foot: "Answered with Omnihub",
};

/** The key of every sentence. */
export type Words = typeof en;

const de: Words = {
  ask: "Fragen Sie uns",
  chat: "Chat",
  close: "Chat schließen",
  unread: "Neue Nachrichten: {0}",
  from: "{0} von {1}",
  welcome: "Wie können wir helfen?",
  online: "Es ist jemand da",
  onlineMore: "Schreiben Sie uns, wir antworten gleich hier.",
  away: "Gerade ist niemand da",
  awayMore: "Schreiben Sie trotzdem: Die Antwort wartet hier auf Sie, auch wenn Sie später wiederkommen.",
  connecting: "Verbindung wird aufgebaut",
  lost: "Keine Verbindung, neuer Versuch läuft",
  offline: "Sie sind offline",
  messages: "Nachrichten",
  message: "Nachricht",
  write: "Nachricht schreiben",
  send: "Senden",
  you: "Sie",
  typing: "{0} schreibt",
  queued: "Wird gesendet, sobald Sie online sind",
  sending: "Wird gesendet",
  sent: "Gesendet",
  read: "Gelesen",
  failed: "Nicht gesendet.",
  retry: "Erneut versuchen",
  tooLong: "Zu lang: {0} von {1} Zeichen. Bitte in Teilen senden.",
  refused: "Dieser Chat funktioniert auf dieser Seite nicht. Bitte erreichen Sie uns auf anderem Weg.",
  foot: "Beantwortet mit Omnihub",
};

const es: Words = {
  ask: "Pregúntenos",
  chat: "Chat",
  close: "Cerrar el chat",
  unread: "Mensajes nuevos: {0}",
  from: "{0} de {1}",
  welcome: "¿En qué podemos ayudar?",
  online: "Hay alguien para atenderle",
  onlineMore: "Escríbanos, respondemos aquí mismo.",
  away: "Ahora no hay nadie",
  awayMore: "Escriba igualmente: la respuesta le esperará aquí, también si vuelve más tarde.",
  connecting: "Conectando",
  lost: "Sin conexión, intentándolo de nuevo",
  offline: "No tiene conexión a internet",
  messages: "Mensajes",
  message: "Mensaje",
  write: "Escriba un mensaje",
  send: "Enviar",
  you: "Usted",
  typing: "{0} está escribiendo",
  queued: "Se enviará cuando tenga conexión",
  sending: "Enviando",
  sent: "Enviado",
  read: "Leído",
  failed: "No enviado.",
  retry: "Reintentar",
  tooLong: "Demasiado largo: {0} de {1} caracteres. Envíelo por partes.",
  refused: "Este chat no funciona en esta página. Contáctenos por otra vía.",
  foot: "Atendido con Omnihub",
};

const ar: Words = {
  ask: "اسألنا",
  chat: "محادثة",
  close: "إغلاق المحادثة",
  unread: "رسائل جديدة: {0}",
  from: "{0} من {1}",
  welcome: "كيف يمكننا مساعدتك؟",
  online: "يوجد من يجيبك الآن",
  onlineMore: "اكتب لنا وسنجيبك هنا مباشرة.",
  away: "لا يوجد أحد الآن",
  awayMore: "اكتب لنا: ستجد الجواب هنا حتى لو عدت لاحقًا.",
  connecting: "جارٍ الاتصال",
  lost: "لا يوجد اتصال، تجري المحاولة من جديد",
  offline: "أنت غير متصل بالإنترنت",
  messages: "الرسائل",
  message: "الرسالة",
  write: "اكتب رسالة",
  send: "إرسال",
  you: "أنت",
  typing: "{0} يكتب الآن",
  queued: "ستُرسل عند عودة الاتصال",
  sending: "جارٍ الإرسال",
  sent: "أُرسلت",
  read: "قُرئت",
  failed: "لم تُرسل.",
  retry: "إعادة المحاولة",
  tooLong: "طويلة جدًا: {0} من {1} حرف. أرسلها على أجزاء.",
  refused: "لا تعمل المحادثة في هذه الصفحة. تواصل معنا بطريقة أخرى.",
  foot: "نجيب عبر Omnihub",
};

/** The language that this build speaks; `build.mjs` defines it, so that a visitor loads one catalogue only. */
declare const LANGUAGE: "en" | "de" | "es" | "ar";

export const language: string = LANGUAGE;
/** How the visitor writes times in that language: "en-GB", not just "en". */
export const locale = navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
export const direction = LANGUAGE === "ar" ? "rtl" : "ltr";
export const words: Words = LANGUAGE === "de" ? de : LANGUAGE === "es" ? es : LANGUAGE === "ar" ? ar : en;

/** Put values into a sentence's places: `fill("{0} is typing", "Ann")`. */
export function fill(sentence: string, ...values: (string | number)[]): string {
  return sentence.replace(/\{(\d)\}/g, (_, place: string) => String(values[+place]));
}
