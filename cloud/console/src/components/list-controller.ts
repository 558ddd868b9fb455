import type { ReactiveController } from "lit";
import type { Page } from "../hub/api.ts";
import type { ListQuery } from "../hub/list.ts";
import { keepFresh } from "./keep-fresh.ts";
import { problemText } from "./problem-text.ts";
import type { AppHost } from "./read-controller.ts";

interface ListSource<Row> {
  readonly read: (query: ListQuery) => Promise<Page<Row>>;
  /** Live events after which the list is read again. */
  readonly topics: readonly string[];
}

/**
 * One list of a page: its rows, its order, what is searched, and whether the form that adds a row is open. It is read when the
 * page opens and kept fresh. A failed reading keeps the rows that were there.
 */
export class ListController<Row> implements ReactiveController {
  rows: readonly Row[] | null = null;
  nextCursor: string | null = null;
  errorText = "";
  /** `name` or `-name`; empty: the hub's order, the newest first. */
  sort = "";
  /** The text in the search field. */
  searchText = "";
  isAdding = false;
  readonly #host: AppHost;
  readonly #source: ListSource<Row>;
  #stop: () => void = () => {};
  #hasMorePages = false;
  /** Counts the readings: only the answer to the last one is shown. */
  #readings = 0;

  constructor(host: AppHost, source: ListSource<Row>) {
    this.#host = host;
    this.#source = source;
    host.addController(this);
  }

  hostConnected(): void {
    // Properties are set before the first update, but after the element is connected.
    queueMicrotask(() => {
      this.#stop = keepFresh(this.#host.app.events, this.#source.topics, () => void this.#refresh());
      void this.reload();
    });
  }

  hostDisconnected(): void {
    this.#stop();
  }

  /** A list with several open pages stays as it is: a refresh would throw the reader back to the first page. */
  async #refresh(): Promise<void> {
    if (!this.#hasMorePages) await this.reload();
  }

  /** Reads the first page again. */
  async reload(): Promise<void> {
    this.#hasMorePages = false;
    await this.#read(null, (page) => page.items);
  }

  async sortBy(sort: string): Promise<void> {
    this.sort = sort;
    this.rows = null;
    this.#host.requestUpdate();
    await this.reload();
  }

  async search(text: string): Promise<void> {
    this.searchText = text;
    await this.reload();
  }

  async more(): Promise<void> {
    const before = this.rows ?? [];
    this.#hasMorePages = true;
    await this.#read(this.nextCursor, (page) => [...before, ...page.items]);
  }

  /** Opens or closes the form that adds a row. */
  toggleAdding(): void {
    this.isAdding = !this.isAdding;
    this.#host.requestUpdate();
  }

  async #read(cursor: string | null, join: (page: Page<Row>) => readonly Row[]): Promise<void> {
    const reading = ++this.#readings;
    try {
      const query = { cursor, sort: this.sort === "" ? null : this.sort, q: this.searchText };
      const page = await this.#source.read(query);
      if (reading !== this.#readings) return; // a later reading has begun
      this.rows = join(page);
      this.nextCursor = page.nextCursor;
      this.errorText = "";
    } catch (error) {
      if (reading === this.#readings && this.rows === null) this.errorText = problemText(error);
    }
    this.#host.requestUpdate();
  }
}
