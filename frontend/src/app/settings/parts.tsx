/** Small parts that the pages of the settings share: heads, loading, failures, one place's data. */

import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError } from "../../lib/api";
import { t } from "../../lib/i18n";
import { reasonOf } from "../../lib/store/reason";
import { Empty } from "../../ui/empty";
import { Icon } from "../../ui/icons";
import { w } from "./words";

export function Head({ title, text, children }: { title: string; text?: string; children?: ComponentChildren }) {
  return (
    <header class="block__head">
      <div>
        <h1 dir="auto">{title}</h1>
        {text && <p>{text}</p>}
      </div>
      {children && <div class="btns push">{children}</div>}
    </header>
  );
}

/** Why something did not work; said aloud when it appears. */
export function Failure({ text }: { text: string }) {
  return (
    <p class="fielderr" role="alert">
      <Icon name="alert" size="s" />
      <span>{text}</span>
    </p>
  );
}

export type Loaded<T> = { state: "loading" } | { state: "failed"; error: unknown } | { state: "ready"; value: T };

/** Fetches once, and again by `reload` or when `key` changes. What is shown stays until the newer is there. */
export function useLoaded<T>(
  fetch: () => Promise<T>,
  key: string,
): [Loaded<T>, () => Promise<void>, (value: T) => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading" });
  const reload = useCallback(
    () =>
      fetch().then(
        (value) => setLoaded({ state: "ready", value }),
        (error: unknown) => setLoaded({ state: "failed", error }),
      ),
    [key],
  );
  useEffect(() => void reload(), [reload]);
  return [loaded, reload, (value) => setLoaded({ state: "ready", value })];
}

/** What stands where data is not there yet, or will not come. */
export function Waiting({ of, retry }: { of: Loaded<unknown>; retry(): void }) {
  if (of.state === "loading") {
    return (
      <div class="skeleton setup__wait" aria-busy="true">
        <span class="vh">{w("loading")}</span>
        <i />
        <i />
        <i />
      </div>
    );
  }
  if (of.state === "ready") return null;
  const isGone = of.error instanceof ApiError && of.error.status === 404;
  return (
    <Empty title={isGone ? w("gone.title") : w("failed.title")} text={isGone ? w("gone.text") : reasonOf(of.error)}>
      {!isGone && (
        <button type="button" class="btn btn--primary" onClick={retry}>
          {t("act.tryAgain")}
        </button>
      )}
    </Empty>
  );
}

/** The reasons by field of a 422, each as one sentence; empty for any other error. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError) || error.status !== 422) return {};
  const errors = (error.problem.errors ?? {}) as Record<string, string[]>;
  return Object.fromEntries(Object.entries(errors).map(([name, texts]) => [name, texts.join(" ")]));
}

/** Saving, with what became of it. */
export function SaveBar({
  isDirty,
  isBusy,
  failure,
  onReset,
}: {
  isDirty: boolean;
  isBusy: boolean;
  failure: string;
  onReset(): void;
}) {
  return (
    <div class="savebar">
      <button type="submit" class="btn btn--primary btn--large" disabled={!isDirty || isBusy}>
        {w("save")}
      </button>
      <button type="button" class="btn btn--large" disabled={!isDirty || isBusy} onClick={onReset}>
        {t("act.cancel")}
      </button>
      {failure && <Failure text={failure} />}
    </div>
  );
}
