/** Macros: those that are used most first, or one being written. */

import { useRef } from "preact/hooks";
import { api } from "../../../lib/api";
import type { Deed, Macro } from "../../../lib/store/macros";
import { openSettings } from "../../../lib/store/route";
import { teamName, teams } from "../../../lib/store/session";
import { say } from "../../../lib/store/toasts";
import type { Page } from "../../../lib/types";
import { Empty } from "../../../ui/empty";
import { type Vocabulary, loadVocabulary } from "../conditions/vocabulary";
import { v } from "../conditions/words";
import { Choice, Labelled, Line } from "../labelled";
import { Head, Waiting } from "../parts";
import { useDraft } from "../routing/draft";
import { useFresh } from "../routing/fresh";
import { AddLink, Crumb, Editor, ListPage, Part, Remove, RowLink } from "../routing/parts";
import { r } from "../routing/words";
import { DeedsEditor, deedLabel } from "../rules/deeds";
import { w } from "../words";
import { Preview } from "../writing/preview";
import { Variables } from "../writing/variables";

const PATH = "/settings/macros";

type Written = Pick<Macro, "name" | "shortcut" | "text" | "html" | "team_id" | "actions">;

const BLANK: Written = { name: "", shortcut: "", text: "", html: "", team_id: null, actions: [] };
const only = ({ name, shortcut, text, html, team_id, actions }: Macro): Written => ({
  name,
  shortcut,
  text,
  html,
  team_id,
  actions,
});

async function loadEverything(): Promise<{ macros: Macro[]; vocabulary: Vocabulary }> {
  const [{ items }, vocabulary] = await Promise.all([api.get<Page<Macro>>("/macros"), loadVocabulary()]);
  return { macros: items, vocabulary };
}

export function MacrosPage({ rest }: { rest: readonly string[] }) {
  const [loaded, reload] = useFresh(loadEverything, "macros", ["macro", "queue", "skill"]);
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  const { macros, vocabulary } = loaded.value;
  const [id] = rest;
  if (!id) return <List macros={macros} vocabulary={vocabulary} />;
  const one = macros.find((macro) => macro.id === id);
  if (!one && id !== "new") return <Empty title={w("gone.title")} text={w("gone.text")} />;
  return <EditMacro key={id} one={one} vocabulary={vocabulary} reload={reload} />;
}

function List({ macros, vocabulary }: { macros: readonly Macro[]; vocabulary: Vocabulary }) {
  return (
    <ListPage
      title={w("section.macros")}
      lead={v("macros.lead")}
      add={<AddLink path={`${PATH}/new`} label={v("macros.add")} />}
      isEmpty={!macros.length}
      none={v("macros.none")}
      noneText={v("macros.noneText")}
    >
      <ul class="channels">
        {macros.map((one) => (
          <li key={one.id}>
            <RowLink path={`${PATH}/${one.id}`} icon="bolt" name={one.name} facts={factsOf(one, vocabulary)}>
              <span class="quiet nums">{one.uses ? v("macros.uses", { n: one.uses }) : ""}</span>
            </RowLink>
          </li>
        ))}
      </ul>
    </ListPage>
  );
}

function factsOf(one: Macro, vocabulary: Vocabulary): string {
  const deeds = one.actions.map((deed) => {
    const kind = vocabulary.deeds.find((other) => other.name === deed.do);
    return kind ? deedLabel(kind) : "";
  });
  const text = one.text.replace(/\s+/g, " ").slice(0, 100);
  return [teamName(one.team_id), text, ...deeds].filter(Boolean).join(" · ");
}

interface EditProps {
  one: Macro | undefined;
  vocabulary: Vocabulary;
  reload(): Promise<void>;
}

function EditMacro({ one, vocabulary, reload }: EditProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const draft = useDraft<Written>(one ? only(one) : BLANK, async (value) => {
    const body = { ...value, name: value.name.trim() };
    const saved = one ? await api.patch<Macro>(`/macros/${one.id}`, body) : await api.post<Macro>("/macros", body);
    await reload();
    say(w("saved"));
    if (!one) queueMicrotask(() => openSettings(`${PATH}/${saved.id}`, { replace: true }));
    return only(saved);
  });
  const { value, put, error } = draft;
  const remove = async (): Promise<void> => {
    await api.delete(`/macros/${one!.id}`);
    await reload();
    say(r("removed", { name: one!.name }));
    openSettings(PATH);
  };
  return (
    <section class="block">
      <Crumb path={PATH} title={w("section.macros")} />
      <Head title={one?.name ?? v("macros.add")}>
        {one && (
          <Remove
            verb={r("remove")}
            title={r("removeTitle", { name: one.name })}
            text={v("macros.removeText")}
            act={remove}
          />
        )}
      </Head>
      <Editor draft={draft} isNew={!one} aside={<Preview text={value.text} empty={v("macros.noText")} />}>
        <Line
          label={r("name")}
          value={value.name}
          error={error("name")}
          isFirst={!one}
          placeholder={v("macros.example")}
          onInput={(name) => put({ name })}
        />
        <Line
          label={w("templates.shortcut")}
          hint={w("templates.shortcutHint")}
          value={value.shortcut}
          error={error("shortcut")}
          isLtr
          onInput={(shortcut) => put({ shortcut })}
        />
        <Choice
          label={w("templates.team")}
          value={value.team_id ?? ""}
          options={[["", w("templates.everybody")], ...teams.value.map(({ id, name }) => [id, name] as const)]}
          onChange={(team) => put({ team_id: team || null })}
        />
        <Part title={v("macros.text")} text={v("macros.textLead")}>
          <Labelled label={w("templates.text")} error={error("text")}>
            {(bound) => (
              <textarea
                {...bound}
                ref={area}
                class="input"
                rows={6}
                dir="auto"
                value={value.text}
                onInput={(event) => put({ text: event.currentTarget.value, html: "" })}
              />
            )}
          </Labelled>
          <div class="btns">
            <Variables names={vocabulary.variables} field={area} onInsert={(text) => put({ text, html: "" })} />
          </div>
        </Part>
        <Part title={v("macros.deeds")} text={v("macros.deedsLead")}>
          <DeedsEditor
            deeds={value.actions}
            vocabulary={vocabulary}
            place="macro"
            error={error("actions")}
            onChange={(actions: Deed[]) => put({ actions })}
          />
        </Part>
      </Editor>
    </section>
  );
}
