/** `/api/v1/sites/{siteId}/tunnel`: a site's end of the tunnel. */
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { readHosting } from "../hosted-sites/hosted-sites.ts";
import { forgetResumeKey } from "../set-up/set-up-rows.ts";
import { readSite } from "../sites/sites.ts";
import { tunnelNetwork } from "../tunnel/config.ts";
import { readPeer, removePeer, reserveAddress, setPeerKey, type TunnelKeyHolders } from "../tunnel/peers.ts";
import { wireguardKeySchema } from "../tunnel/plan.ts";
import type { HubTunnel } from "../tunnel/tunnel.ts";

const params = z.object({ siteId: keySchema });

export const tunnelView = z.object({
  /** The site's address in the tunnel; null: none yet. */
  address: z.string().nullable(),
  network: z.string(),
  hubAddress: z.string(),
  hubPublicKey: z.string(),
  /** host:port at which routers reach the hub; null: KARIBU_WIREGUARD_ENDPOINT is not set. */
  endpoint: z.string().nullable(),
  publicKey: z.string().nullable(),
  /** A new key that no hand-shake has used yet. */
  nextPublicKey: z.string().nullable(),
  rotatedAtMs: z.number().int().nullable(),
  lastHandshakeAtMs: z.number().int().nullable(),
  receivedBytes: z.number().int(),
  sentBytes: z.number().int(),
  routerEndpoint: z.string().nullable(),
  /** The commands that an operator must run where the hub may not touch the interface. */
  toRun: z.string().nullable(),
  /** Why the interface is out of date. */
  problem: z.string().nullable(),
});

export interface TunnelFacts extends HubTunnel {
  readonly otherHolders: readonly TunnelKeyHolders[];
  readonly tunnel: () => { readonly toRun: string | null; readonly problem: string | null };
}

export function tunnelRoutes(world: World, facts: TunnelFacts) {
  const view = async (tx: Tx, siteId: string): Promise<z.input<typeof tunnelView>> => {
    const peer = await readPeer(tx, siteId);
    const { toRun, problem } = facts.tunnel();
    return {
      address: peer?.address ?? null,
      network: tunnelNetwork.network,
      hubAddress: tunnelNetwork.hubAddress,
      hubPublicKey: facts.hubPublicKey,
      endpoint: facts.endpoint,
      toRun,
      problem,
      publicKey: peer?.publicKey ?? null,
      nextPublicKey: peer?.nextPublicKey ?? null,
      rotatedAtMs: peer?.rotatedAtMs ?? null,
      lastHandshakeAtMs: peer?.lastHandshakeAtMs ?? null,
      receivedBytes: peer?.receivedBytes ?? 0,
      sentBytes: peer?.sentBytes ?? 0,
      routerEndpoint: peer?.endpoint ?? null,
    };
  };
  return [
    route({
      method: "GET",
      path: "/api/v1/sites/{siteId}/tunnel",
      summary: "A site's tunnel to the hub: addresses, keys, last hand-shake, bytes",
      permission: "sites.read",
      params,
      response: tunnelView,
      handle: ({ params: { siteId }, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return await view(tx, siteId);
        }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/sites/{siteId}/tunnel",
      summary: "Assigns the site's tunnel address and stores its router's public key (a new key begins a rotation)",
      permission: "sites.manage",
      freshFactor: true,
      notForSupport: "keys-of-site",
      params,
      body: z.strictObject({
        publicKey: wireguardKeySchema.optional(),
      }),
      response: tunnelView,
      handle: async ({ params: { siteId }, body: { publicKey }, providerId, transact, transactAsPlatform }) => {
        await transactAsPlatform("wireguard-address", async (tx) => {
          await reserveAddress(world, tx, { providerId, siteId });
          if (publicKey !== undefined)
            await setPeerKey(tx, { providerId, siteId }, { publicKey, otherHolders: facts.otherHolders });
        });
        return await transact((tx) => view(tx, siteId));
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/sites/{siteId}/tunnel",
      summary: "Remove a site from the tunnel",
      permission: "sites.manage",
      params,
      status: 204,
      response: z.undefined(),
      handle: ({ params: { siteId }, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          if ((await readHosting(tx, siteId)) !== null) throw refusal("hosted");
          await removePeer(tx, siteId);
          await forgetResumeKey(tx, { providerId, siteId });
          return undefined;
        }),
    }),
  ];
}
