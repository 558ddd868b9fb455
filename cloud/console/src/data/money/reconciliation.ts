/** Statements compared with the books: imports, differences until they are explained, closed days. */
import type {
  closedDayView,
  differenceView,
  lateLineView,
} from "@karibu/cloud/money/reconciliation/reconciliation-routes";
import type { reconciliation, statementView } from "@karibu/cloud/money/reconciliation/statement-routes";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { getList, type ListQuery, type Span } from "../../hub/list.ts";

export type Reconciliation = z.output<typeof reconciliation>;
export type Statement = z.output<typeof statementView>;
export type Difference = z.output<typeof differenceView>;
export type ClosedDay = z.output<typeof closedDayView>;
export type LateLine = z.output<typeof lateLineView>;

const root = "/api/v1/reconciliation";
const part = encodeURIComponent;
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
  post(`${root}/statements`, { channelId, file, ...(dateOrder === null ? {} : { dateOrder }) }, { key });
export const listStatements = (query: ListQuery): Promise<Page<Statement>> =>
  getList(`${root}/statements`, { limit: 20, ...query });
export const listDifferences = (
  query: ListQuery,
  filters: Span & { readonly state: "open" | "resolved" },
): Promise<Page<Difference>> => getList(`${root}/differences`, query, { ...filters });
export const resolveDifference = ({ channelId, receipt }: Difference, note: string, key: string): Promise<unknown> =>
  post(`${root}/differences/${part(channelId)}/${part(receipt)}/resolve`, { note }, { key });
export const bookDifference = (
  { channelId, receipt }: Difference,
  { as, note }: { readonly as: "bank" | "opening"; readonly note: string },
  key: string,
): Promise<unknown> => post(`${root}/differences/${part(channelId)}/${part(receipt)}/book`, { as, note }, { key });
/** Told or entered money that is not on its statement: it leaves the books. */
export const sayNeverCame = ({ channelId, receipt }: Difference, note: string, key: string): Promise<unknown> =>
  post(`${root}/differences/${part(channelId)}/${part(receipt)}/never-came`, { note }, { key });
export const closeDay = (
  channelId: string,
  day: string,
  key: string,
): Promise<{ day: string; bookedCents: number; statementCents: number; currency: string }> =>
  post(`${root}/closed-days`, { channelId, day }, { key });
export const listClosedDays = (query: ListQuery): Promise<Page<ClosedDay>> =>
  getList(`${root}/closed-days`, { limit: 20, ...query });
/** Money of a closed day that came in after the day was closed. */
export const listLateLines = ({ channelId, day }: ClosedDay): Promise<Page<LateLine>> =>
  getList(`${root}/late-lines`, { cursor: null }, { channelId, day });
