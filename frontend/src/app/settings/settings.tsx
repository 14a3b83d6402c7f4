/** The frame of the settings: sections beside, the chosen one's page, and the question before changes are lost. */

import { useEffect, useRef } from "preact/hooks";
import { t } from "../../lib/i18n";
import { navigate, openSettings, settingsPath } from "../../lib/store/route";
import { BrandWord } from "../../ui/brand";
import { Empty } from "../../ui/empty";
import { Icon } from "../../ui/icons";
import { LeaveDialog } from "./leaving";
import { type Section, sections } from "./sections";
import { ThemeMenu } from "../views/theme";
import { follow } from "./links";
import { w } from "./words";

export function Settings() {
  const main = useRef<HTMLElement>(null);
  const [, slug = "", ...rest] = placeOf(settingsPath.value ?? "/settings");
  const allowed = sections.filter((section) => section.isAllowed());
  const section = slug ? sections.find((one) => one.slug === slug) : undefined;
  const here = section?.slug ?? "";
  useEffect(() => {
    const first = allowed[0];
    if (!slug && first && !isPhone()) openSettings(`/settings/${first.slug}`, { replace: true });
  }, [slug]);
  useEffect(() => {
    if (section) document.title = `${w(section.title)} · Omnihub`;
    main.current?.scrollTo(0, 0);
  }, [here, rest.join("/")]);
  return (
    <div class="setup" data-at={slug ? "page" : "list"}>
      <nav class="setup__nav" aria-label={t("settings.title")}>
        <div class="views__head">
          <a class="brand" href="/inbox" title={w("toInbox")} onClick={toInbox}>
            <BrandWord />
          </a>
          <ThemeMenu />
        </div>
        <a class="setup__back" href="/inbox" onClick={toInbox}>
          <Icon name="back" turns />
          {w("toInbox")}
        </a>
        <div class="nav">
          <Group title={w("group.organization")} of={allowed.filter((one) => one.group === "organization")} at={here} />
          <Group title={w("group.routing")} of={allowed.filter((one) => one.group === "routing")} at={here} />
          <Group title={w("group.personal")} of={allowed.filter((one) => one.group === "personal")} at={here} />
        </div>
      </nav>
      <main id="settings" ref={main} class="setup__main" tabIndex={-1}>
        <a class="btn btn--ghost setup__up" href="/settings" onClick={follow("/settings")}>
          <Icon name="back" turns />
          {t("settings.title")}
        </a>
        <Body section={section} rest={rest} isUnknown={Boolean(slug) && !section} />
      </main>
      <LeaveDialog />
    </div>
  );
}

function Body({ section, rest, isUnknown }: { section?: Section; rest: readonly string[]; isUnknown: boolean }) {
  if (isUnknown) return <Empty title={w("unknown.title")} text={w("unknown.text")} />;
  if (!section) return null;
  if (!section.isAllowed()) return <Empty title={w("forbidden.title")} text={w("forbidden.text")} />;
  const Page = section.page;
  return <Page rest={rest} />;
}

function Group({ title, of, at }: { title: string; of: readonly Section[]; at: string }) {
  if (!of.length) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul>
        {of.map((section) => (
          <li key={section.slug}>
            <a
              href={`/settings/${section.slug}`}
              aria-current={section.slug === at ? "page" : undefined}
              onClick={follow(`/settings/${section.slug}`)}
            >
              <Icon name={section.icon} />
              <span class="clip">{w(section.title)}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

const isPhone = (): boolean => matchMedia("(max-width: 899px)").matches;

/** The parts of a settings address, without its query. */
export function placeOf(path: string): string[] {
  return path.split("?")[0]!.split("/").filter(Boolean).map(decodeURIComponent);
}

function toInbox(event: MouseEvent): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  navigate({});
}
