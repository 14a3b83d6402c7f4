/** Signatures: everybody's own; for those who may, also teams', channels' and the organization's. */

import { useRef, useState } from "preact/hooks";
import { api } from "../../../lib/api";
import { reasonOf } from "../../../lib/store/reason";
import { channels, may, teams } from "../../../lib/store/session";
import { say } from "../../../lib/store/toasts";
import type { Id, Page } from "../../../lib/types";
import { useGuard } from "../leaving";
import { Choice, Labelled } from "../labelled";
import { Head, SaveBar, Waiting, useLoaded } from "../parts";
import { w } from "../words";
import { Preview } from "./preview";
import { Variables } from "./variables";

type Of = "me" | "team" | "channel" | "organization";
interface Signature {
  id: Id;
  of: Of;
  team_id: Id | null;
  channel_id: Id | null;
  text: string;
  html: string;
}
interface Owner {
  key: string;
  name: string;
  of: Of;
  team_id?: Id;
  channel_id?: Id;
}
type Mode = "inherit" | "own" | "none";

const VARIABLES = [
  "agent.name",
  "agent.first_name",
  "agent.email",
  "organization.name",
  "channel.name",
  "channel.address",
];

export function SignaturesPage() {
  const [loaded, reload, show] = useLoaded(
    () => api.get<Page<Signature>>("/signatures").then(({ items }) => items),
    "signatures",
  );
  const owners = everybody();
  const [key, setKey] = useState("me");
  const owner = owners.find((one) => one.key === key) ?? owners[0]!;
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  const signature = loaded.value.find((one) => keyOf(one) === owner.key);
  const put = (next: Signature | null): void => {
    const others = loaded.value.filter((one) => keyOf(one) !== owner.key);
    show(next ? [...others, next] : others);
    say(w("saved"));
  };
  return (
    <section class="block">
      <Head title={w("section.signatures")} text={w("signatures.lead")} />
      {owners.length > 1 && (
        <Choice
          label={w("signatures.whose")}
          value={owner.key}
          options={owners.map((one) => [one.key, one.name] as const)}
          onChange={setKey}
        />
      )}
      <Editor key={owner.key} owner={owner} signature={signature} onSaved={put} />
    </section>
  );
}

interface EditorProps {
  owner: Owner;
  signature: Signature | undefined;
  onSaved(signature: Signature | null): void;
}

function Editor({ owner, signature, onSaved }: EditorProps) {
  const before = { mode: modeOf(signature), text: signature?.text ?? "", html: signature?.html ?? "" };
  const [typed, setTyped] = useState(before);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const isDirty = JSON.stringify(before) !== JSON.stringify(typed);
  useGuard(isDirty && !isBusy);
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure("");
    try {
      const next = await store(owner, signature, typed);
      onSaved(next);
      setTyped({ mode: modeOf(next ?? undefined), text: next?.text ?? "", html: next?.html ?? "" });
    } catch (error) {
      setFailure(reasonOf(error));
    }
    setBusy(false);
  };
  const modes: readonly Mode[] = ["inherit", "own", "none"];
  return (
    <form class="form" onSubmit={(event) => void save(event)}>
      <fieldset class="radios">
        <legend class="vh">{w("signatures.which")}</legend>
        {modes.map((mode) => (
          <label key={mode}>
            <input
              type="radio"
              name="mode"
              checked={typed.mode === mode}
              onChange={() => setTyped({ ...typed, mode })}
            />
            <span>
              {w(owner.of === "organization" && mode === "inherit" ? "signatures.nothing" : `signatures.${mode}`)}
            </span>
          </label>
        ))}
      </fieldset>
      {typed.mode === "own" && (
        <div class="pair">
          <div class="form">
            <Labelled label={w("signatures.text")}>
              {(bound) => (
                <textarea
                  {...bound}
                  ref={area}
                  class="input"
                  rows={7}
                  dir="auto"
                  maxLength={20_000}
                  value={typed.text}
                  onInput={(event) => setTyped({ ...typed, text: event.currentTarget.value })}
                />
              )}
            </Labelled>
            <div class="btns">
              <Variables names={VARIABLES} field={area} onInsert={(text) => setTyped({ ...typed, text })} />
            </div>
            <details class="more">
              <summary>{w("html.title")}</summary>
              <label class="field">
                <span>{w("html.hint")}</span>
                <textarea
                  class="input mono"
                  rows={5}
                  dir="ltr"
                  spellcheck={false}
                  value={typed.html}
                  onInput={(event) => setTyped({ ...typed, html: event.currentTarget.value })}
                />
              </label>
            </details>
          </div>
          <Preview text={typed.text} empty={w("signatures.empty")} />
        </div>
      )}
      <SaveBar isDirty={isDirty} isBusy={isBusy} failure={failure} onReset={() => setTyped(before)} />
    </form>
  );
}

async function store(
  owner: Owner,
  signature: Signature | undefined,
  { mode, text, html }: { mode: Mode; text: string; html: string },
): Promise<Signature | null> {
  if (mode === "inherit") {
    if (signature) await api.delete(`/signatures/${signature.id}`);
    return null;
  }
  const { of, team_id, channel_id } = owner;
  const content = mode === "own" ? { text, html } : { text: "", html: "" };
  return api.put<Signature>("/signatures", { of, team_id, channel_id, ...content });
}

function modeOf(signature: Signature | undefined): Mode {
  if (!signature) return "inherit";
  return signature.text.trim() || signature.html.trim() ? "own" : "none";
}

function everybody(): Owner[] {
  const own: Owner = { key: "me", name: w("signatures.mine"), of: "me" };
  if (!may("writing.manage")) return [own];
  return [
    own,
    { key: "organization", name: w("signatures.organization"), of: "organization" },
    ...teams.value.map((team): Owner => ({
      key: `team:${team.id}`,
      name: w("signatures.team", { name: team.name }),
      of: "team",
      team_id: team.id,
    })),
    ...channels.value
      .filter((channel) => channel.capabilities.subject)
      .map((channel): Owner => ({
        key: `channel:${channel.id}`,
        name: w("signatures.channel", { name: channel.name }),
        of: "channel",
        channel_id: channel.id,
      })),
  ];
}

function keyOf({ of, team_id, channel_id }: Signature): string {
  return of === "team" ? `team:${team_id}` : of === "channel" ? `channel:${channel_id}` : of;
}
