/** A calendar invitation: what, when in the viewer's zone and the organiser's, where, who. */

import { t } from "../../lib/i18n";
import { dayParts, occasion } from "../../lib/occasion";
import { timeZone } from "../../lib/time";
import type { Invitation, Item } from "../../lib/types";
import { Icon } from "../../ui/icons";

const NAMED = 4;

export function InvitationCard({ item }: { item: Item }) {
  const { invitation } = item;
  if (!invitation) return null;
  const file = item.attachments.find((one) => /^(text\/calendar|application\/ics)/i.test(one.content_type));
  const isCancelled = invitation.method === "CANCEL";
  return (
    <section class="occasion" data-cancelled={isCancelled ? "" : undefined} aria-label={headingOf(invitation)}>
      <Leaf invitation={invitation} />
      <div class="occasion__what">
        <span class="occasion__kind">{headingOf(invitation)}</span>
        <b dir="auto">{invitation.summary || t("invitation.untitled")}</b>
        <When invitation={invitation} />
        <dl class="occasion__facts">
          {invitation.location && (
            <>
              <dt>{t("invitation.where")}</dt>
              <dd dir="auto">{invitation.location}</dd>
            </>
          )}
          {invitation.organizer && (
            <>
              <dt>{t("invitation.by")}</dt>
              <dd dir="auto">{invitation.organizer}</dd>
            </>
          )}
          {(invitation.attendees?.length ?? 0) > 0 && (
            <>
              <dt>{t("invitation.who")}</dt>
              <dd dir="auto">{people(invitation.attendees ?? [])}</dd>
            </>
          )}
        </dl>
      </div>
      {file && !isCancelled && (
        <a class="btn" href={file.url} download={file.filename}>
          <Icon name="download" size="s" />
          {t("invitation.add")}
        </a>
      )}
    </section>
  );
}

function headingOf({ method }: Invitation): string {
  if (method === "CANCEL") return t("invitation.cancelled");
  if (method === "REPLY") return t("invitation.answer");
  if (method === "COUNTER") return t("invitation.counter");
  return t("invitation.invited");
}

function people(list: readonly string[]): string {
  // Names are enough here: the addresses are in the file.
  const named = list.map((one) => one.replace(/\s*<[^>]*>$/, "") || one);
  const shown = named.slice(0, NAMED).join(", ");
  return list.length > NAMED ? t("letter.andMore", { names: shown, n: list.length - NAMED }) : shown;
}

/** The calendar's leaf: month and day. */
function Leaf({ invitation }: { invitation: Invitation }) {
  if (!invitation.starts_at) return <span class="occasion__leaf" aria-hidden="true" />;
  const { month, day } = dayParts(invitation);
  return (
    <span class="occasion__leaf" aria-hidden="true">
      <small>{month}</small>
      <b>{day}</b>
    </span>
  );
}

function When({ invitation }: { invitation: Invitation }) {
  const here = occasion(invitation, timeZone.value);
  if (!here) return null;
  const isPlace = !/^(UTC|GMT|Etc\/.*)$/i.test(invitation.time_zone ?? "UTC");
  const there = isPlace && !invitation.all_day ? occasion(invitation, invitation.time_zone) : "";
  return (
    <>
      <span class="occasion__when">{here}</span>
      {there && there !== here && (
        <span class="quiet">{t("invitation.there", { time: there, zone: placeOf(invitation.time_zone ?? "") })}</span>
      )}
      {invitation.recurrence && <span class="quiet">{rhythm(invitation.recurrence)}</span>}
    </>
  );
}

/** The place that a zone is named after: "New York" for "America/New_York". */
const placeOf = (zone: string): string => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

/** How often it comes again, as far as one word says it. */
function rhythm(rule: string): string {
  const often = /FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)/i.exec(rule)?.[1]?.toLowerCase();
  const isPlain = !/INTERVAL=(?!1\b)/i.test(rule);
  switch (isPlain ? often : undefined) {
    case "daily":
      return t("invitation.daily");
    case "weekly":
      return t("invitation.weekly");
    case "monthly":
      return t("invitation.monthly");
    case "yearly":
      return t("invitation.yearly");
    default:
      return t("invitation.repeats");
  }
}
