/** The API of a channel's initiator: replaced, taken away, and tried again, each without touching the keys that sell. */
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { refusal, wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { missingForAsyncCalls } from "../channels/async-calls.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { lockChannel, newInitiator, setChannel } from "../channels/channel-rows.ts";
import { channelView, viewChannel } from "../channels/channel-view.ts";
import { initiatorSchema } from "../channels/key-fields.ts";
import { type InitiatorParts, initiatorChanged } from "./initiator.ts";

const params = z.object({ id: z.string().min(1).max(128) });
const path = "/api/v1/channels/{id}/initiator";

export function initiatorRoutes(parts: InitiatorParts) {
  const { channels } = parts;
  const { kinds } = channels;
  const view = channelView.extend({ kind: kinds.nameSchema });
  const change = async (
    tx: Tx,
    providerId: string,
    id: string,
    work: (row: ChannelRow) => Promise<ChannelRow>,
  ): Promise<z.input<typeof channelView>> => {
    const before = await lockChannel(tx, providerId, id);
    if (kinds.definitionOf(before.kind).initiator === null) throw refusal("no-such-calls");
    const row = await work(before);
    await initiatorChanged(parts, tx, row);
    return viewChannel(channels, row);
  };
  return [
    route({
      method: "PUT",
      path,
      summary:
        "Another initiator for an M-Pesa channel; what waits for a question is asked at once. Selling is not touched",
      permission: "channels.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      params,
      body: initiatorSchema(kinds.offered),
      response: view,
      handle: ({ params, body, providerId, transact }) =>
        transact((tx) =>
          change(tx, providerId, params.id, (row) => {
            const entered = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
            if (entered.certificate === undefined && channels.keys(row).certificate === undefined)
              throw wrongField("certificate", "empty");
            return channels.replaceKeys(tx, row, entered);
          }),
        ),
    }),
    route({
      method: "DELETE",
      path,
      summary: "Take the initiator away: no questions about receipts, reversals or payouts. Selling is not touched",
      permission: "channels.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      params,
      response: view,
      handle: ({ params, providerId, transact }) =>
        transact((tx) => change(tx, providerId, params.id, (row) => channels.removeInitiator(tx, row))),
    }),
    route({
      method: "POST",
      path: `${path}/retry`,
      summary: "Try a refused initiator again as it is: after M-Pesa has unlocked it, or given it the right",
      permission: "channels.manage",
      params,
      body: null,
      response: view,
      handle: ({ params, providerId, transact }) =>
        transact((tx) =>
          change(tx, providerId, params.id, (row) => {
            const missing = missingForAsyncCalls(channels, row);
            if (missing !== null) throw refusal("no-initiator", { value: missing });
            return setChannel(tx, row, newInitiator(row));
          }),
        ),
    }),
  ];
}
