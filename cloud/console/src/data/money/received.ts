/** Every sum that came in or went back, and how the list agrees with the books. */
import type { receivedBooks } from "@karibu/cloud/money/received/received-books";
import type { receivedSum, receivedView } from "@karibu/cloud/money/received/received-list";
import type { z } from "zod";
import { get, type Page } from "../../hub/api.ts";
import { getList, type ListQuery, type Span, withQuery } from "../../hub/list.ts";

export type Received = z.output<typeof receivedView>;
export type ReceivedSum = z.output<typeof receivedSum>;
export type ReceivedBooks = z.output<typeof receivedBooks>;

export interface ReceivedFilters extends Span {
  /** A channel, or `cash`. */
  readonly channelId?: string;
  readonly kind?: string;
  readonly movement?: string;
  readonly siteId?: string;
  readonly state?: string;
  /** A receipt, a reference or a phone number. */
  readonly q?: string;
}

const path = "/api/v1/money-received";
export const listReceived = (query: ListQuery, filters: ReceivedFilters): Promise<Page<Received>> =>
  getList(path, query, { ...filters });
export const readReceivedSums = (filters: ReceivedFilters): Promise<{ items: readonly ReceivedSum[] }> =>
  get(withQuery("/api/v1/money-received/sums", { ...filters }));
export const receivedBooksPath = (span: Span) => withQuery("/api/v1/money-received/books", { ...span });
/** The path of a CSV, or a workbook, with the rows that the filters let through. */
export const receivedExport = (filters: ReceivedFilters) => withQuery("/api/v1/money-received/export", { ...filters });
