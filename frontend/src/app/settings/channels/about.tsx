/** Name, address and queue of a channel. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { reasonOf } from "../../../lib/store/reason";
import { queues } from "../../../lib/store/session";
import { useGuard } from "../leaving";
import { Choice, Line } from "../labelled";
import { fieldErrors } from "../parts";
import { w } from "../words";
import type { ChannelChange, ChannelSettings } from "./data";

interface AboutProps {
  channel: ChannelSettings | null;
  save(change: ChannelChange): Promise<ChannelSettings>;
  onSaved(channel: ChannelSettings): void;
  foot(state: { isDirty: boolean; isBusy: boolean; failure: string; reset(): void }): ComponentChildren;
}

export function AboutForm({ channel, save, onSaved, foot }: AboutProps) {
  const before = { name: channel?.name ?? "", address: channel?.address ?? "", queue_id: channel?.queue_id ?? "" };
  const [typed, setTyped] = useState(before);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const isDirty = JSON.stringify(before) !== JSON.stringify(typed);
  useGuard(isDirty && !isBusy);
  useEffect(() => {
    if (Object.keys(errors).length) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [errors]);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const missing = (["address", "name"] as const).filter((name) => !typed[name].trim());
    if (missing.length) return setErrors(Object.fromEntries(missing.map((name) => [name, w("needed")])));
    setBusy(true);
    setErrors({});
    setFailure("");
    let saved: ChannelSettings;
    try {
      saved = await save({ ...typed, queue_id: typed.queue_id || null });
    } catch (error) {
      const found = fieldErrors(error);
      setErrors(found);
      setFailure(Object.keys(found).length ? "" : reasonOf(error));
      return setBusy(false);
    }
    onSaved(saved);
    setBusy(false);
  };
  const reset = (): void => {
    setTyped(before);
    setErrors({});
  };
  return (
    <form ref={form} class="form" noValidate onSubmit={(event) => void submit(event)}>
      <Line
        label={w("channel.address")}
        hint={w("channel.addressHint")}
        error={errors.address}
        value={typed.address}
        placeholder="help@example.com"
        isLtr
        isFirst={!channel}
        onInput={(address) => setTyped({ ...typed, address })}
      />
      <Line
        label={w("channel.name")}
        hint={w("channel.nameHint")}
        error={errors.name}
        value={typed.name}
        onInput={(name) => setTyped({ ...typed, name })}
      />
      <Choice
        label={w("channel.queue")}
        hint={w("channel.queueHint")}
        value={typed.queue_id ?? ""}
        options={[["", w("channel.noQueue")], ...queues.value.map(({ id, name }) => [id, name] as const)]}
        onChange={(queue_id) => setTyped({ ...typed, queue_id })}
      />
      {foot({ isDirty, isBusy, failure, reset })}
    </form>
  );
}
