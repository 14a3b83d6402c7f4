/** A channel that is set up: its settings under tabs, its test, and the ways to switch it off or put it away. */

import { useState } from "preact/hooks";
import { openSettings } from "../../../lib/store/route";
import { putChannel } from "../../../lib/store/session";
import { say } from "../../../lib/store/toasts";
import { channelName } from "../../channels";
import { Confirm } from "../confirm";
import { Imports } from "../imports/imports";
import { follow, queried } from "../links";
import { Head, SaveBar } from "../parts";
import { said, w } from "../words";
import { AboutForm } from "./about";
import { Checks } from "./checks";
import { type ChannelSettings, type Kind, changeChannel, loadChannel, removeChannel } from "./data";
import { Health, HealthDetail } from "./health";
import { Records } from "./records";
import { SignedIn } from "./signedin";
import { StepForm } from "./stepform";

interface EditProps {
  /** Missing where the kind has no form. */
  kind: Kind | undefined;
  channel: ChannelSettings;
  onChange(channel: ChannelSettings): void;
}

/** Kinds whose old messages can be brought along. */
const IMPORTING = new Set(["email"]);

export function EditChannel({ kind, channel, onChange }: EditProps) {
  const [asks, setAsks] = useState<"off" | "remove" | null>(null);
  const steps = kind?.steps ?? [];
  const tabs = [
    { key: "about", title: w("tab.about") },
    ...steps.map((step) => ({ key: step.key, title: said(step.title) })),
    ...(kind ? [{ key: "records", title: w("wizard.records") }] : []),
    { key: "test", title: w("wizard.test") },
    ...(IMPORTING.has(channel.kind) ? [{ key: "import", title: w("tab.import") }] : []),
  ];
  const wanted = queried("tab") || (queried("sign_in") ? "receive" : "about");
  const at = tabs.find((tab) => tab.key === wanted) ?? tabs[0]!;
  const step = steps.find((one) => one.key === at.key);
  const saved = (next: ChannelSettings): void => {
    putChannel(next);
    onChange(next);
    say(w("saved"));
  };
  const switchTo = async (state: "connected" | "disabled"): Promise<void> => {
    saved(await changeChannel(channel.id, { state }));
  };
  const remove = async (): Promise<void> => {
    await removeChannel(channel.id);
    putChannel(channel, true);
    say(w("channel.removed", { name: channel.name }));
    openSettings("/settings/channels");
  };
  const refresh = async (): Promise<void> => {
    const next = await loadChannel(channel.id);
    putChannel(next);
    onChange(next);
  };
  const isOff = channel.state === "disabled";
  return (
    <section class="block">
      <p class="crumb">
        <a href="/settings/channels" onClick={follow("/settings/channels")}>
          {w("section.channels")}
        </a>
      </p>
      <Head
        title={channel.name}
        text={[channelName(channel.kind), channel.kind === "chat" ? "" : channel.address].filter(Boolean).join(" · ")}
      >
        <Health channel={channel} />
        {isOff ? (
          <button type="button" class="btn btn--large" onClick={() => void switchTo("connected")}>
            {w("channel.switchOn")}
          </button>
        ) : (
          <button type="button" class="btn btn--large" onClick={() => setAsks("off")}>
            {w("channel.switchOff")}
          </button>
        )}
        <button type="button" class="btn btn--large" onClick={() => setAsks("remove")}>
          {w("channel.remove")}
        </button>
      </Head>
      {channel.health?.detail && (
        <p class="trouble" data-state={channel.health.ok === false ? "failing" : "note"}>
          <HealthDetail channel={channel} />
        </p>
      )}
      <nav class="tabs" aria-label={w("tabs")}>
        {tabs.map((tab) => (
          <a
            key={tab.key}
            href={`/settings/channels/${channel.id}?tab=${tab.key}`}
            aria-current={tab === at ? "page" : undefined}
            onClick={follow(`/settings/channels/${channel.id}?tab=${tab.key}`)}
          >
            {tab.title}
          </a>
        ))}
      </nav>
      <div class="tab">
        <h2 class="vh">{at.title}</h2>
        <SignedIn />
        {step && <p class="quiet">{said(step.text)}</p>}
        {at.key === "about" && (
          <AboutForm
            key={`${channel.name}${channel.address}${channel.queue_id}`}
            channel={channel}
            save={(change) => changeChannel(channel.id, change)}
            onSaved={saved}
            foot={({ reset, ...state }) => <SaveBar {...state} onReset={reset} />}
          />
        )}
        {step && (
          <StepForm
            key={step.key}
            channel={channel}
            step={step}
            fields={steps.flatMap((one) => one.fields)}
            onSaved={saved}
            foot={({ reset, ...state }) => <SaveBar {...state} onReset={reset} />}
          />
        )}
        {at.key === "records" && <Records id={channel.id} />}
        {at.key === "test" && (
          <>
            <p class="quiet">{w("wizard.testText")}</p>
            <Checks id={channel.id} onDone={() => void refresh().catch(() => undefined)} />
          </>
        )}
        {at.key === "import" && <Imports channel={channel} />}
      </div>
      {asks === "off" && (
        <Confirm
          title={w("channel.offTitle", { name: channel.name })}
          text={w("channel.offText")}
          verb={w("channel.switchOff")}
          act={() => switchTo("disabled")}
          onClose={() => setAsks(null)}
        />
      )}
      {asks === "remove" && (
        <Confirm
          title={w("channel.removeTitle", { name: channel.name })}
          text={w("channel.removeText")}
          verb={w("channel.remove")}
          act={remove}
          onClose={() => setAsks(null)}
        />
      )}
    </section>
  );
}
