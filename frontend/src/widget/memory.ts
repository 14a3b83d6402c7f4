/** What the browser keeps for one site key between page loads: who the visitor is and what is still to be sent. */

/** A message the server has not confirmed. `reason` is set once the server has refused it. */
export interface Pending {
  client_id: string;
  text: string;
  at: number;
  reason?: string;
}

/** Everything kept. `started` says that a conversation exists, so that a later page load looks for answers. */
export interface Kept {
  visitor: string | null;
  open: boolean;
  started: boolean;
  site: string;
  draft: string;
  outbox: Pending[];
}

const EMPTY: Kept = { visitor: null, open: false, started: false, site: "", draft: "", outbox: [] };

/** One site key's drawer in localStorage; where storage is forbidden it lasts as long as the page. */
export class Memory {
  readonly #drawer: string;
  #spare: Kept = EMPTY;

  constructor(siteKey: string) {
    this.#drawer = "omnihub:" + siteKey;
  }

  read(): Kept {
    try {
      return { ...EMPTY, ...(JSON.parse(localStorage.getItem(this.#drawer) ?? "{}") as Partial<Kept>) };
    } catch {
      return this.#spare;
    }
  }

  /** Change some fields. Other tabs write the same drawer, so the rest is read afresh and left as it is. */
  write(change: Partial<Kept>): void {
    this.#spare = { ...this.read(), ...change };
    try {
      localStorage.setItem(this.#drawer, JSON.stringify(this.#spare));
    } catch {
      // Storage is full or forbidden: the page's own copy must do.
    }
  }

  /** Keep or replace one unconfirmed message. */
  keep(message: Pending): void {
    const others = this.read().outbox.filter((each) => each.client_id !== message.client_id);
    this.write({ outbox: [...others, message] });
  }

  /** Forget a message that the server has confirmed. */
  forget(clientId: string): void {
    this.write({ outbox: this.read().outbox.filter((each) => each.client_id !== clientId) });
  }
}
