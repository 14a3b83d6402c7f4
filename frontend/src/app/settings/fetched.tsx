/** Parts of the settings whose code, texts and styles come when somebody opens one. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Loaded, Waiting } from "./parts";

/** Shows what `load` fetches; it is asked once, and again after a failure by the viewer's choice. */
export function fetched<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let held: ComponentType<Props> | null = null;
  return function Place(props: Props) {
    const [loaded, setLoaded] = useState<Loaded<ComponentType<Props>>>(
      held ? { state: "ready", value: held } : { state: "loading" },
    );
    const fetch = (): void => {
      void load().then(
        (value) => {
          held = value;
          setLoaded({ state: "ready", value });
        },
        (error: unknown) => setLoaded({ state: "failed", error }),
      );
    };
    useEffect(() => {
      if (!held) fetch();
    }, []);
    if (loaded.state !== "ready") return <Waiting of={loaded} retry={fetch} />;
    const Part = loaded.value;
    return <Part {...props} />;
  };
}
