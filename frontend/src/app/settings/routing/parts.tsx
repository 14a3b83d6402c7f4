/** Small parts of the routing pages: the way back, rows of a list, warnings, a form's frame. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Icon, type IconName } from "../../../ui/icons";
import { Empty } from "../../../ui/empty";
import { Confirm } from "../confirm";
import { follow } from "../links";
import { Head, SaveBar } from "../parts";
import type { Draft } from "./draft";

/** The link back to the list that a page belongs to. */
export function Crumb({ path, title }: { path: string; title: string }) {
  return (
    <p class="crumb">
      <a href={path} onClick={follow(path)}>
        {title}
      </a>
    </p>
  );
}

export function AddLink({ path, label }: { path: string; label: string }) {
  return (
    <a class="btn btn--primary btn--large" href={path} onClick={follow(path)}>
      <Icon name="plus" />
      {label}
    </a>
  );
}

interface ListPageProps {
  title: string;
  lead: string;
  add: ComponentChildren;
  isEmpty: boolean;
  none: string;
  noneText: string;
  children: ComponentChildren;
}

/** A section's first page: what there is, or what it is for. */
export function ListPage({ title, lead, add, isEmpty, none, noneText, children }: ListPageProps) {
  return (
    <section class="block">
      <Head title={title} text={lead}>
        {!isEmpty && add}
      </Head>
      {isEmpty ? (
        <Empty title={none} text={noneText}>
          {add}
        </Empty>
      ) : (
        children
      )}
    </section>
  );
}

interface RowLinkProps {
  path: string;
  icon: IconName;
  name: string;
  facts: string;
  /** What somebody should look at. */
  warning?: string | undefined;
  children?: ComponentChildren;
}

export function RowLink({ path, icon, name, facts, warning, children }: RowLinkProps) {
  return (
    <a href={path} onClick={follow(path)}>
      <Icon name={icon} />
      <span class="channels__name strong clip" dir="auto">
        {name}
      </span>
      {children ?? <span />}
      <span class="channels__facts">
        <span class="clip">{facts}</span>
        {warning && (
          <span class="caution">
            <Icon name="alert" size="s" />
            <span>{warning}</span>
          </span>
        )}
      </span>
    </a>
  );
}

/** What may be saved all the same, but is probably not meant. */
export function Caution({ text }: { text: string }) {
  return (
    <p class="caution" role="status">
      <Icon name="alert" size="s" />
      <span dir="auto">{text}</span>
    </p>
  );
}

interface EditorProps<T> {
  draft: Draft<T>;
  children: ComponentChildren;
  /** Beside the form: what it would do. */
  aside: ComponentChildren;
  isNew: boolean;
}

/** A form with what it would do beside it, and saving below. */
export function Editor<T>({ draft, children, aside, isNew }: EditorProps<T>) {
  return (
    <form ref={draft.form} class="form form--wide" noValidate onSubmit={draft.submit}>
      <div class="split">
        <div class="form split__main">{children}</div>
        <aside class="split__aside">{aside}</aside>
      </div>
      <Saving draft={draft} isNew={isNew} />
    </form>
  );
}

/** After the fields, so that it knows which errors they have shown. */
function Saving<T>({ draft, isNew }: { draft: Draft<T>; isNew: boolean }) {
  return (
    <div class="stay">
      <SaveBar isDirty={draft.isDirty || isNew} isBusy={draft.isBusy} failure={draft.failure()} onReset={draft.reset} />
    </div>
  );
}

interface RemoveProps {
  verb: string;
  title: string;
  text: string;
  act(): Promise<void>;
  /** What is removed, where the button is one of many: it then shows a cross. */
  of?: string;
}

/** A button that asks before it removes; a refusal stays in the question, in the hub's words. */
export function Remove({ verb, title, text, act, of }: RemoveProps) {
  const [asks, setAsks] = useState(false);
  return (
    <>
      <button
        type="button"
        class={of ? "btn btn--ghost btn--icon" : "btn btn--large"}
        aria-label={of && `${verb}: ${of}`}
        onClick={() => setAsks(true)}
      >
        {of ? <Icon name="close" size="s" /> : verb}
      </button>
      {asks && <Confirm title={title} text={text} verb={verb} act={act} onClose={() => setAsks(false)} />}
    </>
  );
}

/** A part of a form with a heading of its own. */
export function Part({ title, text, children }: { title: string; text?: string; children: ComponentChildren }) {
  return (
    <section class="part">
      <h2>{title}</h2>
      {text && <p class="quiet">{text}</p>}
      {children}
    </section>
  );
}
