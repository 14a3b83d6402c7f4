/** Small parts of the board: figures that open their list, sparklines, the gauge of a service level, a row's kinds. */

import type { ComponentChildren } from "preact";
import { count, locale } from "../../lib/i18n";
import { notation } from "../../lib/time";
import type { WorkKind } from "../../lib/types";
import { type IconName, Icon, iconOfKind } from "../../ui/icons";
import { type Drilled, drill } from "./drilling";
import { w } from "./words";

/** A number that opens what it counts; what is none opens nothing. */
export function Opens({
  n,
  to,
  label,
  children,
}: {
  n: number;
  to: Drilled;
  label: string;
  children?: ComponentChildren;
}) {
  const shown = children ?? count(n);
  if (!n) return <span class="opens quiet">{shown}</span>;
  return (
    <button type="button" class="opens" title={label} onClick={() => drill(to)}>
      <span class="vh">{label}: </span>
      {shown}
    </button>
  );
}

/** The last hour in a line; the table of the history has the numbers. */
export function Spark({ values }: { values: readonly number[] }) {
  const most = Math.max(1, ...values);
  const x = (at: number): number => 3 + (at / Math.max(1, values.length - 1)) * 74;
  const y = (n: number): number => 19 - (n / most) * 16;
  const points = values.map((n, at) => `${x(at).toFixed(1)},${y(n).toFixed(1)}`).join(" ");
  const last = values.length - 1;
  return (
    <svg class="spark" viewBox="0 0 80 22" aria-hidden="true">
      <polyline points={points} />
      {last >= 0 && <circle cx={x(last)} cy={y(values[last] ?? 0)} r="2.2" />}
    </svg>
  );
}

/** A share as people here write percents. */
export function percent(share: number, digits = 0): string {
  const format = { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(notation(locale.value), format).format(share);
}

/** ok: at the goal · soon: up to ten points below · breached: further below. */
export function levelState(level: number, goal: number): "ok" | "soon" | "breached" {
  if (level * 100 >= goal) return "ok";
  return level * 100 >= goal - 10 ? "soon" : "breached";
}

/** A service level as a ring, with a mark where the goal is; the words stand beside it. */
export function Gauge({ level, goal }: { level: number; goal: number }) {
  const angle = (goal / 100) * 2 * Math.PI - Math.PI / 2;
  const at = (radius: number): string =>
    `${(16 + radius * Math.cos(angle)).toFixed(1)} ${(16 + radius * Math.sin(angle)).toFixed(1)}`;
  return (
    <svg class="gauge" data-state={levelState(level, goal)} viewBox="0 0 32 32" aria-hidden="true">
      <circle class="all" cx="16" cy="16" r="13" />
      <circle
        class="part"
        cx="16"
        cy="16"
        r="13"
        pathLength={100}
        stroke-dasharray={`${level * 100} 100`}
        transform="rotate(-90 16 16)"
      />
      <path class="goal" d={`M${at(10.5)}L${at(15.5)}`} />
    </svg>
  );
}

const ICONS: Partial<Record<WorkKind, IconName>> = { social: "globe" };
export const iconOfWork = (kind: WorkKind): IconName => ICONS[kind] ?? iconOfKind(kind);

export function KindIcon({ kind }: { kind: WorkKind }) {
  return (
    <span class="kind" title={w(`kind.${kind}`)}>
      <Icon name={iconOfWork(kind)} size="s" />
      <span class="vh">{w(`kind.${kind}`)}</span>
    </span>
  );
}

/** A heading over a part, with a word beside it. */
export function Cap({
  id,
  title,
  note,
  children,
}: {
  id: string;
  title: string;
  note?: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="cap">
      <h2 id={id}>{title}</h2>
      {note && <span class="count">{note}</span>}
      {children}
    </div>
  );
}
