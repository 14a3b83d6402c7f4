/** What people and things are called in little room: initials, first names, file sizes. */

import { locale } from "./i18n";

/** One or two letters for an avatar: "Ana Kovač" → "AK", "佐藤 美咲" → "佐美", "info@x.test" → "I". */
export function initials(name: string): string {
  const words = name
    .replace(/@.*/, "")
    .split(/[\s._-]+/)
    .filter((word) => /\p{L}/u.test(word));
  const letters = words.map((word) => Array.from(word).find((letter) => /\p{L}/u.test(letter)) ?? "");
  const [first = "", ...rest] = letters;
  return (first + (rest.at(-1) ?? "")).toLocaleUpperCase() || "?";
}

/** The name that colleagues use; a name in a script without spaces stays whole. */
export function firstName(name: string): string {
  return name.split(/\s+/)[0] || name;
}

/** "96 KB", "1.8 MB" in the viewer's notation. */
export function fileSize(bytes: number): string {
  const [value, unit] =
    bytes < 1_000 ? [bytes, "byte"] : bytes < 1_000_000 ? [bytes / 1_000, "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  const style = { style: "unit", unit, maximumFractionDigits: unit === "megabyte" ? 1 : 0 } as const;
  return new Intl.NumberFormat(locale.value, style).format(Math.max(value, unit === "byte" ? 0 : 0.1));
}
