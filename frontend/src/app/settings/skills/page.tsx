/** Skills, how much agents hold at once, and the reasons that they can give for being away. */

import { follow, queried } from "../links";
import { Head } from "../parts";
import { w } from "../words";
import { r } from "../routing/words";
import { CapacityTab } from "../agents/capacity";
import { ReasonsTab } from "../agents/reasons";
import { MatrixTab } from "./matrix";

const PATH = "/settings/skills";
const TABS = { skills: MatrixTab, capacity: CapacityTab, reasons: ReasonsTab } as const;
type Tab = keyof typeof TABS;

export function SkillsPage({ rest: _rest }: { rest: readonly string[] }) {
  const wanted = queried("tab") as Tab;
  const at: Tab = wanted in TABS ? wanted : "skills";
  const Body = TABS[at];
  return (
    <section class="block">
      <Head title={w("section.skills")} text={r(`tab.${at}.lead`)} />
      <nav class="tabs" aria-label={w("section.skills")}>
        {(Object.keys(TABS) as Tab[]).map((tab) => (
          <a
            key={tab}
            href={`${PATH}?tab=${tab}`}
            aria-current={tab === at ? "page" : undefined}
            onClick={follow(`${PATH}?tab=${tab}`)}
          >
            {r(`tab.${tab}`)}
          </a>
        ))}
      </nav>
      <div class="tab">
        <h2 class="vh">{r(`tab.${at}`)}</h2>
        <Body />
      </div>
    </section>
  );
}
