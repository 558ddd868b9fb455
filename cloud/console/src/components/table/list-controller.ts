import type { ReactiveController } from "lit";
import { readAddress } from "../../address.ts";
import type { Page } from "../../hub/api.ts";
import type { ListQuery } from "../../hub/list.ts";
import { AddressQuery } from "../address-query.ts";
import { keepFresh } from "../keep-fresh.ts";
import { problemText } from "../problem-text.ts";
import type { AppHost } from "../read-controller.ts";

interface ListSource<Row, Name extends string> {
  readonly read: (query: ListQuery, filters: Readonly<Record<Name, string>>) => Promise<Page<Row>>;
  /** Live events after which the list is read again. */
  readonly topics: readonly string[];
  /** The hub is asked how many rows there are on all pages; its list must know `count`. */
  readonly isCounted?: boolean;
  /**
   * The names of its filters. With it (empty: it has none) what narrows and orders the list stands in the address: for the list
   * that a page is about. A list that is only a part of a page keeps its order to itself.
   */
  readonly filters?: readonly Name[];
}

const own = ["q", "sort"] as const;

/**
 * One list of a page: its rows, its order, what is searched, and whether the form that adds a row is open. It is read when the
 * page opens and kept fresh. A failed reading keeps the rows that were there.
 */
export class ListController<Row, Name extends string = never> implements ReactiveController {
  rows: readonly Row[] | null = null;
  nextCursor: string | null = null;
  /** How many rows there are in all; null: the hub does not say. */
  count: { readonly count: number; readonly isMore: boolean } | null = null;
  errorText = "";
  /** It is being read again: the rows of before are still shown. */
  isBusy = false;
  isAdding = false;
  /** On a phone: the filters are shown. */
  isUnfolded = false;
  readonly #host: AppHost;
  readonly #source: ListSource<Row, Name>;
  readonly #query: AddressQuery<Name | "q" | "sort"> | null;
  /** Without an address. */
  #values: Readonly<Record<string, string>> = {};
  #stop: () => void = () => {};
  #hasMorePages = false;
  /** Counts the readings: only the answer to the last one is shown. */
  #readings = 0;

  constructor(host: AppHost, source: ListSource<Row, Name>) {
    this.#host = host;
    this.#source = source;
    const { filters } = source;
    // A command of the search leads to the list with its form open.
    this.isAdding = filters !== undefined && readAddress(location.hash).query.get("add") === "1";
    this.#query = filters === undefined ? null : new AddressQuery(host, [...own, ...filters], () => void this.#again());
    host.addController(this);
  }

  /** `name` or `-name`; empty: the hub's order, the newest first. */
  get sort(): string {
    return this.values.sort ?? "";
  }

  /** The text in the search field. */
  get searchText(): string {
    return this.values.q ?? "";
  }

  /** What narrows the list; an empty text: nothing. */
  get filters(): Readonly<Record<Name, string>> {
    return this.values as Readonly<Record<Name, string>>;
  }

  /** What narrows and orders the list. */
  get values(): Readonly<Record<string, string>> {
    return this.#query?.values ?? this.#values;
  }

  /** Is anything left out of the list? */
  get isNarrowed(): boolean {
    return Object.entries(this.values).some(([name, value]) => name !== "sort" && value !== "");
  }

  /** For what the user keeps about this list. */
  get userId(): string {
    return this.#host.app.user.userId;
  }

  /** Narrows or orders the list otherwise, and reads it. */
  async narrow(change: Readonly<Partial<Record<Name | "q" | "sort", string>>>): Promise<void> {
    if (this.#query !== null) return this.#query.set(change as never);
    this.#values = { ...this.#values, ...(change as Readonly<Record<string, string>>) };
    await this.#again();
  }

  /** The rows stay until the new ones come: nothing jumps. */
  async #again(): Promise<void> {
    this.isBusy = true;
    this.#host.requestUpdate();
    await this.reload();
  }

  hostConnected(): void {
    window.addEventListener("hashchange", this.#openForm);
    // Properties are set before the first update, but after the element is connected.
    queueMicrotask(() => {
      this.#stop = keepFresh(this.#host.app.events, this.#source.topics, () => void this.#refresh());
      void this.reload();
    });
  }

  hostDisconnected(): void {
    window.removeEventListener("hashchange", this.#openForm);
    this.#stop();
  }

  /** A command of the search leads to the list with its form open, also from the list itself. */
  readonly #openForm = (): void => {
    if (this.#query === null || this.isAdding || readAddress(location.hash).query.get("add") !== "1") return;
    this.isAdding = true;
    this.#host.requestUpdate();
  };

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
    await this.narrow({ sort } as never);
  }

  async search(q: string): Promise<void> {
    await this.narrow({ q } as never);
  }

  async more(): Promise<void> {
    const before = this.rows ?? [];
    this.#hasMorePages = true;
    await this.#read(this.nextCursor, (page) => [...before, ...page.items]);
  }

  /** Shows or hides the filters, where they fold. */
  toggleFilters(): void {
    this.isUnfolded = !this.isUnfolded;
    this.#host.requestUpdate();
  }

  /** Opens or closes the form that adds a row. */
  toggleAdding(): void {
    this.isAdding = !this.isAdding;
    this.#host.requestUpdate();
  }

  async #read(cursor: string | null, join: (page: Page<Row>) => readonly Row[]): Promise<void> {
    const reading = ++this.#readings;
    try {
      const isCounted = this.#source.isCounted === true && cursor === null;
      const query = { cursor, sort: this.sort === "" ? null : this.sort, q: this.searchText, count: isCounted };
      const page = await this.#source.read(query, this.filters);
      if (reading !== this.#readings) return; // a later reading has begun
      this.rows = join(page);
      this.nextCursor = page.nextCursor;
      // Only the first page is asked for it.
      if (page.total !== undefined) this.count = { count: page.total.count, isMore: page.total.more };
      this.errorText = "";
    } catch (error) {
      // Rows of another question are no answer to this one.
      if (reading === this.#readings && (this.rows === null || this.isBusy)) this.errorText = problemText(error);
    }
    if (reading === this.#readings) this.isBusy = false;
    this.#host.requestUpdate();
  }
}
