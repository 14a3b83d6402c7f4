/** How a channel is, in a shape and in words. */

import { age, exact } from "../../../lib/time";
import type { Channel } from "../../../lib/types";
import { Ring } from "../../../ui/ring";
import { type Word, w } from "../words";

type Look = "ok" | "slow" | "failing" | "off";

export function lookOf(channel: Channel): [Look, Word] {
  switch (channel.state) {
    case "draft":
      return ["off", "state.draft"];
    case "disabled":
      return ["off", "state.disabled"];
    case "needs_reconnect":
      return ["failing", "state.needs_reconnect"];
    case "degraded":
      return ["slow", "state.degraded"];
    default:
      return channel.health?.ok === false ? ["failing", "state.failing"] : ["ok", "state.connected"];
  }
}

const RINGS = { ok: "live", slow: "soon", failing: "breached", off: "paused" } as const;

export function Health({ channel }: { channel: Channel }) {
  const [look, word] = lookOf(channel);
  return (
    <span class="health" data-state={look}>
      <Ring state={RINGS[look]} share={look === "ok" ? 1 : 0.3} size="s" />
      {w(word)}
    </span>
  );
}

/** What the hub last found out, and when. */
export function HealthDetail({ channel }: { channel: Channel }) {
  const { detail, at } = channel.health ?? {};
  if (!detail) return null;
  return (
    <>
      {detail}
      {at && (
        <>
          {" "}
          <time dateTime={at} title={exact(at)}>
            {age(at)}
          </time>
        </>
      )}
    </>
  );
}
