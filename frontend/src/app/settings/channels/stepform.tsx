/** The fields of one step of a channel's form, saved together. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { reasonOf } from "../../../lib/store/reason";
import { Icon } from "../../../ui/icons";
import { useGuard } from "../leaving";
import { Failure, fieldErrors } from "../parts";
import { said, w } from "../words";
import {
  type ChannelSettings,
  type Field,
  type Step,
  type Value,
  type Values,
  beginSignIn,
  changeChannel,
  changes,
  isShown,
} from "./data";
import { FieldRow, SecretRow } from "./field";

interface StepFormProps {
  channel: ChannelSettings;
  step: Step;
  /** Every field of the form: what is shown in one step may depend on another. */
  fields: readonly Field[];
  /** Values put in beforehand, unsaved. */
  proposed?: Values;
  /** Called with the channel as it was saved. */
  onSaved(channel: ChannelSettings): void;
  /** The foot, with its submit button. */
  foot(state: { isDirty: boolean; isBusy: boolean; failure: string; reset(): void }): ComponentChildren;
  children?: ComponentChildren;
}

export function StepForm({ channel, step, fields, proposed, onSaved, foot, children }: StepFormProps) {
  const [typed, setTyped] = useState<Values>({});
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const values: Values = { ...channel.config, ...proposed, ...typed };
  const named = new Set(step.fields.map((field) => field.name));
  const changed = changes(channel.config, values);
  const isDirty = Object.keys(changed).length > 0 || Object.values(secrets).some(Boolean);
  useGuard(isDirty && !isBusy);

  useEffect(() => {
    if (Object.keys(errors).length) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [errors]);

  const reset = (): void => {
    setTyped({});
    setSecrets({});
    setErrors({});
    setFailure("");
  };
  /** Stays busy when it worked: until the caller has taken what was saved, the fields only seem to differ from it. */
  const save = async (): Promise<ChannelSettings | null> => {
    setBusy(true);
    setFailure("");
    try {
      const kept = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value));
      const saved = isDirty ? await changeChannel(channel.id, { config: changed, secrets: kept }) : channel;
      reset();
      return saved;
    } catch (error) {
      const found = fieldErrors(error);
      const elsewhere = Object.entries(found).filter(([name]) => !named.has(name));
      setErrors(found);
      setFailure(
        elsewhere.length
          ? elsewhere.map(([name, text]) => `${labelOf(name, fields)}: ${text}`).join(" ")
          : Object.keys(found).length
            ? w("fix")
            : reasonOf(error),
      );
      setBusy(false);
      return null;
    }
  };
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const saved = await save();
    if (!saved) return;
    onSaved(saved);
    setBusy(false);
  };
  const signIn = async (): Promise<void> => {
    const saved = await save();
    if (!saved) return;
    try {
      location.assign(await beginSignIn(saved.id));
    } catch (error) {
      setFailure(reasonOf(error));
      setBusy(false);
    }
  };
  const put = (name: string, value: Value): void => {
    setTyped({ ...typed, [name]: value });
    if (errors[name]) setErrors({ ...errors, [name]: "" });
  };
  return (
    <form ref={form} class="form" noValidate onSubmit={(event) => void submit(event)}>
      {step.fields.map((field) => {
        if (!isShown(field, fields, values)) return null;
        const error = errors[field.name] ?? "";
        if (field.kind === "sign_in") {
          return (
            <SignIn key={field.name} field={field} channel={channel} isBusy={isBusy} signIn={() => void signIn()} />
          );
        }
        if (field.secret) {
          return (
            <SecretRow
              key={field.name}
              field={field}
              isSet={channel.secrets[field.name]?.set ?? false}
              value={secrets[field.name]}
              error={error}
              onChange={(value) => setSecrets(withEntry(secrets, field.name, value))}
            />
          );
        }
        return (
          <FieldRow
            key={field.name}
            field={field}
            value={values[field.name] ?? field.default}
            error={error}
            onChange={(value) => put(field.name, value)}
          />
        );
      })}
      {children}
      {foot({ isDirty, isBusy, failure, reset })}
    </form>
  );
}

function withEntry(all: Record<string, string>, name: string, value: string | undefined): Record<string, string> {
  const { [name]: _, ...others } = all;
  return value === undefined ? others : { ...others, [name]: value };
}

function labelOf(name: string, fields: readonly Field[]): string {
  const field = fields.find((one) => one.name === name);
  return field ? said(field.label) : name === "address" ? w("channel.address") : name;
}

/** The way to the provider's own sign-in page, and whether it has let us in. */
function SignIn({
  field,
  channel,
  isBusy,
  signIn,
}: {
  field: Field;
  channel: ChannelSettings;
  isBusy: boolean;
  signIn(): void;
}) {
  const isIn = Object.entries(channel.secrets).some(([name, { set }]) => set && name.endsWith("refresh_token"));
  return (
    <div class="field">
      <span>{said(field.label)}</span>
      <p class="signin">
        {isIn && (
          <>
            <Icon name="resolved" />
            <span>{w("signin.done")}</span>
          </>
        )}
        <button type="button" class="btn btn--large" disabled={isBusy} onClick={signIn}>
          {isIn ? w("signin.again") : w("signin.go")}
        </button>
      </p>
      <span class="field__hint">
        {w("signin.redirect")} <code class="ltr">{`${location.origin}/settings/channels/signed-in`}</code>
      </span>
      {!isIn && channel.health?.ok === false && channel.health.detail && <Failure text={channel.health.detail} />}
    </div>
  );
}
