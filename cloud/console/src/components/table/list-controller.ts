import type { ReactiveController } from "lit";
import { readAddress } from "../../address.ts";
import { ApiError, type Page, type Sum } from "../../hub/api.ts";
import type { ListQuery } from "../../hub/list.ts";
import type { Topic } from "../../hub/live-events.ts";
import { AddressQuery } from "../address-query.ts";
import { keepFresh } from "../keep-fresh.ts";
import { nextPaint } from "../next-paint.ts";
import { problemText } from "../problem-text.ts";
import type { AppHost } from "../read-controller.ts";

interface ListSource<Row, Name extends string> {
  readonly read: (query: ListQuery, filters: Readonly<Record<Name, string>>) => Promise<Page<Row>>;
  /** Live events after which the list is read again. */
  readonly topics: readonly Topic[];
  /** The hub is asked how many rows there are on all pages; its list must know `count`. */
  readonly isCounted?: boolean;
  /**
   * The names of its filters. With it (empty: it has none) what narrows and orders the list stands in the address: for the list
   * that a page is about. A list that is only a part of a page keeps its order to itself.
   */
  readonly filters?: readonly Name[];
  /** It belongs to the thing that is open: which of its pages is shown stands in the address under a name of its own. */
  readonly isOfThing?: boolean;
}

const own = ["q", "sort"] as const;

/** Which rows are shown: two pages of one question differ in `after` alone. */
export interface ShownPage {
  /** What the list was asked for. */
  readonly question: string;
  /** Empty: the first page. */
  readonly after: string;
}

/**
 * One list of a page: one page of its rows, its order, what is searched, and whether the form that adds a row is open. It is read
 * when the page opens and kept fresh. A failed reading keeps the rows that were there. A page of rows takes the place of the one
 * before: a thousand rows that stand there would make each press slow.
 */
export class ListController<Row, Name extends string = never> implements ReactiveController {
  rows: readonly Row[] | null = null;
  nextCursor: string | null = null;
  /** Which page `rows` is. */
  shown: ShownPage = { question: "", after: "" };
  /** How many rows there are in all; null: the hub does not say. */
  count: { readonly count: number; readonly isMore: boolean; readonly sums?: readonly Sum[] | undefined } | null = null;
  errorText = "";
  /** It is being read again: the rows of before are still shown. */
  isBusy = false;
  isAdding = false;
  /** On a phone: the filters are shown. */
  isUnfolded = false;
  readonly #host: AppHost;
  readonly #source: ListSource<Row, Name>;
  readonly #query: AddressQuery<string> | null;
  /** The name under which the address has the page. */
  readonly #afterName: string;
  /** Without an address. */
  #values: Readonly<Record<string, string>> = {};
  /** From each page that was turned to, to the one before it. */
  readonly #before = new Map<string, string>();
  #stop: () => void = () => {};
  /** What `count` counts. */
  #counted: string | null = null;
  /** Counts the readings: only the answer to the last one is shown. */
  #readings = 0;

  constructor(host: AppHost, source: ListSource<Row, Name>) {
    this.#host = host;
    this.#source = source;
    const { filters, isOfThing = false } = source;
    this.#afterName = isOfThing ? "its-after" : "after";
    // A command of the search leads to the list with its form open.
    this.isAdding = filters !== undefined && readAddress(location.hash).query.get("add") === "1";
    const names = [...(filters === undefined ? [] : [...own, ...filters]), this.#afterName];
    const isAddressed = filters !== undefined || isOfThing;
    this.#query = isAddressed ? new AddressQuery<string>(host, names, () => void this.#again()) : null;
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
    const { [this.#afterName]: _, ...values } = { ...this.#query?.values, ...this.#values };
    return values;
  }

  /** Where the page begins: `50.<cursor>`, so many rows are before it. Empty: the first page. */
  get #after(): string {
    return (this.#query?.values ?? this.#values)[this.#afterName] ?? "";
  }

  /** The place of the first row of the page among all rows, counted from 1. */
  get firstRow(): number {
    return 1 + rowsBefore(this.shown.after);
  }

  /** It is not the first page. */
  get hasEarlier(): boolean {
    return this.shown.after !== "";
  }

  /** The page before is known: nobody has come by an address into the middle of the list. */
  get hasPrevious(): boolean {
    return this.#before.has(this.shown.after);
  }

  /** The page before is the first one. */
  get isSecond(): boolean {
    return this.#before.get(this.shown.after) === "";
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
    this.#before.clear();
    await this.#set({ ...(change as Readonly<Record<string, string>>), [this.#afterName]: "" }, false);
  }

  async #set(change: Readonly<Record<string, string>>, isStep: boolean): Promise<void> {
    const known = this.#query?.values ?? {};
    const part = (isInAddress: boolean) => Object.entries(change).filter(([name]) => name in known === isInAddress);
    this.#values = { ...this.#values, ...Object.fromEntries(part(false)) };
    // A change of the address has the list read.
    this.#query?.set(Object.fromEntries(part(true)), isStep);
    if (part(false).length > 0) await this.#again();
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
      this.#stop = keepFresh(this.#host.app.events, this.#source.topics, () => this.reload());
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

  /** Reads the page that is shown again. */
  async reload(): Promise<void> {
    await this.#read();
  }

  /** From the first page: a new row stands there. */
  async restart(): Promise<void> {
    if (this.#after === "") return this.reload();
    await this.#turnTo("");
  }

  async sortBy(sort: string): Promise<void> {
    await this.narrow({ sort } as never);
  }

  async search(q: string): Promise<void> {
    await this.narrow({ q } as never);
  }

  async next(): Promise<void> {
    if (this.nextCursor === null) return;
    const { after } = this.shown;
    const next = `${rowsBefore(after) + (this.rows?.length ?? 0)}.${this.nextCursor}`;
    this.#before.set(next, after);
    await this.#turnTo(next);
  }

  async previous(): Promise<void> {
    await this.#turnTo(this.#before.get(this.shown.after) ?? "");
  }

  #turnTo(after: string): Promise<void> {
    return this.#set({ [this.#afterName]: after }, true);
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

  async #read(): Promise<void> {
    const reading = ++this.#readings;
    const after = this.#after;
    const question = JSON.stringify(this.values);
    const cursor = after === "" ? null : after.slice(after.indexOf(".") + 1);
    try {
      const isCounted = this.#source.isCounted === true && (cursor === null || this.#counted !== question);
      const query = { cursor, sort: this.sort === "" ? null : this.sort, q: this.searchText, count: isCounted };
      const isAskedFor = this.isBusy || this.rows === null;
      const [page] = await Promise.all([this.#source.read(query, this.filters), isAskedFor ? nextPaint() : null]);
      if (reading !== this.#readings) return; // a later reading has begun
      this.rows = page.items;
      this.nextCursor = page.nextCursor;
      this.shown = { question, after };
      if (page.total !== undefined) {
        const { count, more, sums } = page.total;
        this.count = { count, isMore: more, sums };
        this.#counted = question;
      }
      this.errorText = "";
    } catch (error) {
      if (reading !== this.#readings) return;
      // An address of another order, or an old one.
      if (cursor !== null && error instanceof ApiError && error.field === "cursor") {
        return this.#set({ [this.#afterName]: "" }, false);
      }
      // Rows of another question are no answer to this one, nor is what they add up to.
      if (question !== this.shown.question) this.rows = this.nextCursor = this.count = this.#counted = null;
      if (this.rows === null || this.isBusy) this.errorText = problemText(error);
    }
    this.isBusy = false;
    this.#host.requestUpdate();
  }
}

/** How many rows stand before the page that begins `after`. */
function rowsBefore(after: string): number {
  return Number(/^(\d{1,9})\./.exec(after)?.[1] ?? 0);
}
