/** The channels' section: the list, a new channel, or one of them. */

import { Empty } from "../../../ui/empty";
import { Icon } from "../../../ui/icons";
import { iconOfKind } from "../../../ui/icons";
import { follow, queried } from "../links";
import { Head, Waiting, useLoaded } from "../parts";
import { said, w } from "../words";
import { type ChannelSettings, type Kind, loadChannel, loadKinds } from "./data";
import { EditChannel } from "./edit";
import { ChannelList } from "./list";
import { Wizard } from "./wizard";

export function ChannelsPage({ rest }: { rest: readonly string[] }) {
  const [id] = rest;
  if (!id) return <ChannelList />;
  return id === "new" ? <NewChannel /> : <OneChannel key={id} id={id} />;
}

function NewChannel() {
  const [kinds, reload] = useLoaded(loadKinds, "kinds");
  if (kinds.state !== "ready") return <Waiting of={kinds} retry={() => void reload()} />;
  const chosen = kinds.value.length === 1 ? kinds.value[0] : kinds.value.find((one) => one.kind === queried("kind"));
  if (chosen) return <Wizard kind={chosen} channel={null} onChange={() => undefined} />;
  if (!kinds.value.length) return <Empty title={w("channels.none")} text={w("channels.noKinds")} />;
  return (
    <section class="block">
      <Head title={w("channels.add")} text={w("channels.which")} />
      <ul class="channels">
        {kinds.value.map((one) => (
          <KindLink key={one.kind} one={one} />
        ))}
      </ul>
    </section>
  );
}

function KindLink({ one }: { one: Kind }) {
  const path = `/settings/channels/new?kind=${encodeURIComponent(one.kind)}`;
  return (
    <li>
      <a href={path} onClick={follow(path)}>
        <Icon name={iconOfKind(one.kind)} />
        <span class="channels__name strong">{said(one.label)}</span>
      </a>
    </li>
  );
}

function OneChannel({ id }: { id: string }) {
  const load = (): Promise<[Kind[], ChannelSettings]> => Promise.all([loadKinds(), loadChannel(id)]);
  const [loaded, reload, show] = useLoaded(load, id);
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  const [kinds, channel] = loaded.value;
  const kind = kinds.find((one) => one.kind === channel.kind);
  const onChange = (next: ChannelSettings): void => show([kinds, next]);
  if (kind && channel.state === "draft") return <Wizard kind={kind} channel={channel} onChange={onChange} />;
  return <EditChannel kind={kind} channel={channel} onChange={onChange} />;
}
