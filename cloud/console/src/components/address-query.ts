import type { ReactiveController, ReactiveControllerHost } from "lit";
import { readAddress, withQueryChange } from "../address.ts";

/**
 * Values of a page that stand in its address: filters, order, dates, the open tab. `names` are the ones it reads. It draws the
 * page again, and calls `changed`, when they change: by `set`, by the Back button, by a link to the same page.
 */
export class AddressQuery<Name extends string> implements ReactiveController {
  values: Readonly<Record<Name, string>>;
  readonly #host: ReactiveControllerHost;
  readonly #names: readonly Name[];
  readonly #changed: () => void;
  /** The page whose address this is: an address of another page changes nothing here. */
  readonly #path = readAddress(location.hash).path;
  #id = readAddress(location.hash).id;

  constructor(host: ReactiveControllerHost, names: readonly Name[], changed: () => void = () => {}) {
    this.#host = host;
    this.#names = names;
    this.#changed = changed;
    this.values = this.#read();
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener("hashchange", this.#follow);
  }

  hostDisconnected(): void {
    window.removeEventListener("hashchange", this.#follow);
  }

  /**
   * Empty values leave the address. The Back button does not step through every filter: the entry is replaced. `isStep`: it does
   * step back over this one, as over the pages of a list.
   */
  set(change: Partial<Readonly<Record<Name, string>>>, isStep = false): void {
    const address = withQueryChange(location.hash, change as Readonly<Record<string, string>>);
    if (isStep) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    this.#follow();
  }

  readonly #follow = (): void => {
    if (readAddress(location.hash).path !== this.#path) return;
    const { id } = readAddress(location.hash);
    // Another thing of the list is open: the list marks its row.
    if (id !== this.#id) this.#host.requestUpdate();
    this.#id = id;
    const next = this.#read();
    if (this.#names.every((name) => next[name] === this.values[name])) return;
    this.values = next;
    this.#host.requestUpdate();
    this.#changed();
  };

  #read(): Record<Name, string> {
    const { query } = readAddress(location.hash);
    return Object.fromEntries(this.#names.map((name) => [name, query.get(name) ?? ""])) as Record<Name, string>;
  }
}
