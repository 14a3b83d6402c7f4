/** Setting up a channel, step by step: it stays a draft that takes nothing until the last one. */

import { useEffect, useState } from "preact/hooks";
import { openSettings } from "../../../lib/store/route";
import { putChannel } from "../../../lib/store/session";
import { say } from "../../../lib/store/toasts";
import { reasonOf } from "../../../lib/store/reason";
import { queried } from "../links";
import { Failure, Head } from "../parts";
import { said, w } from "../words";
import { AboutForm } from "./about";
import { Checks } from "./checks";
import { type ChannelSettings, type Kind, LATER, type Suggestion, changeChannel, createChannel, suggest } from "./data";
import { Records } from "./records";
import { SignedIn } from "./signedin";
import { StepForm } from "./stepform";

interface WizardProps {
  kind: Kind;
  /** null until its address is taken. */
  channel: ChannelSettings | null;
  onChange(channel: ChannelSettings): void;
}

export function Wizard({ kind, channel, onChange }: WizardProps) {
  const asked = kind.steps.filter((step) => step.key !== LATER);
  const places = ["about", ...asked.map((step) => step.key), "records", "test"];
  const titles = [w("wizard.about"), ...asked.map((step) => said(step.title)), w("wizard.records"), w("wizard.test")];
  const wanted = places.indexOf(queried("step") || (queried("sign_in") ? "receive" : ""));
  const at = channel ? Math.max(0, wanted) : 0;
  const go = (to: number, id = channel?.id): void => openSettings(`/settings/channels/${id}?step=${places[to]}`);
  const suggestion = useSuggestion(kind.kind, channel);
  const fields = kind.steps.flatMap((step) => step.fields);
  const step = asked.find((one) => one.key === places[at]);
  const text = step
    ? said(step.text)
    : at === 0
      ? w("wizard.aboutText")
      : w(places[at] === "test" ? "wizard.testText" : "wizard.recordsText");
  const saved = (next: ChannelSettings): void => {
    putChannel(next);
    onChange(next);
    go(at + 1, next.id);
  };
  const foot = ({ isBusy, failure }: { isBusy: boolean; failure: string }) => (
    <div class="savebar">
      <button type="submit" class="btn btn--primary btn--large" disabled={isBusy}>
        {w("wizard.next")}
      </button>
      {at > 0 && (
        <button type="button" class="btn btn--large" onClick={() => go(at - 1)}>
          {w("wizard.back")}
        </button>
      )}
      {failure && <Failure text={failure} />}
    </div>
  );
  return (
    <section class="block">
      <Head title={w("wizard.title", { kind: said(kind.label) })} />
      <ol class="stepper">
        {titles.map((title, index) => (
          <li key={title} data-state={index < at ? "done" : undefined} aria-current={index === at ? "step" : undefined}>
            {index < at && channel ? (
              <button type="button" onClick={() => go(index)}>
                {title}
              </button>
            ) : (
              <span>{title}</span>
            )}
          </li>
        ))}
      </ol>
      <div class="sheet">
        <h2>{titles[at]}</h2>
        <p class="quiet">{text}</p>
        <SignedIn />
        {at === 0 && (
          <AboutForm
            key={channel?.id ?? "new"}
            channel={channel}
            save={(change) => (channel ? changeChannel(channel.id, change) : createChannel(kind.kind, change))}
            onSaved={saved}
            foot={foot}
          />
        )}
        {channel && step && (
          <>
            {suggestion && at === 1 && <Advice found={suggestion} />}
            <StepForm
              key={step.key}
              channel={channel}
              step={step}
              fields={fields}
              proposed={proposedFor(
                channel,
                suggestion,
                step.fields.map((field) => field.name),
              )}
              onSaved={saved}
              foot={foot}
            />
          </>
        )}
        {channel && places[at] === "records" && (
          <>
            <Records id={channel.id} />
            <div class="savebar">
              <button type="button" class="btn btn--primary btn--large" onClick={() => go(at + 1)}>
                {w("wizard.next")}
              </button>
              <button type="button" class="btn btn--large" onClick={() => go(at - 1)}>
                {w("wizard.back")}
              </button>
            </div>
          </>
        )}
        {channel && places[at] === "test" && <Finish channel={channel} onChange={onChange} back={() => go(at - 1)} />}
      </div>
    </section>
  );
}

function Finish({
  channel,
  onChange,
  back,
}: {
  channel: ChannelSettings;
  onChange: WizardProps["onChange"];
  back(): void;
}) {
  const [failure, setFailure] = useState("");
  const [isWell, setWell] = useState<boolean | null>(null);
  const connect = async (): Promise<void> => {
    try {
      const next = await changeChannel(channel.id, { state: "connected" });
      putChannel(next);
      onChange(next);
      say(w("wizard.done", { name: next.name }));
      openSettings(`/settings/channels/${next.id}`);
    } catch (error) {
      setFailure(reasonOf(error));
    }
  };
  return (
    <>
      <Checks id={channel.id} onDone={(checks) => setWell(checks.every((check) => check.ok !== false))} />
      <div class="savebar">
        <button
          type="button"
          class={isWell === false ? "btn btn--large" : "btn btn--primary btn--large"}
          onClick={() => void connect()}
        >
          {isWell === false ? w("wizard.connectAnyway") : w("wizard.connect")}
        </button>
        <button type="button" class="btn btn--large" onClick={back}>
          {w("wizard.back")}
        </button>
        {failure && <Failure text={failure} />}
      </div>
    </>
  );
}

/** What the hub knows of the address's provider. */
function useSuggestion(kind: string, channel: ChannelSettings | null): Suggestion | null {
  const [found, setFound] = useState<Suggestion | null>(null);
  const address = channel?.address ?? "";
  useEffect(() => {
    setFound(null);
    if (address)
      void suggest(kind, address).then(
        (one) => setFound(one.label ? one : null),
        () => undefined,
      );
  }, [kind, address]);
  return found;
}

/** The suggested values of one step, as long as nobody has set up the channel differently. */
function proposedFor(channel: ChannelSettings, found: Suggestion | null, names: string[]) {
  if (!found) return {};
  const isTouched = names.some((name) => name.endsWith("_host") && channel.config[name]);
  const values = Object.entries(found.config).filter(([name]) => names.includes(name));
  return isTouched ? {} : Object.fromEntries(values);
}

function Advice({ found }: { found: Suggestion }) {
  const isFilled = Object.keys(found.config).length > 0;
  return (
    <p class="advice">
      {isFilled && w("wizard.suggested", { provider: found.label })} {found.advice && said(found.advice)}
    </p>
  );
}
