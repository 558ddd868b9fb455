/** Statements against the books: what is imported, what differs until it is explained, which days are closed. */
import type {
  closedDayView,
  differenceView,
  lateLineView,
} from "@karibu/cloud/money/reconciliation/reconciliation-routes";
import type { reconciliation, statementView } from "@karibu/cloud/money/reconciliation/statement-routes";
import type { z } from "zod";
import { get, type Page, post } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type Reconciliation = z.output<typeof reconciliation>;
export type Statement = z.output<typeof statementView>;
export type Difference = z.output<typeof differenceView>;
export type ClosedDay = z.output<typeof closedDayView>;
export type LateLine = z.output<typeof lateLineView>;

const root = "/api/v1/reconciliation";
const part = encodeURIComponent;
export const importStatement = (channelId: string, csv: string, key: string): Promise<Reconciliation> =>
  post(`${root}/statements`, { channelId, csv }, { key });
export const listStatements = (cursor: string | null): Promise<Page<Statement>> =>
  get(listPath(`${root}/statements`, { limit: 20, cursor }));
export const listDifferences = (state: "open" | "resolved", cursor: string | null): Promise<Page<Difference>> =>
  get(listPath(`${root}/differences`, { limit: 50, cursor, state }));
export const resolveDifference = ({ channelId, receipt }: Difference, note: string, key: string): Promise<unknown> =>
  post(`${root}/differences/${part(channelId)}/${part(receipt)}/resolve`, { note }, { key });
export const closeDay = (
  channelId: string,
  day: string,
  key: string,
): Promise<{ day: string; bookedCents: number; statementCents: number }> =>
  post(`${root}/closed-days`, { channelId, day }, { key });
export const listClosedDays = (cursor: string | null): Promise<Page<ClosedDay>> =>
  get(listPath(`${root}/closed-days`, { limit: 20, cursor }));
/** What came in for a day after it was closed. */
export const listLateLines = (of: ClosedDay, cursor: string | null): Promise<Page<LateLine>> =>
  get(listPath(`${root}/late-lines`, { limit: 50, cursor, channelId: of.channelId, day: of.day }));
