/** Statements compared with the books: imports, differences until they are explained, closed days. */
import type {
  closedDayView,
  differenceView,
  lateLineView,
} from "@karibu/cloud/money/reconciliation/reconciliation-routes";
import type { reconciliation, statementView } from "@karibu/cloud/money/reconciliation/statement-routes";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, type Span } from "../../hub/list.ts";

export type Reconciliation = z.output<typeof reconciliation>;
export type Statement = z.output<typeof statementView>;
export type Difference = z.output<typeof differenceView>;
export type ClosedDay = z.output<typeof closedDayView>;
export type LateLine = z.output<typeof lateLineView>;

export type DateOrder = "day-first" | "month-first";
/** @param file CSV, XLSX or XLS, in base64 */
export const importStatement = (
  {
    channelId,
    file,
    dateOrder,
  }: { readonly channelId: string; readonly file: string; readonly dateOrder: DateOrder | null },
  key: string,
): Promise<Reconciliation> =>
  post("/api/v1/reconciliation/statements", { channelId, file, ...(dateOrder === null ? {} : { dateOrder }) }, { key });
export const listStatements = (query: ListQuery): Promise<Page<Statement>> =>
  getList("/api/v1/reconciliation/statements", { limit: 20, ...query });
export const listDifferences = (
  query: ListQuery,
  filters: Span & { readonly state: "open" | "resolved" },
): Promise<Page<Difference>> => getList("/api/v1/reconciliation/differences", query, { ...filters });
export const resolveDifference = ({ channelId, receipt }: Difference, note: string, key: string): Promise<unknown> =>
  post(
    hubPath("/api/v1/reconciliation/differences/{channelId}/{receipt}/resolve", {
      channelId,
      receipt,
    }),
    { note },
    { key },
  );
export const bookDifference = (
  { channelId, receipt }: Difference,
  { as, note }: { readonly as: "bank" | "opening"; readonly note: string },
  key: string,
): Promise<unknown> =>
  post(
    hubPath("/api/v1/reconciliation/differences/{channelId}/{receipt}/book", {
      channelId,
      receipt,
    }),
    { as, note },
    { key },
  );
/** Told or entered money that is not on its statement: it leaves the books. */
export const sayNeverCame = ({ channelId, receipt }: Difference, note: string, key: string): Promise<unknown> =>
  post(
    hubPath("/api/v1/reconciliation/differences/{channelId}/{receipt}/never-came", {
      channelId,
      receipt,
    }),
    { note },
    { key },
  );
export const closeDay = (
  channelId: string,
  day: string,
  key: string,
): Promise<{ day: string; bookedCents: number; statementCents: number; currency: string }> =>
  post("/api/v1/reconciliation/closed-days", { channelId, day }, { key });
export const listClosedDays = (query: ListQuery): Promise<Page<ClosedDay>> =>
  getList("/api/v1/reconciliation/closed-days", { limit: 20, ...query });
/** Money of a closed day that came in after the day was closed. */
export const listLateLines = ({ channelId, day }: ClosedDay): Promise<Page<LateLine>> =>
  getList("/api/v1/reconciliation/late-lines", { cursor: null }, { channelId, day });
