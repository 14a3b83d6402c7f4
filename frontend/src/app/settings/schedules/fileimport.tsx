/** Holidays out of a calendar file: what was found is shown and chosen before anything is taken over. */

import { useState } from "preact/hooks";
import { ApiError, problemFrom, unsafeHeaders } from "../../../lib/api";
import { reasonOf } from "../../../lib/store/reason";
import { Dialog } from "../../../ui/dialog";
import { Failure, fieldErrors } from "../parts";
import { Caution } from "../routing/parts";
import { r } from "../routing/words";
import { spokenClosure } from "./closures";
import type { ReadFile } from "./data";
import type { Closure, Holiday, Hours } from "./hours";
import { spokenDate } from "./zones";

interface FileImportProps {
  zone: string;
  known: Hours;
  onTake(taken: { holidays: Holiday[]; closures: Closure[] }): void;
  onClose(): void;
}

export function FileImport({ zone, known, onTake, onClose }: FileImportProps) {
  const [found, setFound] = useState<ReadFile | null>(null);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);
  const read = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    setBusy(true);
    setFailure("");
    try {
      const next = await send(file, zone);
      setFound(next);
      setLeft(new Set(alreadyThere(next, known)));
    } catch (error) {
      const reasons = Object.values(fieldErrors(error));
      setFound(null);
      setFailure(reasons.join(" ") || reasonOf(error));
    }
    setBusy(false);
  };
  const rows = found ? listed(found) : [];
  const chosen = rows.filter((one) => !left.has(one.key)).length;
  const toggle = (key: string): void => {
    const next = new Set(left);
    if (!next.delete(key)) next.add(key);
    setLeft(next);
  };
  const take = (): void =>
    onTake({
      holidays: found!.holidays.filter((one) => !left.has(one.date)),
      closures: found!.closures.filter((one) => !left.has(one.start + one.end)),
    });
  return (
    <Dialog
      title={r("file.title")}
      lead={r("file.lead")}
      kind="wide"
      onClose={onClose}
      foot={
        <>
          {found && (
            <button type="button" class="btn btn--primary btn--large" disabled={!chosen} onClick={take}>
              {r("file.take", { n: chosen })}
            </button>
          )}
          <button type="button" class="btn btn--large" onClick={onClose}>
            {r("cancel")}
          </button>
        </>
      }
    >
      <div class="dialog__body">
        <input
          type="file"
          class="input"
          aria-label={r("file.choose")}
          accept=".ics,text/calendar"
          onChange={(event) => void read(event.currentTarget.files?.[0])}
        />
        {isBusy && <p class="quiet">{r("file.reading")}</p>}
        {failure && <Failure text={failure} />}
        {found?.warnings.map((text) => (
          <Caution key={text} text={text} />
        ))}
        {rows.length > 0 && (
          <ul class="found">
            {rows.map((one) => (
              <li key={one.key}>
                <label>
                  <input type="checkbox" checked={!left.has(one.key)} onChange={() => toggle(one.key)} />
                  <span>{one.text}</span>
                  <span class="clip quiet" dir="auto">
                    {one.name}
                  </span>
                </label>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}

function listed({ holidays, closures }: ReadFile): { key: string; at: string; text: string; name: string }[] {
  return [
    ...holidays.map((one) => ({ key: one.date, at: one.date, text: spokenDate(one.date), name: one.name })),
    ...closures.map((one) => ({ key: one.start + one.end, at: one.start, text: spokenClosure(one), name: one.name })),
  ].sort((a, b) => (a.at < b.at ? -1 : 1));
}

function alreadyThere({ holidays, closures }: ReadFile, known: Hours): string[] {
  const dates = new Set(known.holidays.map((one) => one.date));
  const parts = new Set(known.closures.map((one) => one.start + one.end));
  return [
    ...holidays.map((one) => one.date).filter((key) => dates.has(key)),
    ...closures.map((one) => one.start + one.end).filter((key) => parts.has(key)),
  ];
}

async function send(file: File, zone: string): Promise<ReadFile> {
  const form = new FormData();
  form.append("file", file);
  form.append("time_zone", zone);
  const answer = await fetch("/api/v1/schedules/closures-from-ical", {
    method: "POST",
    headers: unsafeHeaders(),
    body: form,
  });
  const text = await answer.text();
  if (!answer.ok) throw new ApiError(answer.status, problemFrom(answer.status, text));
  return JSON.parse(text) as ReadFile;
}
