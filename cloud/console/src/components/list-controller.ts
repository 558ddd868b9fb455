import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Page } from "../hub/api.ts";
import type { LiveEvents } from "../hub/live-events.ts";
import { keepFresh } from "./keep-fresh.ts";
import { problemText } from "./problem-text.ts";

/**
 * One list of a page: reads it when the page opens, again whenever one of its topics is heard, and further pages on
 * request. An error keeps the rows that were there.
 */
export class ListController<Row> implements ReactiveController {
  rows: readonly Row[] | null = null;
  nextCursor: string | null = null;
  errorText = "";
  /** `name` or `-name`; empty: as the hub gives it, the newest first. */
  sort = "";
  readonly #host: ReactiveControllerHost;
  readonly #read: (cursor: string | null, sort: string | null) => Promise<Page<Row>>;
  readonly #topics: readonly string[];
  readonly #events: () => LiveEvents;
  #stop: () => void = () => {};
  #isOpenedFurther = false;
  /** Counts what was asked for: only the last answer is shown. */
  #turn = 0;

  constructor(
    host: ReactiveControllerHost,
    options: {
      read: (cursor: string | null, sort: string | null) => Promise<Page<Row>>;
      topics: readonly string[];
      events: () => LiveEvents;
    },
  ) {
    this.#host = host;
    this.#read = options.read;
    this.#topics = options.topics;
    this.#events = options.events;
    host.addController(this);
  }

  hostConnected(): void {
    // Properties are set before the first update, but after the element is connected.
    queueMicrotask(() => {
      this.#stop = keepFresh(this.#events(), this.#topics, () => void this.#refresh());
      void this.reload();
    });
  }

  hostDisconnected(): void {
    this.#stop();
  }

  /** Who has opened the list further is not thrown back to its beginning. */
  async #refresh(): Promise<void> {
    if (!this.#isOpenedFurther) await this.reload();
  }

  /** Reads the first page again (a list that was opened further goes back to its beginning). */
  async reload(): Promise<void> {
    this.#isOpenedFurther = false;
    await this.#take(null, (page) => page.items);
  }

  async sortBy(sort: string): Promise<void> {
    this.sort = sort;
    this.rows = null;
    this.#host.requestUpdate();
    await this.reload();
  }

  async more(): Promise<void> {
    const before = this.rows ?? [];
    this.#isOpenedFurther = true;
    await this.#take(this.nextCursor, (page) => [...before, ...page.items]);
  }

  async #take(cursor: string | null, join: (page: Page<Row>) => readonly Row[]): Promise<void> {
    const turn = ++this.#turn;
    try {
      const page = await this.#read(cursor, this.sort === "" ? null : this.sort);
      if (turn !== this.#turn) return; // something else was asked for meanwhile
      this.rows = join(page);
      this.nextCursor = page.nextCursor;
      this.errorText = "";
    } catch (error) {
      if (turn === this.#turn && this.rows === null) this.errorText = problemText(error);
    }
    this.#host.requestUpdate();
  }
}
