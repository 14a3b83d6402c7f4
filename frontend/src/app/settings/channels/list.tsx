/** Every channel: its address, kind, health and queue. */

import { channels, queueName } from "../../../lib/store/session";
import type { Channel } from "../../../lib/types";
import { Empty } from "../../../ui/empty";
import { Icon, iconOfKind } from "../../../ui/icons";
import { channelName } from "../../channels";
import { follow } from "../links";
import { Head } from "../parts";
import { w } from "../words";
import { Health, HealthDetail } from "./health";

export function ChannelList() {
  const listed = channels.value;
  const add = (
    <a class="btn btn--primary btn--large" href="/settings/channels/new" onClick={follow("/settings/channels/new")}>
      <Icon name="plus" />
      {w("channels.add")}
    </a>
  );
  return (
    <section class="block">
      <Head title={w("section.channels")} text={w("channels.lead")}>
        {listed.length > 0 && add}
      </Head>
      {listed.length ? (
        <ul class="channels">
          {listed.map((one) => (
            <Row key={one.id} one={one} />
          ))}
        </ul>
      ) : (
        <Empty title={w("channels.none")} text={w("channels.noneText")}>
          {add}
        </Empty>
      )}
    </section>
  );
}

function Row({ one }: { one: Channel }) {
  const path = `/settings/channels/${one.id}`;
  const queue = queueName(one.queue_id ?? null);
  const facts = [channelName(one.kind), one.kind === "chat" ? "" : one.address, queue && w("channels.into", { queue })];
  return (
    <li>
      <a href={path} onClick={follow(path)}>
        <Icon name={iconOfKind(one.kind)} />
        <span class="channels__name strong clip" dir="auto">
          {one.name}
        </span>
        <Health channel={one} />
        <span class="channels__facts">
          <span class="clip">{facts.filter(Boolean).join(" · ")}</span>
          <span class="channels__trouble">
            <HealthDetail channel={one} />
          </span>
        </span>
      </a>
    </li>
  );
}
