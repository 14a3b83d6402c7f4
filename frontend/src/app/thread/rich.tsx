/** What a message holds beside words and files: a place, cards, what was pressed, buttons, and files that are missing. */

import { t } from "../../lib/i18n";
import type { Item, Rich } from "../../lib/types";
import { Icon } from "../../ui/icons";

export function RichParts({ item }: { item: Item }) {
  const { rich, missing_files: missing = [] } = item;
  return (
    <>
      {rich && <Parts rich={rich} />}
      {missing.map((file) => (
        <p key={file.filename} class="blocked">
          <Icon name="file" size="s" />
          <span dir="auto">{t("message.missingFile", { name: file.filename || "?", reason: file.reason })}</span>
        </p>
      ))}
    </>
  );
}

function Parts({ rich }: { rich: Rich }) {
  return (
    <>
      {rich.location && <Place place={rich.location} />}
      {rich.contacts?.map((card) => (
        <p key={card.name} class="card" dir="auto">
          <Icon name="user" size="s" />
          <span>
            <b>{card.name}</b>
            {card.organization && ` · ${card.organization}`}
            <small dir="ltr">{[...(card.phones ?? []), ...(card.emails ?? [])].join(" · ")}</small>
          </span>
        </p>
      ))}
      {rich.choice && (
        <p class="card" dir="auto">
          <Icon name="check" size="s" />
          <span>
            {t("message.chose", { title: rich.choice.title || rich.choice.id })}
            {Object.entries(rich.choice.data ?? {}).map(([name, value]) => (
              <small key={name}>{`${name}: ${value}`}</small>
            ))}
          </span>
        </p>
      )}
      {rich.template && (
        <span class="tag" dir="auto">
          {t("message.template")}
        </span>
      )}
      {(rich.buttons?.length || rich.menu) && (
        <ul class="offered" aria-label={t("message.buttons")}>
          {[...(rich.buttons ?? []), ...(rich.menu?.rows ?? [])].map((one) => (
            <li key={one.id} class="tag" dir="auto">
              {one.title}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Place({ place }: { place: NonNullable<Rich["location"]> }) {
  const point = `${place.latitude},${place.longitude}`;
  const address = `https://www.openstreetmap.org/?mlat=${place.latitude}&mlon=${place.longitude}&zoom=16`;
  return (
    <p class="card" dir="auto">
      <Icon name="globe" size="s" />
      <span>
        <a href={address} target="_blank" rel="noopener noreferrer">
          {place.name || t("message.location")}
        </a>
        <small dir={place.address ? "auto" : "ltr"}>{place.address || point}</small>
      </span>
    </p>
  );
}
