/** Templates: the texts that agents insert by a shortcut, listed, searched and edited. */

import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../../../lib/api";
import { openSettings } from "../../../lib/store/route";
import { reasonOf } from "../../../lib/store/reason";
import { teamName, teams } from "../../../lib/store/session";
import { say } from "../../../lib/store/toasts";
import type { Id, Page } from "../../../lib/types";
import { Empty } from "../../../ui/empty";
import { Icon } from "../../../ui/icons";
import { Confirm } from "../confirm";
import { useGuard } from "../leaving";
import { follow } from "../links";
import { Choice, Labelled, Line } from "../labelled";
import { Head, SaveBar, Waiting, fieldErrors, useLoaded } from "../parts";
import { w } from "../words";
import { Preview } from "./preview";
import { Variables } from "./variables";

interface Template {
  id: Id;
  name: string;
  shortcut: string;
  subject: string;
  text: string;
  html: string;
  team_id: Id | null;
}
type Listed = Page<Template> & { variables: string[] };

const PATH = "/settings/templates";
const NEW: Omit<Template, "id"> = { name: "", shortcut: "", subject: "", text: "", html: "", team_id: null };

export function TemplatesPage({ rest }: { rest: readonly string[] }) {
  const [loaded, reload] = useLoaded(() => api.get<Listed>("/templates"), "templates");
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  const { items, variables } = loaded.value;
  const [id] = rest;
  if (!id) return <TemplateList items={items} />;
  const one = id === "new" ? undefined : items.find((template) => template.id === id);
  if (!one && id !== "new") return <Empty title={w("gone.title")} text={w("gone.text")} />;
  return <Editor key={id} one={one} variables={variables} onSaved={() => void reload()} />;
}

function TemplateList({ items }: { items: readonly Template[] }) {
  const [needle, setNeedle] = useState("");
  const words = needle.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found = items.filter((one) => {
    const all = `${one.name} ${one.shortcut} ${one.subject} ${one.text}`.toLocaleLowerCase();
    return words.every((word) => all.includes(word));
  });
  const add = (
    <a class="btn btn--primary btn--large" href={`${PATH}/new`} onClick={follow(`${PATH}/new`)}>
      <Icon name="plus" />
      {w("templates.add")}
    </a>
  );
  return (
    <section class="block">
      <Head title={w("section.templates")} text={w("templates.lead")}>
        {items.length > 0 && add}
      </Head>
      {items.length === 0 ? (
        <Empty title={w("templates.none")} text={w("templates.noneText")}>
          {add}
        </Empty>
      ) : (
        <>
          <input
            class="input"
            type="search"
            aria-label={w("templates.search")}
            placeholder={w("templates.search")}
            value={needle}
            onInput={(event) => setNeedle(event.currentTarget.value)}
          />
          {found.length === 0 && <p class="quiet">{w("templates.nothing", { q: needle })}</p>}
          <ul class="channels">
            {found.map((one) => (
              <li key={one.id}>
                <a href={`${PATH}/${one.id}`} onClick={follow(`${PATH}/${one.id}`)}>
                  <Icon name="file" />
                  <span class="channels__name strong clip" dir="auto">
                    {one.name}
                  </span>
                  <span class="tag">#{one.shortcut}</span>
                  <span class="channels__facts">
                    <span class="clip" dir="auto">
                      {[teamName(one.team_id), one.text.replace(/\s+/g, " ").slice(0, 140)].filter(Boolean).join(" · ")}
                    </span>
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface EditorProps {
  one: Template | undefined;
  variables: readonly string[];
  onSaved(): void;
}

function Editor({ one, variables, onSaved }: EditorProps) {
  const before: Omit<Template, "id"> = one ?? NEW;
  const [typed, setTyped] = useState(before);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [asks, setAsks] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const isDirty = JSON.stringify(before) !== JSON.stringify(typed);
  useGuard(isDirty && !isBusy);
  useEffect(() => {
    if (Object.keys(errors).length) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [errors]);
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setErrors({});
    setFailure("");
    const { name, shortcut, subject, text, html, team_id } = typed;
    const body = { name, shortcut, subject, text, html, team_id };
    try {
      if (one) await api.patch(`/templates/${one.id}`, body);
      else await api.post("/templates", body);
    } catch (error) {
      const found = readable(fieldErrors(error));
      setErrors(found);
      setFailure(Object.keys(found).length ? "" : reasonOf(error));
      return setBusy(false);
    }
    onSaved();
    say(w("saved"));
    openSettings(PATH);
  };
  const remove = async (): Promise<void> => {
    await api.delete(`/templates/${one!.id}`);
    onSaved();
    say(w("templates.removed", { name: one!.name }));
    openSettings(PATH);
  };
  const put = (change: Partial<Template>): void => setTyped({ ...typed, ...change });
  const name = (value: string): void =>
    put({ name: value, ...(!one && typed.shortcut === slug(typed.name) ? { shortcut: slug(value) } : {}) });
  return (
    <section class="block">
      <p class="crumb">
        <a href={PATH} onClick={follow(PATH)}>
          {w("section.templates")}
        </a>
      </p>
      <Head title={one ? one.name : w("templates.add")}>
        {one && (
          <button type="button" class="btn btn--large" onClick={() => setAsks(true)}>
            {w("templates.remove")}
          </button>
        )}
      </Head>
      <form ref={form} class="form form--wide" noValidate onSubmit={(event) => void save(event)}>
        <div class="pair">
          <div class="form">
            <Line label={w("templates.name")} value={typed.name} error={errors.name} onInput={name} isFirst={!one} />
            <Line
              label={w("templates.shortcut")}
              hint={w("templates.shortcutHint")}
              value={typed.shortcut}
              error={errors.shortcut}
              isLtr
              onInput={(shortcut) => put({ shortcut })}
            />
            <Choice
              label={w("templates.team")}
              value={typed.team_id ?? ""}
              options={[["", w("templates.everybody")], ...teams.value.map(({ id, name }) => [id, name] as const)]}
              onChange={(team) => put({ team_id: team || null })}
            />
            <Line
              label={w("templates.subject")}
              hint={w("templates.subjectHint")}
              value={typed.subject}
              error={errors.subject}
              onInput={(subject) => put({ subject })}
            />
            <Labelled label={w("templates.text")} error={errors.text}>
              {(bound) => (
                <textarea
                  {...bound}
                  ref={area}
                  class="input"
                  rows={9}
                  dir="auto"
                  value={typed.text}
                  onInput={(event) => put({ text: event.currentTarget.value })}
                />
              )}
            </Labelled>
            <div class="btns">
              <Variables names={variables} field={area} onInsert={(text) => put({ text })} />
            </div>
          </div>
          <Preview subject={typed.subject} text={typed.text} empty={w("templates.empty")} />
        </div>
        <SaveBar isDirty={isDirty} isBusy={isBusy} failure={failure} onReset={() => setTyped(before)} />
      </form>
      {asks && one && (
        <Confirm
          title={w("templates.removeTitle", { name: one.name })}
          text={w("templates.removeText")}
          verb={w("templates.remove")}
          act={remove}
          onClose={() => setAsks(false)}
        />
      )}
    </section>
  );
}

/** The reasons of the schema are for programs; these fields can only be wrong in one way. */
function readable(errors: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).map(([name, text]) => [
      name,
      text.startsWith("String should") ? w(name === "shortcut" ? "templates.shortcutHint" : "needed") : text,
    ]),
  );
}

/** A shortcut made of a name: letters and digits without their marks. */
function slug(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
}
