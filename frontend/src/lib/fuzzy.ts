/** Fuzzy matching for the palette: letters in order, better when together and at the start of words. */

/** A score above 0 where every letter of `needle` comes in order in `text`, else 0. */
export function score(needle: string, text: string): number {
  const wanted = fold(needle);
  const given = fold(text);
  if (!wanted) return 1;
  const whole = given.indexOf(wanted);
  if (whole >= 0) return 100 - Math.min(50, whole) + (whole === 0 || given[whole - 1] === " " ? 40 : 0);
  let at = 0;
  let points = 1;
  for (const letter of wanted) {
    if (letter === " ") continue;
    const found = given.indexOf(letter, at);
    if (found < 0) return 0;
    points += found === at ? 3 : given[found - 1] === " " ? 2 : 0;
    at = found + 1;
  }
  return points;
}

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
