/** The time zone of a schedule, found by typing a city. */

import { Menu } from "../../../ui/menu";
import { Icon } from "../../../ui/icons";
import { Failure } from "../parts";
import { r } from "../routing/words";
import { offsetOf, zoneNames } from "./zones";

interface ZonePickerProps {
  zone: string;
  error: string | undefined;
  onChange(zone: string): void;
}

export function ZonePicker({ zone, error, onChange }: ZonePickerProps) {
  const names = zoneNames();
  const all = names.includes(zone) ? names : [zone, ...names];
  return (
    <div class="field">
      <span>{r("zone.label")}</span>
      <Menu
        label={r("zone.label")}
        class="btn btn--large zone"
        button={
          <>
            <Icon name="globe" />
            <span class="ltr">{zone.replaceAll("_", " ")}</span>
            <span class="quiet ltr">{offsetOf(zone)}</span>
            <Icon name="down" size="s" />
          </>
        }
        choices={all.map((name) => ({
          key: name.replace(/[^A-Za-z0-9]/g, "-"),
          label: name.replaceAll("_", " "),
          isChosen: name === zone,
          run: () => onChange(name),
        }))}
      />
      {error && <Failure text={error} />}
      <span class="field__hint">{r("zone.hint")}</span>
    </div>
  );
}
