/** Rules: all of them in the order in which they are asked, or one being written. */

import { useState } from "preact/hooks";
import { openSettings } from "../../../lib/store/route";
import { reasonOf } from "../../../lib/store/reason";
import { say } from "../../../lib/store/toasts";
import { Empty } from "../../../ui/empty";
import { type Vocabulary, loadVocabulary } from "../conditions/vocabulary";
import { ConditionsEditor } from "../conditions/editor";
import { v } from "../conditions/words";
import { Line } from "../labelled";
import { Head, Waiting } from "../parts";
import { useDraft } from "../routing/draft";
import { useFresh } from "../routing/fresh";
import { Order } from "../routing/order";
import { AddLink, Crumb, Editor, ListPage, Part, Remove, RowLink } from "../routing/parts";
import { r } from "../routing/words";
import { w } from "../words";
import { BLANK, type Rule, changeRule, createRule, loadRules, only, orderRules, removeRule } from "./data";
import { DeedsEditor } from "./deeds";
import { DryRunPanel } from "./dryrun";
import { RunLog } from "./log";
import { ruleInWords } from "./sentence";
import { TriggerEditor } from "./trigger";

const PATH = "/settings/rules";

async function loadEverything(): Promise<{ rules: Rule[]; vocabulary: Vocabulary }> {
  const [rules, vocabulary] = await Promise.all([loadRules(), loadVocabulary()]);
  return { rules, vocabulary };
}

export function RulesPage({ rest }: { rest: readonly string[] }) {
  const [loaded, reload] = useFresh(loadEverything, "rules", ["rule", "queue", "skill", "schedule"]);
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  const { rules, vocabulary } = loaded.value;
  const [id] = rest;
  if (!id) return <List rules={rules} vocabulary={vocabulary} reload={reload} />;
  const one = rules.find((rule) => rule.id === id);
  if (!one && id !== "new") return <Empty title={w("gone.title")} text={w("gone.text")} />;
  return <EditRule key={id} one={one} vocabulary={vocabulary} reload={reload} />;
}

interface ListProps {
  rules: readonly Rule[];
  vocabulary: Vocabulary;
  reload(): Promise<void>;
}

function List({ rules, vocabulary, reload }: ListProps) {
  const [moved, setMoved] = useState<readonly Rule[] | null>(null);
  const shown = moved ?? rules;
  const attempt = async (act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      say(r("notSaved", { reason: reasonOf(error) }), { tone: "failure" });
    }
    await reload();
    setMoved(null);
  };
  const move = (next: Rule[]): void => {
    setMoved(next);
    void attempt(() => orderRules(next.map((one) => one.id)));
  };
  const toggle = (rule: Rule, is_active: boolean): void => {
    setMoved(shown.map((one) => (one.id === rule.id ? { ...one, is_active } : one)));
    void attempt(() => changeRule(rule.id, { is_active }));
  };
  return (
    <ListPage
      title={w("section.rules")}
      lead={v("rules.lead")}
      add={<AddLink path={`${PATH}/new`} label={v("rules.add")} />}
      isEmpty={!shown.length}
      none={v("rules.none")}
      noneText={v("rules.noneText")}
    >
      <div class="channels">
        <Order
          label={w("section.rules")}
          items={shown}
          keyOf={(one) => one.id}
          nameOf={(one) => one.name}
          onMove={move}
          row={(one) => (
            <div class="rulerow" data-off={!one.is_active || undefined}>
              <RowLink
                path={`${PATH}/${one.id}`}
                icon="bolt"
                name={one.name}
                facts={ruleInWords(one, vocabulary)}
                warning={one.errors ? v("rules.errors", { n: one.errors }) : undefined}
              >
                <span class="quiet nums">{one.runs ? v("rules.runs", { n: one.runs }) : ""}</span>
              </RowLink>
              <label class="switch">
                <input
                  type="checkbox"
                  role="switch"
                  aria-label={v("rules.isActive", { name: one.name })}
                  checked={one.is_active}
                  onChange={(event) => toggle(one, event.currentTarget.checked)}
                />
              </label>
            </div>
          )}
        />
      </div>
      {shown.length > 1 && <p class="quiet">{v("rules.orderHint")}</p>}
    </ListPage>
  );
}

interface EditProps {
  one: Rule | undefined;
  vocabulary: Vocabulary;
  reload(): Promise<void>;
}

function EditRule({ one, vocabulary, reload }: EditProps) {
  const draft = useDraft(one ? only(one) : BLANK, async (value) => {
    const body = { ...value, name: value.name.trim() };
    const saved = one ? await changeRule(one.id, body) : await createRule(body);
    await reload();
    say(w("saved"));
    if (!one) queueMicrotask(() => openSettings(`${PATH}/${saved.id}`, { replace: true }));
    return only(saved);
  });
  const { value, put, error } = draft;
  const remove = async (): Promise<void> => {
    await removeRule(one!.id);
    await reload();
    say(r("removed", { name: one!.name }));
    openSettings(PATH);
  };
  return (
    <section class="block">
      <Crumb path={PATH} title={w("section.rules")} />
      <Head title={one?.name ?? v("rules.add")}>
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={value.is_active}
            onChange={(event) => put({ is_active: event.currentTarget.checked })}
          />
          {v("rules.active")}
        </label>
        {one && (
          <Remove
            verb={r("remove")}
            title={r("removeTitle", { name: one.name })}
            text={v("rules.removeText")}
            act={remove}
          />
        )}
      </Head>
      <Editor
        draft={draft}
        isNew={!one}
        aside={<DryRunPanel draft={value} id={one?.id ?? null} vocabulary={vocabulary} />}
      >
        <Line
          label={r("name")}
          value={value.name}
          error={error("name")}
          isFirst={!one}
          placeholder={v("rules.example")}
          onInput={(name) => put({ name })}
        />
        <Part title={v("when")}>
          <TriggerEditor trigger={value.trigger} vocabulary={vocabulary} onChange={(trigger) => put({ trigger })} />
          <Wrong text={error("trigger")} />
        </Part>
        <Part title={v("if")}>
          <ConditionsEditor
            value={value.conditions}
            vocabulary={vocabulary}
            error={error("conditions")}
            onChange={(conditions) => put({ conditions })}
          />
        </Part>
        <Part title={v("then")}>
          <DeedsEditor
            deeds={value.actions}
            vocabulary={vocabulary}
            place="rule"
            error={error("actions")}
            onChange={(actions) => put({ actions })}
          />
          <label class="switch">
            <input
              type="checkbox"
              checked={value.stops_others}
              onChange={(event) => put({ stops_others: event.currentTarget.checked })}
            />
            {v("rules.stops")}
          </label>
        </Part>
      </Editor>
      {one && <RunLog id={one.id} />}
    </section>
  );
}

function Wrong({ text }: { text: string | undefined }) {
  return text ? (
    <p class="fielderr" role="alert">
      {text}
    </p>
  ) : null;
}
