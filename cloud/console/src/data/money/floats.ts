/** Floats of office sellers: what they have paid ahead and may still sell for cash. */
import type { floatView } from "@karibu/cloud/money/ledger/float-routes";
import type { ownFloatView } from "@karibu/cloud/money/sellers/own-float-route";
import type { z } from "zod";
import { get, type Page, post, put } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Float = z.output<typeof floatView>;
export type OwnFloat = z.output<typeof ownFloatView>;

const path = "/api/v1/floats";
export const listFloats = (query: ListQuery): Promise<Page<Float>> => getList(path, query);
export const readOwnFloat = (): Promise<OwnFloat> => get("/api/v1/floats/own");
export const limitFloat = (userId: string, creditLimitCents: number): Promise<unknown> =>
  put(hubPath("/api/v1/floats/{userId}/limit", { userId }), { creditLimitCents });
export const moveFloat = (
  { userId, currency }: Pick<Float, "userId" | "currency">,
  verb: "top-up" | "settle",
  amountCents: number,
  key: string,
): Promise<{ balanceCents: number }> =>
  post(hubPath(`/api/v1/floats/{userId}/${verb}`, { userId }), { amountCents, currency }, { key });
