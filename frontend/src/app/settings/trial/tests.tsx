/** Policy tests: what is expected of messages, listed with how it went, and edited beside what would happen now. */

import { useState } from "preact/hooks";
import { api } from "../../../lib/api";
import { reasonOf } from "../../../lib/store/reason";
import { openSettings } from "../../../lib/store/route";
import { say } from "../../../lib/store/toasts";
import { exact, age } from "../../../lib/time";
import { Empty } from "../../../ui/empty";
import { Icon } from "../../../ui/icons";
import { Head, Waiting } from "../parts";
import { useFresh } from "../routing/fresh";
import { AddLink, Crumb, ListPage, Remove } from "../routing/parts";
import { w } from "../words";
import { type PolicyTest, loadTests, runTests } from "./data";
import { TestForm } from "./testform";
import { u } from "./words";

const PATH = "/settings/tests";

export function PolicyTestsPage({ rest }: { rest: readonly string[] }) {
  const [loaded, reload] = useFresh(loadTests, "tests", ["policy_test"]);
  const [id] = rest;
  if (id === "new") return <Edit one={undefined} onSaved={() => void reload()} />;
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  if (!id) return <List items={loaded.value} onRan={() => void reload()} />;
  const one = loaded.value.find((test) => test.id === id);
  if (!one) return <Empty title={w("gone.title")} text={w("gone.text")} />;
  return <Edit key={id} one={one} onSaved={() => void reload()} />;
}

function List({ items, onRan }: { items: readonly PolicyTest[]; onRan(): void }) {
  const [isBusy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      const failing = (await runTests()).filter(({ result }) => !result?.passed).length;
      say(failing ? u("tests.someFail", { n: failing }) : u("tests.allPass"));
      onRan();
    } catch (error) {
      say(reasonOf(error), { tone: "failure" });
    }
    setBusy(false);
  };
  return (
    <ListPage
      title={u("tests.title")}
      lead={u("tests.lead")}
      isEmpty={items.length === 0}
      none={u("tests.none")}
      noneText={u("tests.noneText")}
      add={
        <>
          {items.length > 0 && (
            <button type="button" class="btn btn--large" disabled={isBusy} onClick={() => void run()}>
              {u("tests.run")}
            </button>
          )}
          <AddLink path={`${PATH}/new`} label={u("tests.add")} />
        </>
      }
    >
      <ul class="channels">
        {items.map((one) => (
          <li key={one.id}>
            <Row one={one} />
          </li>
        ))}
      </ul>
    </ListPage>
  );
}

function Row({ one }: { one: PolicyTest }) {
  const passed = one.result?.passed ?? false;
  const path = `${PATH}/${one.id}`;
  return (
    <a
      href={path}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        openSettings(path);
      }}
    >
      <Icon name={passed ? "check" : "alert"} />
      <span class="channels__name strong clip" dir="auto">
        {one.name}
      </span>
      <span class="health" data-state={passed ? "ok" : "failing"}>
        {u(passed ? "tests.passes" : "tests.fails")}
      </span>
      <span class="channels__facts">
        <span class="channels__trouble">
          {one.result?.error || one.result?.differences.map((found) => u("tests.difference", { ...found })).join(" · ")}
        </span>
        {one.ran_at && <time title={exact(one.ran_at)}>{u("tests.ran", { age: age(one.ran_at) })}</time>}
      </span>
    </a>
  );
}

function Edit({ one, onSaved }: { one: PolicyTest | undefined; onSaved(): void }) {
  const remove = async (): Promise<void> => {
    await api.delete(`/policy-tests/${one!.id}`);
    onSaved();
    openSettings(PATH);
  };
  return (
    <section class="block">
      <Crumb path={PATH} title={u("tests.title")} />
      <Head title={one?.name ?? u("tests.add")}>
        {one && (
          <Remove
            verb={u("tests.remove")}
            title={u("tests.removeTitle", { name: one.name })}
            text={u("tests.removeText")}
            act={remove}
          />
        )}
      </Head>
      <TestForm one={one} onSaved={onSaved} />
    </section>
  );
}
