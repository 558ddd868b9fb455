import type { nothing, ReactiveController, ReactiveControllerHost, TemplateResult } from "lit";
import { getVersioned, type Versioned } from "../hub/api.ts";
import type { PathOf } from "../hub/hub-path.ts";
import type { Topic } from "../hub/live-events.ts";
import { onLocale } from "../strings/strings.ts";
import type { AppContext } from "./app-element.ts";
import { keepFresh } from "./keep-fresh.ts";
import { loadFailed, loading } from "./loading.ts";
import { problemText } from "./problem-text.ts";

/** An element that has the app's context. */
export type AppHost = ReactiveControllerHost & { readonly app: AppContext };

interface ReadOptions<Thing> {
  /** Where the hub has it, or a function that reads it. */
  readonly path?: () => PathOf<Thing>;
  readonly read?: () => Promise<Thing>;
  /** Who lacks it reads nothing: `value` stays null. */
  readonly permission?: string;
  /** While it says no, nothing is read. */
  readonly isAsked?: () => boolean;
  /** Live events after which it is read again. Without topics it is read once; with an empty list, at intervals. */
  readonly topics?: readonly Topic[];
  /** It holds words, and is read again in the language that is chosen. */
  readonly holdsWords?: boolean;
}

/** Nobody need be logged in to read it. */
type OnceOptions<Thing> = Omit<ReadOptions<Thing>, "topics" | "permission">;

/**
 * One thing that a page shows. It is read when the page opens and kept fresh. A failed reading keeps the value that was
 * there, unless that is another's: what stood at another path is no answer. `etag` is its version, for a form that changes it.
 */
export class ReadController<Thing> implements ReactiveController {
  value: Thing | null = null;
  etag: string | null = null;
  errorText = "";
  /** What an open form changes: the version that was there when the form was opened. */
  edited: Versioned<Thing> | null = null;
  readonly #host: ReactiveControllerHost & { readonly app?: AppContext };
  readonly #options: ReadOptions<Thing>;
  #stops: (() => void)[] = [];
  /** Readings that were begun, and the newest of those that have ended: an answer that comes after a newer one is dropped. */
  #begun = 0;
  #ended = 0;
  /** Where `value` was read. */
  #readAt: string | null = null;

  constructor(host: AppHost, options: ReadOptions<Thing>);
  constructor(host: ReactiveControllerHost, options: OnceOptions<Thing>);
  constructor(host: ReactiveControllerHost & { readonly app?: AppContext }, options: ReadOptions<Thing>) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    // Properties are set before the first update, but after the element is connected.
    queueMicrotask(() => {
      const { topics, holdsWords, permission } = this.#options;
      const { app } = this.#host;
      if (permission !== undefined && !app?.user.permissions.includes(permission)) return;
      const again = () => this.reload();
      if (topics !== undefined && app !== undefined) this.#stops.push(keepFresh(app.events, topics, again));
      if (holdsWords) this.#stops.push(onLocale(() => void again()));
      void again();
    });
  }

  hostDisconnected(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  async reload(): Promise<void> {
    if (this.#options.isAsked?.() === false) return;
    const at = ++this.#begun;
    const path = this.#path();
    try {
      const { value, etag } = await this.#read(path);
      if (at < this.#ended) return;
      // What was asked meanwhile is another question: of a plan, a number, a month.
      if (path !== this.#path()) return;
      this.#ended = at;
      this.#readAt = path;
      this.value = value;
      this.etag = etag;
      this.errorText = "";
    } catch (error) {
      if (path !== this.#path()) return;
      if (this.#readAt !== path) this.value = null;
      if (this.value === null) this.errorText = problemText(error);
    }
    this.#host.requestUpdate();
  }

  #path(): PathOf<Thing> {
    return this.#options.path?.() ?? ("" as PathOf<Thing>);
  }

  async #read(path: PathOf<Thing>): Promise<Versioned<Thing>> {
    const { read } = this.#options;
    return read === undefined ? getVersioned(path) : { value: await read(), etag: null };
  }

  beginEdit(): void {
    this.edited = this.value === null ? null : { value: this.value, etag: this.etag };
    this.#host.requestUpdate();
  }

  /** The thing has changed since the form was opened: the form starts again with the newest version. */
  async restartEdit(): Promise<void> {
    await this.reload();
    this.beginEdit();
  }

  /** Another thing is asked for: what was there is not shown, nor changed, as if it were that one's. */
  async readOther(): Promise<void> {
    this.value = null;
    this.errorText = "";
    this.endEdit();
    await this.reload();
  }

  endEdit(): void {
    this.edited = null;
    this.#host.requestUpdate();
  }

  toggleEdit(): void {
    if (this.edited === null) this.beginEdit();
    else this.endEdit();
  }

  /** Draws the thing, or that it is loading, or why it could not be loaded. */
  render(draw: (value: Thing) => TemplateResult | typeof nothing): TemplateResult | typeof nothing {
    if (this.errorText !== "") return loadFailed(this.errorText, () => void this.reload());
    return this.value === null ? loading() : draw(this.value);
  }
}
