/** A modal over native <dialog>: focus stays inside, Escape closes, focus returns to where it was. */

import { signal } from "@preact/signals";
import type { ComponentChildren, FunctionComponent } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { classes } from "./classes";

/** What has to be seen and used over every modal, too: outside of it the page is inert. */
export const overDialogs = signal<FunctionComponent | null>(null);

interface DialogProps {
  title: string;
  lead?: string;
  onClose(): void;
  children: ComponentChildren;
  foot?: ComponentChildren;
  /** Without a heading on screen; the title still names the dialog. */
  isBare?: boolean;
  kind?: string;
}

export function Dialog({ title, lead, onClose, children, foot, isBare = false, kind }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const Over = overDialogs.value;
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const onOutside = (event: MouseEvent): void => {
    if (event.target === ref.current) onClose();
  };
  return (
    <dialog
      ref={ref}
      class={classes("dialog", kind && `dialog--${kind}`)}
      aria-labelledby={id}
      onCancel={(event) => (event.preventDefault(), onClose())}
      onMouseDown={onOutside}
    >
      <div class="dialog__sheet">
        <header class={isBare ? "vh" : "dialog__head"}>
          <h2 id={id}>{title}</h2>
          {lead && <p>{lead}</p>}
        </header>
        {children}
        {foot && <div class="dialog__foot">{foot}</div>}
      </div>
      {Over && <Over />}
    </dialog>
  );
}
