/** When a rule acts: as soon as something happens, or when so much time has passed. */

import { Duration } from "../routing/duration";
import { Pick, Picks } from "../routing/pick";
import { type Vocabulary, options } from "../conditions/vocabulary";
import { named, v } from "../conditions/words";
import type { Trigger } from "./data";

interface TriggerProps {
  trigger: Trigger;
  vocabulary: Vocabulary;
  onChange(trigger: Trigger): void;
}

export function TriggerEditor({ trigger, vocabulary, onChange }: TriggerProps) {
  const isTimed = "after" in trigger;
  return (
    <div class="condition">
      <Pick
        label={v("when")}
        value={isTimed ? "after" : "on"}
        options={[
          ["on", v("trigger.on")],
          ["after", v("trigger.after")],
        ]}
        onChange={(mode) =>
          onChange(mode === "on" ? { on: ["message.received"] } : { after: 14_400, since: "waiting_since" })
        }
      />
      {isTimed ? (
        <Timed trigger={trigger} vocabulary={vocabulary} onChange={onChange} />
      ) : (
        <Picks
          label={v("trigger.on")}
          addLabel={v("trigger.or")}
          picked={trigger.on.map((key) => ({ key, label: triggerLabel(vocabulary, key), icon: "bolt" }))}
          choices={vocabulary.triggers
            .filter((one) => !trigger.on.includes(one.name))
            .map((one) => ({
              key: one.name,
              label: triggerLabel(vocabulary, one.name),
              run: () => onChange({ on: [...trigger.on, one.name] }),
            }))}
          onRemove={(key) => onChange({ on: trigger.on.filter((one) => one !== key) })}
        />
      )}
    </div>
  );
}

function Timed({
  trigger,
  vocabulary,
  onChange,
}: TriggerProps & { trigger: { after: number; since: string; status?: string } }) {
  const since = (next: string): void => {
    const { status: _status, ...rest } = trigger;
    onChange({ ...rest, since: next, ...(next === "status" ? { status: "pending" } : {}) });
  };
  return (
    <>
      <Duration
        label={v("trigger.after")}
        seconds={trigger.after}
        units={["minutes", "hours", "days"]}
        onChange={(seconds) => onChange({ ...trigger, after: seconds ?? 0 })}
      />
      <Pick
        label={v("trigger.since")}
        value={trigger.since}
        options={vocabulary.since.map((one) => [one.name, named(`since.${one.name}`, one.label)] as const)}
        onChange={since}
      />
      {trigger.since === "status" && (
        <Pick
          label={v("field.conversation.status")}
          value={trigger.status ?? "pending"}
          options={options(vocabulary, "resting_status").map((one) => [one.value, one.label] as const)}
          onChange={(status) => onChange({ ...trigger, status })}
        />
      )}
    </>
  );
}

export function triggerLabel(vocabulary: Vocabulary, name: string): string {
  const label = vocabulary.triggers.find((one) => one.name === name)?.label ?? v("gone");
  return named(`trigger.${name}`, label);
}
