/** Money that a person saw at a channel, and enters. */
import type { enteredView, entryChannel } from "@karibu/cloud/money/claims/entered-routes";
import type { z } from "zod";
import { get, post } from "../../hub/api.ts";
import type { Body } from "../../hub/hub-path.ts";

export type EntryChannel = z.output<typeof entryChannel>;
export type EnteredPayment = z.output<typeof enteredView>;

/** Where money can be entered. */
export const listEntryChannels = (): Promise<readonly EntryChannel[]> =>
  get("/api/v1/entry-channels").then(({ channels }) => channels);
export const enterPayment = (payment: Body<"POST", "/api/v1/payments/entered">, key: string): Promise<EnteredPayment> =>
  post("/api/v1/payments/entered", payment, { key });
