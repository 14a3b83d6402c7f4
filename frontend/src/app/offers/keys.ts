/** The keys that answer an offer: a single one, and a chord that also works while one types. */

export const ACCEPT = { single: "y", chord: "Mod+Shift+y" };
export const DECLINE = { single: "d", chord: "Mod+Shift+d" };
