/** Floats of office sellers: what they have paid ahead and may still sell for cash. */
import type { floatView } from "@karibu/cloud/money/ledger/float-routes";
import type { ownFloatView } from "@karibu/cloud/money/sellers/own-float-route";
import type { z } from "zod";
import { get, type Page, post, put } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Float = z.output<typeof floatView>;
export type OwnFloat = z.output<typeof ownFloatView>;

const path = "/api/v1/floats";
export const listFloats = (query: ListQuery): Promise<Page<Float>> => getList(path, query);
export const readOwnFloat = (): Promise<OwnFloat> => get(`${path}/own`);
export const limitFloat = (userId: string, creditLimitCents: number): Promise<unknown> =>
  put(`${path}/${encodeURIComponent(userId)}/limit`, { creditLimitCents });
export const moveFloat = (
  userId: string,
  verb: "top-up" | "settle",
  amountCents: number,
  key: string,
): Promise<{ balanceCents: number }> => post(`${path}/${encodeURIComponent(userId)}/${verb}`, { amountCents }, { key });
