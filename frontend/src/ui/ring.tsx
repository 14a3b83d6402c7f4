/** The ring, Omnihub's one ornament: it always means time or share, and its state is a shape before it is a colour. */

import { type IconName, shapes } from "./icons";
import { classes } from "./classes";

/** ok: thin arc · soon: thick arc with a bead · breached: filled disc · paused: dashes · none: plain disc · live: accent arc. */
export type RingState = "ok" | "soon" | "breached" | "paused" | "none" | "live";

interface RingProps {
  state: RingState;
  /** The arc's share of the circle, 0 to 1. */
  share?: number;
  icon?: IconName;
  number?: number | string;
  size?: "s" | "m";
  /** Names the ring where it stands without words beside it. */
  label?: string;
}

export function Ring({ state, share = 0, icon, number, size = "m", label }: RingProps) {
  const arc = Math.min(100, Math.max(0, share * 100));
  const angle = (arc / 100) * 2 * Math.PI - Math.PI / 2;
  const naming = label ? { role: "img" as const, "aria-label": label } : { "aria-hidden": true };
  return (
    <svg class={classes("ring", size === "s" && "ring--s")} data-state={state} viewBox="0 0 32 32" {...naming}>
      <circle class="ring__track" cx="16" cy="16" r="14" />
      <circle class="ring__arc" cx="16" cy="16" r="14" pathLength={100} stroke-dasharray={`${arc} 100`} />
      <circle class="ring__bead" cx={16 + 14 * Math.cos(angle)} cy={16 + 14 * Math.sin(angle)} r="3" />
      {icon && (
        <svg class="ring__icon" x="8" y="8" width="16" height="16" viewBox="0 0 24 24">
          {shapes(icon)}
        </svg>
      )}
      {number !== undefined && (
        <text class="ring__num" x="16" y="16.5">
          {number}
        </text>
      )}
    </svg>
  );
}
