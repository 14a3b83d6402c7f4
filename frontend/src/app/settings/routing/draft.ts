/** A form's values until they are saved: what changed, what the hub found wrong with it, and the guard against losing it. */

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { reasonOf } from "../../../lib/store/reason";
import { useGuard } from "../leaving";
import { fieldErrors } from "../parts";

export interface Draft<T> {
  value: T;
  /** Changes some of the values. */
  put(change: Partial<T>): void;
  /** What is wrong with a field or anything in it; shown beside it, and therefore not again below the form. */
  error(name: string): string | undefined;
  isDirty: boolean;
  isBusy: boolean;
  /** What is wrong and belongs to no field of this form. */
  failure(): string;
  reset(): void;
  form: RefObject<HTMLFormElement | null>;
  submit(event: SubmitEvent): void;
}

/**
 * A draft of `before`. `save` resolves when the hub has it, with what it has then; what it rejects with is
 * shown in words. A newer `before` is taken over where nothing was changed here.
 */
export function useDraft<T extends object>(before: T, save: (value: T) => Promise<T | void>): Draft<T> {
  const [base, setBase] = useState(before);
  const [value, setValue] = useState(before);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState("");
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const shown = useRef(new Set<string>());
  shown.current = new Set();
  const isDirty = JSON.stringify(base) !== JSON.stringify(value);
  useGuard(isDirty && !isBusy);
  const newest = JSON.stringify(before);
  useEffect(() => {
    if (!isDirty) settle(before);
  }, [newest]);
  const settle = (next: T): void => {
    setBase(next);
    setValue(next);
  };
  useEffect(() => {
    if (Object.keys(errors).length) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [errors]);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setErrors({});
    setFailed("");
    try {
      settle((await save(value)) ?? value);
    } catch (error) {
      const found = fieldErrors(error);
      setErrors(found);
      setFailed(Object.keys(found).length ? "" : reasonOf(error));
    }
    setBusy(false);
  };
  const keysOf = (name: string): string[] =>
    Object.keys(errors).filter((key) => key === name || key.startsWith(`${name}.`));
  return {
    value,
    put: (change) => setValue((old) => ({ ...old, ...change })),
    error: (name) => {
      const keys = keysOf(name);
      for (const key of keys) shown.current.add(key);
      return keys.map((key) => errors[key]).join(" ") || undefined;
    },
    isDirty,
    isBusy,
    failure: () =>
      [
        failed,
        ...Object.entries(errors)
          .filter(([key]) => !shown.current.has(key))
          .map(([, text]) => text),
      ]
        .filter(Boolean)
        .join(" "),
    reset: () => {
      setValue(base);
      setErrors({});
      setFailed("");
    },
    form,
    submit: (event) => void submit(event),
  };
}
