/** The sheet of shortcuts, and the switch that turns single keys off. */

import { t } from "../../lib/i18n";
import { areSingleKeysOn } from "../../lib/store/prefs";
import { Dialog } from "../../ui/dialog";
import { Kbd } from "../../ui/kbd";
import { type Group, commands, groupTitle } from "../commands";
import { closeOverlay } from "../overlay";

const GROUPS: readonly Group[] = ["move", "answer", "change", "app"];

export function Shortcuts() {
  return (
    <Dialog
      title={t("shortcuts.title")}
      lead={t("shortcuts.lead")}
      onClose={closeOverlay}
      kind="wide"
      foot={
        <>
          <label class="switch">
            <input
              type="checkbox"
              role="switch"
              checked={areSingleKeysOn.value}
              onChange={(event) => (areSingleKeysOn.value = event.currentTarget.checked)}
            />
            {t("shortcuts.single")}
          </label>
          <button type="button" class="btn push" onClick={closeOverlay}>
            {t("act.close")}
          </button>
        </>
      }
    >
      <div class="dialog__body sheet-of-keys">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{groupTitle(group)}</h3>
            <dl>
              {commands
                .filter((one) => one.group === group && one.keys)
                .map((one) => (
                  <div key={one.id}>
                    <dt>{t(one.title)}</dt>
                    <dd>
                      <Kbd keys={one.keys} />
                    </dd>
                  </div>
                ))}
              {group === "answer" && (
                <>
                  <div>
                    <dt>{t("key.send")}</dt>
                    <dd>
                      <Kbd keys="Mod+Enter" />
                    </dd>
                  </div>
                  <div>
                    <dt>{t("key.sendResolve")}</dt>
                    <dd>
                      <Kbd keys="Mod+Shift+Enter" />
                    </dd>
                  </div>
                </>
              )}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
