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
import { endTunnel, openTunnel, passwordMark, tunnelPermission } from "./operator-tunnels.ts";

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
    made: { by: sql.ref("t.tunnel_id"), kind: "string" },
    expires: { by: sql.ref("t.expires_at_ms"), kind: "number" },
  },
  default: "-made",
  tie: [sql.ref("t.tunnel_id")],
  search: [sql.ref("t.name"), sql.ref("users.name")],
});

export function operatorTunnelRoutes({ world, hubTunnel }: { readonly world: World; readonly hubTunnel: HubTunnel }) {
  const nowMs = () => world.clock.wall().atMs;
  const read = async (tx: Tx, tunnelId: string): Promise<View> => {
    const row = await tunnels(tx).where("t.tunnel_id", "=", tunnelId).executeTakeFirst();
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
                  or("t.ended_at_ms", "<", or.ref("t.expires_at_ms")),
                  or.and([
                    or("t.ended_at_ms", "is", null),
                    or("logins.login_id", "is", null),
                    or("t.expires_at_ms", ">", nowMs()),
                  ]),
                ]),
              ),
            )
            .$if(state === "expired", (is) =>
              is
                .where("t.expires_at_ms", "<=", nowMs())
                .where((or) =>
                  or.or([or("t.ended_at_ms", "is", null), or("t.ended_at_ms", ">=", or.ref("t.expires_at_ms"))]),
                ),
            )
            .$if(state === "open", (is) =>
              is
                .where("t.ended_at_ms", "is", null)
                .where("t.expires_at_ms", ">", nowMs())
                .where("logins.login_id", "is not", null),
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
        hours: z.number().int().min(1).max(12).default(2),
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
      join.onRef("users.provider_id", "=", "t.provider_id").onRef("users.user_id", "=", "t.user_id"),
    )
    .leftJoin("logins", (join) =>
      join
        .onRef("logins.provider_id", "=", "t.provider_id")
        .onRef("logins.login_id", "=", "t.login_id")
        .on("t.password_mark", "=", passwordMark),
    )
    .selectAll("t")
    .select(["users.name as user_name", "logins.login_id as open_login"])
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
  const isCut =
    row.ended_at_ms !== null
      ? row.ended_at_ms < row.expires_at_ms
      : row.open_login === null && row.expires_at_ms > nowMs;
  return {
    tunnelId: row.tunnel_id,
    name: row.name,
    userId: row.user_id,
    userName: row.user_name,
    state: isCut ? "ended" : row.expires_at_ms <= nowMs ? "expired" : "open",
    address: row.address,
    sites: row.sites,
    winboxPort,
    hubPublicKey,
    endpoint,
    madeAtMs: row.made_at_ms,
    expiresAtMs: row.expires_at_ms,
    endedAtMs: row.ended_at_ms,
    lastHandshakeAtMs: row.last_handshake_at_ms,
  };
}
