/** The live board: every queue and every agent, what is at risk, what nobody can take; each figure opens its list. */

import { useEffect } from "preact/hooks";
import { t } from "../../lib/i18n";
import { may } from "../../lib/store/session";
import { Empty } from "../../ui/empty";
import { connection, wasReady } from "../line";
import { Crew } from "./crew";
import { Drill, drilled } from "./drill";
import { Head } from "./head";
import { History } from "./history";
import { Kinds } from "./kinds";
import { Queues } from "./queues";
import { Risks } from "./risks";
import { board, followBoard } from "./store";
import { Stuck } from "./stuck";
import { Summary } from "./summary";
import { w } from "./words";

export function Board() {
  const isAllowed = may("agents.supervise");
  useEffect(() => {
    document.title = `${t("board.title")} · Omnihub`;
    return isAllowed ? followBoard() : undefined;
  }, []);
  return (
    <div class="board">
      <Head />
      <main id="board" class="board__main" tabIndex={-1}>
        <h1 class="vh">{t("board.title")}</h1>
        {isAllowed ? <Body /> : <Empty title={w("forbidden.title")} text={w("forbidden.text")} />}
      </main>
      {drilled.value && <Drill what={drilled.value} />}
    </div>
  );
}

function Body() {
  if (!board.value) return <Waiting />;
  if (!board.value.queues.length) return <Empty title={w("empty.title")} text={w("empty.text")} />;
  return (
    // What stands here while the line is down is the last that was known.
    <div class="board__body" data-stale={wasReady.value && connection.value !== "ready" ? "" : undefined}>
      <Stuck />
      <Summary />
      <Queues />
      <div class="cols">
        <History />
        <Risks />
      </div>
      <Crew />
      <Kinds />
    </div>
  );
}

function Waiting() {
  return (
    <div class="board__wait skeleton" aria-busy="true" aria-label={w("loading")} role="status">
      {Array.from({ length: 9 }, (_, at) => (
        <i key={at} />
      ))}
    </div>
  );
}
