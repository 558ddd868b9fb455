/** The API of the switch: does this site's router report what M-Pesa writes to its SIM? */
import { inboxStates } from "@karibu/protocol/rpc/report-inbox";
import { z } from "zod";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { readChannel } from "../channels/channel-rows.ts";
import type { Channels } from "../channels/channels.ts";
import { readSimInbox, switchOff, switchOn } from "./sim-inboxes.ts";

const id = z.string().min(1).max(128);

export const simInboxView = z.object({
  /** Null: the SIM is not read. */
  inbox: z
    .object({
      /** The channel whose money the messages tell of. */
      channelId: z.string(),
      sender: z.string(),
      /** What the SIM held before is never reported. */
      sinceMs: z.int(),
      /** What the site last said: `reading`, or why it can't; null: nothing yet. */
      state: z.enum(inboxStates).nullable(),
      stateAtMs: z.int().nullable(),
      /** When a message last told of money; null: none has. */
      lastAtMs: z.int().nullable(),
    })
    .nullable(),
});

export function simInboxRoutes(parts: Parameters<typeof switchOn>[0] & { readonly channels: Channels }) {
  const { channels } = parts;
  const path = "/api/v1/sites/{id}/sim-inbox";
  const params = z.object({ id });
  const view = async (tx: Tx, providerId: string, siteId: string) => ({
    inbox: await readSimInbox(tx, { providerId, siteId }),
  });
  return [
    route({
      method: "GET",
      path,
      params,
      permission: "channels.read",
      summary: "Whether the SIM of a site's router is read for M-Pesa's messages, and what came of it",
      response: simInboxView,
      handle: ({ params: { id: siteId }, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return view(tx, providerId, siteId);
        }),
    }),
    route({
      method: "PUT",
      path,
      params,
      permission: "channels.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      summary: "The SIM of a site's router is read for messages about this channel's money, of this sender alone",
      body: z.strictObject({
        channelId: id,
        /** As the router shows it. */
        sender: z.string().trim().min(1).max(20).default("MPESA"),
      }),
      response: simInboxView,
      handle: ({ params: { id: siteId }, body, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const row = await readChannel(tx, providerId, body.channelId);
          // Where there is a statement, what a message told can be proved, or shown to be missing.
          if (channels.kinds.definitionOf(row.kind).statementReader === null)
            throw refusal("no-messages", { field: "channelId" });
          await switchOn(parts, tx, { providerId, siteId }, body);
          return view(tx, providerId, siteId);
        }),
    }),
    route({
      method: "DELETE",
      path,
      params,
      permission: "channels.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      summary: "The SIM of a site's router is not read any more",
      status: 204,
      response: z.null(),
      handle: ({ params: { id: siteId }, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          await switchOff(parts, tx, { providerId, siteId });
          return null;
        }),
    }),
  ];
}
