/** Makes a mail readable on a dark page: plain ink takes the page's colour, designed mails keep theirs on white paper. */

interface Colour {
  red: number;
  green: number;
  blue: number;
  alpha: number;
}

/**
 * Takes black ink and white surfaces off a mail, and lightens what else is coloured. Answers false, and changes nothing,
 * where the mail has surfaces of its own: inverting those would spoil what somebody designed.
 */
export function suitDarkness(body: HTMLElement): boolean {
  const dressed = [...body.querySelectorAll<HTMLElement>("[style],[bgcolor],[color]")];
  if (dressed.some(hasOwnSurface)) return false;
  for (const element of dressed) {
    element.removeAttribute("bgcolor");
    element.style.removeProperty("background-color");
    const ink = read(element.style.color || element.getAttribute("color") || "");
    element.removeAttribute("color");
    if (!ink) continue;
    if (isGrey(ink)) element.style.removeProperty("color");
    else element.style.color = lightened(ink);
  }
  return true;
}

function hasOwnSurface(element: HTMLElement): boolean {
  const surface = read(element.style.backgroundColor || element.getAttribute("bgcolor") || "");
  return surface !== null && surface.alpha > 0.05 && luminance(surface) < 0.9;
}

const isGrey = ({ red, green, blue }: Colour): boolean => Math.max(red, green, blue) - Math.min(red, green, blue) < 30;

/** Relative luminance, 0 for black to 1 for white, near enough for choosing ink. */
const luminance = ({ red, green, blue }: Colour): number => (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;

/** The same hue, light enough to be read on a dark page. */
function lightened(ink: Colour): string {
  const missing = Math.max(0, 0.68 - luminance(ink));
  const share = Math.min(0.85, missing / Math.max(0.05, 1 - luminance(ink)));
  const mix = (part: number): number => Math.round(part + (255 - part) * share);
  return `rgb(${mix(ink.red)}, ${mix(ink.green)}, ${mix(ink.blue)})`;
}

let canvas: CanvasRenderingContext2D | null | undefined;

/** Any colour of CSS or old HTML in numbers, or null for none. */
function read(text: string): Colour | null {
  if (!text || /^(inherit|initial|unset|currentcolor|windowtext|auto)$/i.test(text)) return null;
  canvas ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!canvas) return null;
  // An unknown colour leaves the style as it was: asked twice, it gives itself away.
  canvas.fillStyle = "#010203";
  canvas.fillStyle = text;
  if (canvas.fillStyle === "#010203") canvas.fillStyle = /^[0-9a-f]{6}$/i.test(text) ? `#${text}` : "#010203";
  const found = String(canvas.fillStyle);
  if (found === "#010203") return null;
  if (found.startsWith("#")) {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(found.slice(at, at + 2), 16));
    return { red, green, blue, alpha: 1 };
  }
  const [red = 0, green = 0, blue = 0, alpha = 1] = (found.match(/[\d.]+/g) ?? []).map(Number);
  return { red, green, blue, alpha };
}
