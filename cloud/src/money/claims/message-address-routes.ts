/** The API of the address to which an owner's phone forwards M-Pesa's messages. */
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { maySeeSecretPaths } from "../../ground/http/actor.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { lockChannel } from "../channels/channel-rows.ts";
import type { Channels } from "../channels/channels.ts";
import { endAddresses, makeAddress, readAddresses } from "./message-addresses.ts";

export const messageAddressView = z.object({
  /** The current one first; one that was replaced stays good for two days. Empty: nothing is forwarded. */
  items: z.array(
    z.object({
      /** Its path is a secret. Null: to support access. */
      url: z.string().nullable(),
      isCurrent: z.boolean(),
      madeAtMs: z.int(),
      /** When a message was last received there; null: none was. */
      lastAtMs: z.int().nullable(),
    }),
  ),
});

export function messageAddressRoutes(
  parts: Parameters<typeof makeAddress>[0] & { readonly channels: Channels; readonly publicUrl: string },
) {
  const { channels, publicUrl } = parts;
  const path = "/api/v1/channels/{id}/message-address";
  const params = z.object({ id: z.string().min(1).max(128) });
  const shared = { path, params, permission: "channels.manage" } as const;
  async function find(tx: Tx, providerId: string, channelId: string): Promise<ChannelRow> {
    const row = await lockChannel(tx, providerId, channelId);
    // Where there is a statement, what a message told can be proved, or shown to be missing.
    if (channels.kinds.definitionOf(row.kind).statementReader !== null) return row;
    throw refusal("no-messages");
  }
  const view = async (tx: Tx, row: ChannelRow, maySee = true) => ({
    items: (await readAddresses(parts, tx, row)).map(({ token, ...each }) => ({
      url: maySee ? `${publicUrl}/hooks/k/${token}/w` : null,
      ...each,
    })),
  });
  return [
    route({
      ...shared,
      method: "GET",
      reveals: "channels.manage",
      summary: "Where the owner's phone forwards M-Pesa's messages to",
      response: messageAddressView,
      handle: ({ params: { id }, actor, providerId, transact, revealed }) =>
        transact(async (tx) => {
          const maySee = maySeeSecretPaths(actor, "channels.manage");
          const addresses = await view(tx, await find(tx, providerId, id), maySee);
          revealed(maySee);
          return addresses;
        }),
    }),
    route({
      ...shared,
      method: "POST",
      summary: "A new address for forwarded messages; the one before stays good for two days",
      freshFactor: true,
      notForSupport: "way-of-money",
      body: null,
      status: 201,
      response: messageAddressView,
      handle: ({ params: { id }, providerId, transact }) =>
        transact(async (tx) => {
          const row = await find(tx, providerId, id);
          await makeAddress(parts, tx, row);
          return view(tx, row);
        }),
    }),
    route({
      ...shared,
      method: "DELETE",
      summary: "No message is taken any more, from any address",
      freshFactor: true,
      notForSupport: "way-of-money",
      status: 204,
      response: z.null(),
      handle: ({ params: { id }, providerId, transact }) =>
        transact(async (tx) => {
          await endAddresses(tx, await find(tx, providerId, id));
          return null;
        }),
    }),
  ];
}
