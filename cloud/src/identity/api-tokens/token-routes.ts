/** API tokens: for programs. Scoped, expiring, revocable; the secret is shown once. */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { createEmit } from "../../ground/events/record.ts";
import { type Actor, demandOwnLogIn } from "../../ground/http/actor.ts";
import { type Permission, permissions } from "../../ground/http/permissions.ts";
import { notFound, type Problem, providerSuspended, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { demandStanding } from "../credentials/logins.ts";
import type { ProvePassword } from "../credentials/prove-password.ts";
import { hashOf, newToken } from "../credentials/tokens.ts";
import { refuseMore } from "../roles/role-routes.ts";

type TokenRow = Selectable<Schema["api_tokens"]> & { userName: string | null };

export const tokenView = z.object({
  tokenId: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  userId: z.string(),
  userName: z.string().nullable(),
  state: z.enum(["active", "expired", "revoked"]),
  expiresAtMs: z.number().int(),
  lastUsedAtMs: z.number().int().nullable(),
  createdAtMs: z.number().int(),
});

/** Only these answers contain the secret. */
const tokenMade = z.object({ ...tokenView.shape, token: z.string() });

const dayMs = 86_400_000;
const days = z.number().int().min(1).max(730);
const params = z.object({ tokenId: z.string().min(1).max(64) });

const list = listOf({
  sort: {
    made: { by: sql.ref("api_tokens.tokenId"), kind: "string" },
    name: { by: sql`lower(api_tokens.name)`, kind: "string" },
    expires: { by: sql.ref("api_tokens.expiresAtMs"), kind: "number" },
    lastUsed: { by: sql`coalesce(api_tokens.last_used_at_ms, 0)`, kind: "number" },
  },
  default: "-made",
  tie: [sql.ref("api_tokens.tokenId")],
  search: [sql.ref("api_tokens.name"), sql.ref("users.name")],
});

export function tokenRoutes(world: World, database: Database, provePassword: ProvePassword) {
  const nowMs = () => world.clock.wall().atMs;
  const emit = createEmit(world);
  return [
    route({
      method: "GET",
      path: "/api/v1/tokens",
      summary: "API tokens, without their secrets",
      permission: "tokens.manage",
      query: list.query.extend({ state: z.enum(["active", "expired", "revoked"]).optional() }),
      response: pageOf(tokenView),
      handle: async ({ query, transact }) =>
        transact((tx) => {
          const { state } = query;
          const rows = tokens(tx)
            .$if(state === "revoked", (is) => is.where("api_tokens.revokedAtMs", "is not", null))
            .$if(state === "active" || state === "expired", (is) =>
              is
                .where("api_tokens.revokedAtMs", "is", null)
                .where("api_tokens.expiresAtMs", state === "active" ? ">" : "<=", nowMs()),
            );
          return list.page(rows, query, (row) => viewOf(row, nowMs()));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/tokens",
      summary: "Create an API token with my password; its secret is shown only once",
      permission: "tokens.manage",
      freshFactor: true,
      body: z.strictObject({
        name: z.string().trim().min(1).max(100),
        scopes: z
          .array(z.enum(permissions as [Permission, ...Permission[]]))
          .min(1)
          .max(permissions.length),
        expiresInDays: days.default(90),
        /** Of the person who makes it: a token outlives the log-in that it was made in. */
        password: z.string().min(1).max(200),
      }),
      status: 201,
      response: tokenMade,
      handle: async ({ actor, body, providerId, transact, auditTarget }) => {
        demandOwnLogIn(actor);
        refuseMore(actor, body.scopes, "scopes");
        await provePassword(actor, body.password, "password");
        return transact(async (tx) => {
          await demandStanding(tx, actor, "password");
          const token = newToken(world, providerId, "api");
          const tokenId = newId(world);
          auditTarget(tokenId);
          await tx
            .insertInto("api_tokens")
            .values({
              providerId,
              tokenId,
              userId: actor.userId,
              name: body.name,
              tokenHash: hashOf(token),
              formerHash: null,
              renewedAtMs: null,
              scopes: json([...new Set(body.scopes)]),
              expiresAtMs: nowMs() + body.expiresInDays * dayMs,
              lastUsedAtMs: null,
              revokedAtMs: null,
              createdAtMs: nowMs(),
              updatedAtMs: nowMs(),
            })
            .execute();
          return { ...(await readToken(tx, tokenId, nowMs())), token };
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/tokens/{tokenId}",
      summary: "One API token, without its secret",
      permission: "tokens.manage",
      params,
      response: tokenView,
      volatile: ["lastUsedAtMs", "state"],
      handle: async ({ params: { tokenId }, transact }) => transact((tx) => readToken(tx, tokenId, nowMs())),
    }),
    route({
      method: "POST",
      path: "/api/v1/tokens/{tokenId}/refresh",
      summary:
        "A new secret and a new expiry for a token; the old secret ends. A token may do this for itself, a person with their password. Where the answer got lost, a program asks again with the old secret: for an hour that gives another new one, as long as none was used",
      permission: "signed-in",
      byFormerToken: true,
      freshFactor: true,
      params,
      body: z.strictObject({
        expiresInDays: days.default(90),
        /** Of the person who renews it: whoever stole a log-in must not bring a forgotten token back to life. */
        password: z.string().min(1).max(200).optional(),
      }),
      response: tokenMade,
      handle: async ({ actor, params: { tokenId }, body, providerId, transact }) => {
        const isItself = actor.credential.kind === "token" && actor.credential.id === tokenId;
        if (!isItself) {
          if (!actor.may("tokens.manage")) throw notFound("token");
          await database.asProvider(providerId, async (tx) => {
            await refuseSuspended(tx, providerId);
            await refuseStronger(tx, actor, tokenId);
          });
          if (actor.credential.kind !== "login") throw refusal("not-allowed", { rule: "person-alone" });
          await provePassword(actor, body.password ?? "", "password");
        }
        return transact(async (tx) => {
          if (!isItself) await demandStanding(tx, actor, "password");
          await refuseSuspended(tx, providerId);
          const token = newToken(world, providerId, "api");
          const renewed = await tx
            .updateTable("api_tokens")
            .set((is) => ({
              tokenHash: hashOf(token),
              // Where its answer got lost before, the program still has the one of then.
              formerHash: isItself ? is.fn.coalesce("formerHash", "tokenHash") : null,
              renewedAtMs: nowMs(),
              expiresAtMs: nowMs() + body.expiresInDays * dayMs,
              updatedAtMs: nowMs(),
            }))
            .where("tokenId", "=", tokenId)
            .where("revokedAtMs", "is", null)
            .returning("tokenId")
            .executeTakeFirst();
          if (renewed === undefined) throw await whyNot(tx, tokenId);
          const view = await readToken(tx, tokenId, nowMs());
          // Streams of the old one end.
          await emit(tx, providerId, { topic: "user", id: view.userId, action: "changed" });
          return { ...view, token };
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/tokens/{tokenId}/revoke",
      summary: "End a token at once",
      permission: "tokens.manage",
      params,
      body: null,
      response: tokenView,
      handle: async ({ params: { tokenId }, providerId, transact }) =>
        transact(async (tx) => {
          const { userId } = await readToken(tx, tokenId, nowMs());
          await tx
            .updateTable("api_tokens")
            .set((is) => ({ revokedAtMs: is.fn.coalesce("revokedAtMs", is.val(nowMs())), updatedAtMs: nowMs() }))
            .where("tokenId", "=", tokenId)
            .execute();
          // The streams that the token opened are its maker's: they ask at once whether they may go on.
          await emit(tx, providerId, { topic: "user", id: userId, action: "changed" });
          return readToken(tx, tokenId, nowMs());
        }),
    }),
  ];
}

function tokens(tx: Tx) {
  return tx
    .selectFrom("api_tokens")
    .leftJoin("users", (join) =>
      join.onRef("users.providerId", "=", "api_tokens.providerId").onRef("users.userId", "=", "api_tokens.userId"),
    )
    .selectAll("api_tokens")
    .select("users.name as userName");
}

async function readToken(tx: Tx, tokenId: string, nowMs: number): Promise<z.input<typeof tokenView>> {
  const row = await tokens(tx).where("api_tokens.tokenId", "=", tokenId).executeTakeFirst();
  if (row === undefined) throw notFound("token");
  return viewOf(row, nowMs);
}

/** A suspended provider may use `signed-in` routes, but only to read: these handlers must check it. */
async function refuseSuspended(tx: Tx, providerId: string): Promise<void> {
  const provider = await tx
    .selectFrom("providers")
    .select("state")
    .where("providerId", "=", providerId)
    .executeTakeFirstOrThrow();
  if (provider.state === "suspended") throw providerSuspended();
}

/**
 * Who may renew a token: its creator, or a person with at least the same rights. All its scopes count,
 * whatever its creator may do today: their role may be raised again.
 */
async function refuseStronger(tx: Tx, actor: Actor, tokenId: string): Promise<void> {
  const row = await tx
    .selectFrom("api_tokens")
    .select(["userId", "scopes"])
    .where("tokenId", "=", tokenId)
    .executeTakeFirst();
  if (row === undefined) throw notFound("token");
  const isTheirs = actor.credential.kind === "login" && row.userId === actor.userId;
  if (!isTheirs) refuseMore(actor, row.scopes, "tokenId");
}

async function whyNot(tx: Tx, tokenId: string): Promise<Problem> {
  const row = await tx.selectFrom("api_tokens").select("tokenId").where("tokenId", "=", tokenId).executeTakeFirst();
  return row === undefined ? notFound("token") : refusal("token-revoked");
}

function viewOf(row: TokenRow, nowMs: number): z.input<typeof tokenView> {
  return {
    tokenId: row.tokenId,
    name: row.name,
    scopes: row.scopes,
    userId: row.userId,
    userName: row.userName,
    state: row.revokedAtMs !== null ? "revoked" : row.expiresAtMs <= nowMs ? "expired" : "active",
    expiresAtMs: row.expiresAtMs,
    lastUsedAtMs: row.lastUsedAtMs,
    createdAtMs: row.createdAtMs,
  };
}
