/** A field of addresses as chips: typed, pasted several at once, or chosen from the contacts; all by keyboard. */

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { isAddress, readAddresses, without } from "../../lib/addresses";
import { t } from "../../lib/i18n";
import { findPeople } from "../../lib/store/people";
import type { Address } from "../../lib/types";
import { Icon } from "../../ui/icons";

interface AddressFieldProps {
  label: string;
  value: readonly Address[];
  onChange(value: Address[]): void;
  id?: string;
  shouldFocus?: boolean;
  isRequired?: boolean;
}

/** Ends an address while one types. */
const ENDS = new Set(["Enter", ",", ";", "Tab"]);

export function AddressField({ label, value, onChange, id, shouldFocus, isRequired }: AddressFieldProps) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const found = usePeople(text, value);
  const input = useRef<HTMLInputElement>(null);
  const own = useId();
  const fieldId = id ?? own;
  const wrong = value.filter((one) => !isAddress(one.address));
  const active = Math.min(at, found.length - 1);

  useEffect(() => {
    if (shouldFocus) input.current?.focus();
  }, []);

  const add = (more: readonly Address[]): void => {
    onChange([
      ...value,
      ...without(
        more,
        value.map((one) => one.address),
      ),
    ]);
    setText("");
    setAt(0);
  };
  const take = (): void => {
    if (text.trim()) add(readAddresses(text));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const last = value.at(-1);
    if (step && found.length) setAt((active + step + found.length) % found.length);
    else if (ENDS.has(event.key) && text.trim() && !event.isComposing) {
      const chosen = found[active];
      if (chosen && !isAddress(text.trim())) add([chosen]);
      else take();
      // Tab also moves on, as it does everywhere.
      if (event.key === "Tab") return;
    } else if (event.key === "Escape" && text) setText("");
    else if (event.key === "Backspace" && text === "" && last) onChange(value.slice(0, -1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const pasted = event.clipboardData?.getData("text") ?? "";
    const read = readAddresses(pasted);
    if (read.length < 2 && !isAddress(read[0]?.address ?? "")) return;
    event.preventDefault();
    add(read);
  };

  return (
    <div class="addresses" onClick={(event) => event.target === event.currentTarget && input.current?.focus()}>
      <label class="addresses__label" for={fieldId}>
        {label}
      </label>
      <ul class="addresses__chips" aria-label={label}>
        {value.map((one) => (
          <li key={one.address}>
            <Chip one={one} onRemove={() => onChange(value.filter((other) => other !== one))} />
          </li>
        ))}
      </ul>
      <input
        ref={input}
        id={fieldId}
        type="text"
        inputmode="email"
        role="combobox"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        dir="auto"
        aria-autocomplete="list"
        aria-expanded={found.length > 0}
        aria-controls={`${fieldId}-list`}
        aria-activedescendant={found.length ? `${fieldId}-${active}` : undefined}
        aria-invalid={wrong.length > 0}
        aria-describedby={wrong.length ? `${fieldId}-wrong` : undefined}
        aria-required={isRequired}
        // For a dialog, which looks for it as it opens.
        autofocus={shouldFocus === true}
        value={text}
        onInput={(event) => (setText(event.currentTarget.value), setAt(0))}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onBlur={take}
      />
      <ul
        id={`${fieldId}-list`}
        class="addresses__found"
        role="listbox"
        aria-label={t("addresses.found")}
        hidden={!found.length}
      >
        {found.map((one, index) => (
          <li
            key={one.address}
            id={`${fieldId}-${index}`}
            role="option"
            aria-selected={index === active}
            class="menu__choice"
            data-active={index === active || undefined}
            onPointerMove={() => setAt(index)}
            // Before the field loses the focus and takes what was typed for an address.
            onPointerDown={(event) => (event.preventDefault(), add([one]))}
          >
            <span class="clip" dir="auto">
              {one.name || one.address}
            </span>
            {one.name && (
              <span class="menu__hint clip" dir="ltr">
                {one.address}
              </span>
            )}
          </li>
        ))}
      </ul>
      {wrong.length > 0 && (
        <p class="fielderr" id={`${fieldId}-wrong`} role="alert">
          <Icon name="alert" size="s" />
          {t("addresses.wrong", { address: wrong[0]?.address ?? "" })}
        </p>
      )}
    </div>
  );
}

function Chip({ one, onRemove }: { one: Address; onRemove(): void }) {
  const isWrong = !isAddress(one.address);
  return (
    <span class="address" data-wrong={isWrong ? "" : undefined} title={one.address}>
      <span class="clip" dir="auto">
        {one.name || one.address}
      </span>
      <button type="button" aria-label={t("label.remove", { name: one.name || one.address })} onClick={onRemove}>
        <Icon name="close" size="s" />
      </button>
    </span>
  );
}

const PAUSE_MS = 120;

/** Contacts for what is typed, once one has paused; without those chosen already. */
function usePeople(text: string, chosen: readonly Address[]): Address[] {
  const [found, setFound] = useState<readonly Address[]>([]);
  useEffect(() => {
    const needle = text.trim();
    if (needle.length < 2) return setFound([]);
    const stop = new AbortController();
    const timer = setTimeout(() => {
      findPeople(needle, stop.signal).then(setFound, () => undefined);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text]);
  return text.trim().length < 2
    ? []
    : without(
        found,
        chosen.map((one) => one.address),
      ).slice(0, 6);
}
