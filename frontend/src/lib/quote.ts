/** Splits a plain-text mail into what its author wrote, and what is shown folded: quotes and signatures. */

import type { Fold, FoldKind } from "./types";

const ATTRIBUTION =
  /^(on|am|el|le|il|op|em|den|w dniu)\b.{5,200}(wrote|schrieb|escribió|a écrit|ha scritto|schreef|escreveu|skrev|napisał\w*)\s*:\s*$/i;
const ORIGINAL =
  /^-{2,}\s*(original message|ursprüngliche nachricht|mensaje original|forwarded message|message d'origine)\s*-{2,}\s*$/i;

export interface Stretch {
  kind: "text" | FoldKind;
  text: string;
}

/** The text in stretches, by the folds that the hub found; where it found none, a quote at the end is looked for. */
export function stretches(text: string, folds: readonly Fold[] = []): Stretch[] {
  if (!folds.length) {
    const { body, quote } = splitQuote(text);
    return [{ kind: "text", text: body }, ...(quote ? [{ kind: "quote" as const, text: quote }] : [])];
  }
  const letters = /[\ud800-\udbff]/.test(text) ? Array.from(text) : null;
  const part = (from: number, to?: number): string =>
    (letters ? letters.slice(from, to).join("") : text.slice(from, to)).replace(/^\s*\n|\s+$/g, "");
  const found: Stretch[] = [];
  let at = 0;
  for (const [start, end, kind] of folds) {
    found.push({ kind: "text", text: part(at, start) }, { kind, text: part(start, end) });
    at = end;
  }
  found.push({ kind: "text", text: part(at) });
  return folded(found.filter((one) => one.text.trim() !== ""));
}

/** Neighbours that fold make one fold: a signature above a quote opens with it. */
function folded(found: readonly Stretch[]): Stretch[] {
  const out: Stretch[] = [];
  for (const one of found) {
    const last = out.at(-1);
    if (last && last.kind !== "text" && one.kind !== "text") last.text += `\n\n${one.text}`;
    else out.push({ ...one });
  }
  return out.some((one) => one.kind === "text") ? out : out.map((one) => ({ ...one, kind: "text" }));
}

const PREFIX =
  /^\s*((re|fwd?|aw|wg|rv|enc|tr|r|sv|vs|vl|antw|odp|ynt|rif|res|回复|答复|转发|رد|إعادة)(\[\d+\])?\s*[:：]\s*)+/i;

/** A subject without "Re:" and its like. */
export const bareSubject = (subject: string): string => subject.replace(PREFIX, "").trim();

export interface Quoted {
  body: string;
  quote: string;
}

/** `quote` is empty where nothing is quoted, or where the quote is answered line by line (folding would lose the sense). */
export function splitQuote(text: string): Quoted {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const start = quoteStart(lines);
  if (start === null) return { body: text.trim(), quote: "" };
  const body = lines.slice(0, start).join("\n").trim();
  const quote = lines
    .slice(start)
    .map((line) => line.replace(/^>\s?/, ""))
    .join("\n")
    .trim();
  return body ? { body, quote } : { body: text.trim(), quote: "" };
}

function quoteStart(lines: string[]): number | null {
  const marked = lines.findIndex((line, at) => ORIGINAL.test(line) || ATTRIBUTION.test(joined(lines, at)));
  if (marked >= 0 && !answersBelow(lines, marked)) return marked;
  let last = lines.length - 1;
  while (last >= 0 && lines[last]?.trim() === "") last -= 1;
  if (last < 0 || !lines[last]?.startsWith(">")) return null;
  let first = last;
  while (first > 0 && (lines[first - 1]?.startsWith(">") || lines[first - 1]?.trim() === "")) first -= 1;
  return first;
}

/** Mailers break the attribution line at 76 columns. */
function joined(lines: string[], at: number): string {
  const line = lines[at] ?? "";
  return /:\s*$/.test(line) ? line : `${line} ${lines[at + 1] ?? ""}`.trim();
}

function answersBelow(lines: string[], from: number): boolean {
  const below = lines.slice(from + 1);
  const firstQuoted = below.findIndex((line) => line.startsWith(">"));
  if (firstQuoted < 0) return false;
  const isAnswer = (line: string): boolean => line.trim() !== "" && !line.startsWith(">") && line.trim() !== "--";
  const after = below.slice(firstQuoted);
  const signature = after.findIndex((line) => line.trimEnd() === "--");
  return after.slice(0, signature < 0 ? undefined : signature).some(isAnswer);
}
