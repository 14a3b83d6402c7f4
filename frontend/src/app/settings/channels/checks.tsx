/** The test of a channel's settings: what was tried, and what came of it, in plain words. */

import { useState } from "preact/hooks";
import { reasonOf } from "../../../lib/store/reason";
import { Icon } from "../../../ui/icons";
import { Failure } from "../parts";
import { said, w } from "../words";
import { type Check, testChannel } from "./data";

export function Checks({ id, onDone }: { id: string; onDone?(checks: readonly Check[]): void }) {
  const [checks, setChecks] = useState<readonly Check[] | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const run = async (): Promise<void> => {
    setBusy(true);
    setFailure("");
    setChecks(null);
    try {
      const found = await testChannel(id);
      setChecks(found);
      onDone?.(found);
    } catch (error) {
      setFailure(reasonOf(error));
    }
    setBusy(false);
  };
  const wrong = checks?.filter((check) => check.ok === false).length ?? 0;
  return (
    <div class="checks">
      <button type="button" class="btn btn--large" disabled={isBusy} onClick={() => void run()}>
        <Icon name={isBusy ? "again" : "bolt"} />
        {checks ? w("test.again") : w("test.run")}
      </button>
      <div role="status">
        {isBusy && (
          <p class="typing">
            <span class="dots">
              <i />
              <i />
              <i />
            </span>
            {w("test.running")}
          </p>
        )}
        {checks && <p class={wrong ? "strong" : "quiet"}>{wrong ? w("test.wrong", { n: wrong }) : w("test.well")}</p>}
      </div>
      {checks && (
        <ul class="result" aria-label={w("test.result")}>
          {checks.map((check) => (
            <li key={check.name} data-state={check.ok === null ? "skipped" : check.ok ? "ok" : "wrong"}>
              <Icon name={check.ok === null ? "pause" : check.ok ? "check" : "close"} />
              <span class="strong">{said(check.name)}</span>
              <span class="vh">
                {check.ok === null ? w("test.skipped") : check.ok ? w("test.ok") : w("test.failed")}
              </span>
              {check.detail && <p>{said(check.detail)}</p>}
            </li>
          ))}
        </ul>
      )}
      {failure && <Failure text={failure} />}
    </div>
  );
}
