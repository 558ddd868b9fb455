/** `/api/v1/operator-tunnels`: WinBox from anywhere, to one's own sites, for some hours. */
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { winboxPort } from "@karibu/routeros-scripts/values/operator-network";
import { sql } from "kysely";
import { z } from "zod";
import { wireguardKeySchema } from "../../fleet/tunnel/plan.ts";
import type { HubTunnel } from "../../fleet/tunnel/tunnel.ts";
import type { Tx } from "../../ground/db/database.ts";
import { demandOwnLogIn } from "../../ground/http/actor.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import {
  endTunnel,
  isInTime,
  isItsLogin,
  isTimeOver,
  openTunnel,
  tunnelHoursMax,
  tunnelPermission,
} from "./operator-tunnels.ts";

const states = ["open", "expired", "ended"] as const;

export const operatorTunnelView = z.object({
  tunnelId: z.string(),
  name: z.string(),
  userId: z.string(),
  userName: z.string().nullable(),
  state: z.enum(states),
  /** This person's address in the tunnel. */
  address: z.string(),
  /** The routers that it reaches, at `winboxPort`. */
  sites: z.array(z.object({ siteId: z.string(), name: z.string(), address: z.string().nullable() })),
  winboxPort: z.number().int(),
  hubPublicKey: z.string(),
  /** host:port of the hub's end; null: the hub has no tunnel. */
  endpoint: z.string().nullable(),
  madeAtMs: z.number().int(),
  expiresAtMs: z.number().int(),
  endedAtMs: z.number().int().nullable(),
  lastHandshakeAtMs: z.number().int().nullable(),
});
type View = z.input<typeof operatorTunnelView>;

const params = z.object({ tunnelId: keySchema });

const list = listOf({
  sort: {
    made: { by: sql.ref("t.tunnelId"), kind: "string" },
    expires: { by: sql.ref("t.expiresAtMs"), kind: "number" },
  },
  default: "-made",
  tie: [sql.ref("t.tunnelId")],
  search: [sql.ref("t.name"), sql.ref("users.name")],
});

export function operatorTunnelRoutes({ world, hubTunnel }: { readonly world: World; readonly hubTunnel: HubTunnel }) {
  const nowMs = () => world.clock.wall().atMs;
  const read = async (tx: Tx, tunnelId: string): Promise<View> => {
    const row = await tunnels(tx).where("t.tunnelId", "=", tunnelId).executeTakeFirst();
    if (row === undefined) throw notFound("tunnel");
    return viewOf(row, nowMs(), hubTunnel);
  };
  return [
    route({
      method: "GET",
      path: "/api/v1/operator-tunnels",
      summary: "People's own tunnels to routers, open and ended",
      permission: tunnelPermission,
      query: list.query.extend({ state: z.enum(states).optional() }),
      response: pageOf(operatorTunnelView),
      handle: ({ query, transact }) =>
        transact((tx) => {
          const { state } = query;
          const rows = tunnels(tx)
            .$if(state === "ended", (is) =>
              is.where((or) =>
                or.or([
                  or("t.endedAtMs", "<", or.ref("t.expiresAtMs")),
                  or.and([or("t.endedAtMs", "is", null), or("logins.loginId", "is", null), isInTime(nowMs())]),
                ]),
              ),
            )
            .$if(state === "expired", (is) =>
              is
                .where(sql<boolean>`not ${isInTime(nowMs())}`)
                .where((or) =>
                  or.or([or("t.endedAtMs", "is", null), or("t.endedAtMs", ">=", or.ref("t.expiresAtMs"))]),
                ),
            )
            .$if(state === "open", (is) =>
              is.where("t.endedAtMs", "is", null).where(isInTime(nowMs())).where("logins.loginId", "is not", null),
            );
          return list.page(rows, query, (row) => viewOf(row, nowMs(), hubTunnel));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/operator-tunnels",
      summary: "Open a tunnel of my own to chosen sites' WinBox port, for some hours. The private key stays with me",
      permission: tunnelPermission,
      freshFactor: true,
      body: z.strictObject({
        name: z.string().trim().min(1).max(60),
        publicKey: wireguardKeySchema,
        siteIds: z.array(keySchema).min(1).max(50),
        hours: z.number().int().min(1).max(tunnelHoursMax).default(2),
      }),
      status: 201,
      response: operatorTunnelView,
      handle: async ({ actor, body, providerId, transact, transactAsPlatform, auditTarget }) => {
        // A person at a machine of his own.
        demandOwnLogIn(actor);
        const asked = { ...body, providerId, userId: actor.userId, loginId: actor.credential.id };
        const tunnelId = await transactAsPlatform("operator-tunnel", async (tx) => {
          const made = await openTunnel(world, tx, asked);
          auditTarget(made);
          return made;
        });
        return transact((tx) => read(tx, tunnelId));
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/operator-tunnels/{tunnelId}",
      summary: "One tunnel",
      permission: tunnelPermission,
      params,
      response: operatorTunnelView,
      volatile: ["state", "lastHandshakeAtMs"],
      handle: ({ params: { tunnelId }, transact }) => transact((tx) => read(tx, tunnelId)),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/operator-tunnels/{tunnelId}",
      summary: "End a tunnel, mine or a colleague's: what is open through it is cut",
      permission: tunnelPermission,
      params,
      response: operatorTunnelView,
      handle: ({ params: { tunnelId }, transact }) =>
        transact(async (tx) => {
          const before = await read(tx, tunnelId);
          if (before.state !== "open") return before;
          await endTunnel(tx, tunnelId, nowMs());
          return read(tx, tunnelId);
        }),
    }),
  ];
}

function tunnels(tx: Tx) {
  return tx
    .selectFrom("operator_tunnels as t")
    .leftJoin("users", (join) =>
      join.onRef("users.providerId", "=", "t.providerId").onRef("users.userId", "=", "t.userId"),
    )
    .leftJoin("logins", (join) =>
      join.onRef("logins.providerId", "=", "t.providerId").onRef("logins.loginId", "=", "t.loginId").on(isItsLogin),
    )
    .selectAll("t")
    .select(["users.name as userName", "logins.loginId as openLogin"])
    .select(
      sql<{ siteId: string; name: string; address: string | null }[]>`(
        select coalesce(jsonb_agg(jsonb_build_object('siteId', s.site_id, 'name', s.name, 'address', p.address) order by s.name, s.site_id), '[]')
        from operator_tunnel_sites o
        join sites s on s.provider_id = o.provider_id and s.site_id = o.site_id
        left join wireguard_peers p on p.provider_id = o.provider_id and p.site_id = o.site_id
        where o.provider_id = t.provider_id and o.tunnel_id = t.tunnel_id)`.as("sites"),
    );
}

type Row = NonNullable<Awaited<ReturnType<ReturnType<typeof tunnels>["executeTakeFirst"]>>>;

function viewOf(row: Row, nowMs: number, { hubPublicKey, endpoint }: HubTunnel): View {
  const isOver = isTimeOver(row.expiresAtMs, nowMs);
  const isCut = row.endedAtMs !== null ? row.endedAtMs < row.expiresAtMs : row.openLogin === null && !isOver;
  return {
    tunnelId: row.tunnelId,
    name: row.name,
    userId: row.userId,
    userName: row.userName,
    state: isCut ? "ended" : isOver ? "expired" : "open",
    address: row.address,
    sites: row.sites,
    winboxPort,
    hubPublicKey,
    endpoint,
    madeAtMs: row.madeAtMs,
    expiresAtMs: row.expiresAtMs,
    endedAtMs: row.endedAtMs,
    lastHandshakeAtMs: row.lastHandshakeAtMs,
  };
}
