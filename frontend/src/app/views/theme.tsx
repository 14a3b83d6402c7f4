/** Light, dark or as the system has it. */

import { t } from "../../lib/i18n";
import { type Theme, theme } from "../../lib/store/prefs";
import { Icon, type IconName } from "../../ui/icons";
import { Menu } from "../../ui/menu";

const THEMES: readonly { key: Theme; icon: IconName }[] = [
  { key: "system", icon: "system" },
  { key: "light", icon: "sun" },
  { key: "dark", icon: "moon" },
];

export function ThemeMenu() {
  const choices = THEMES.map(({ key, icon }) => ({
    key,
    icon,
    label: t(`theme.${key}`),
    isChosen: theme.value === key,
    run: () => (theme.value = key),
  }));
  return (
    <Menu
      label={t("theme.label")}
      isIcon
      title={t("theme.label")}
      class="btn btn--ghost btn--icon nav__text"
      button={<Icon name="contrast" />}
      choices={choices}
    />
  );
}
