/** The third pane: the conversation's head, its log and the composer; or what to say when there is none. */

import { t } from "../../lib/i18n";
import { counters } from "../../lib/store/counters";
import { ids, phase } from "../../lib/store/list";
import { route } from "../../lib/store/route";
import type { Conversation } from "../../lib/types";
import { Empty } from "../../ui/empty";
import { Grip } from "../../ui/grip";
import { Icon } from "../../ui/icons";
import { Kbd } from "../../ui/kbd";
import { Composer } from "../composer/composer";
import { current, open, trouble } from "../current";
import { back, front } from "../panes";
import { Beginning } from "../pages/beginning";
import { ThreadHead } from "./head";
import { Links } from "./links";
import { Log } from "./log";
import { PresenceLine } from "./presence";

export function ThreadPane() {
  const one = current.value;
  return (
    <section
      class="thread pane"
      id="thread"
      tabIndex={-1}
      aria-label={t("thread.verbs")}
      role={front.value === "thread" ? "main" : undefined}
    >
      <Grip pane="list" label={t("grip.list")} />
      {one ? <Thread key={one.id} one={one} /> : <NoThread />}
    </section>
  );
}

function Thread({ one }: { one: Conversation }) {
  return (
    <>
      <ThreadHead one={one} />
      <Links one={one} />
      <Log one={one} />
      <PresenceLine id={one.id} />
      <Composer one={one} />
    </>
  );
}

function NoThread() {
  const { number } = route.value;
  if (trouble.value) return <Trouble number={number} />;
  if (number !== null)
    return (
      <p class="vh" role="status">
        {t("thread.loading")}
      </p>
    );
  if (phase.value === "ready" && !ids.value.length && counters.value["open"] === 0) return <Beginning />;
  return (
    <div class="pane__scroll pane__scroll--centre">
      <Empty title={t("thread.pick")} text={t("thread.pickText")}>
        <p class="keyhint">
          <Kbd keys="j" /> <Kbd keys="k" /> {t("thread.pickKeys")} <Kbd keys="?" /> {t("thread.allKeys")}
        </p>
      </Empty>
    </div>
  );
}

function Trouble({ number }: { number: number | null }) {
  const isGone = trouble.value === "gone";
  return (
    <div class="pane__scroll pane__scroll--centre">
      <button
        type="button"
        class="btn btn--ghost btn--icon back back--corner"
        aria-label={t("back.list")}
        onClick={back}
      >
        <Icon name="back" turns />
      </button>
      <Empty
        title={isGone ? t("thread.gone", { number: `#${number}` }) : t("thread.failed")}
        text={isGone ? t("thread.goneText") : t("thread.failedText")}
      >
        {!isGone && (
          <button type="button" class="btn" onClick={() => void open(number)}>
            {t("act.tryAgain")}
          </button>
        )}
      </Empty>
    </div>
  );
}
