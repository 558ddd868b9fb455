/**
 * What works on a site's router: tried by its agent after a person's yes, kept by version and board.
 *
 * Attackers: who would have a router tried without end (one try a minute and site); an agent that lies (its answers are checked by a schema,
 * cut, kept as its own site's alone, shown as text nodes).
 */

import { Fault } from "@karibu/protocol/fault";
import { unixMs } from "@karibu/protocol/quantities";
import { proofOutcomes, type RouterProofs, routerProofKinds } from "@karibu/protocol/router/router-proofs";
import { tryRouter } from "@karibu/protocol/rpc/router/try-router";
import { keySchema } from "@karibu/protocol/schema";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { readSite } from "../sites/sites.ts";
import { problemOf } from "./read-router.ts";

export const routerProofsView = z.object({
  /** Of the router that was tried last. Null: nothing was tried here. */
  version: z.string().nullable(),
  board: z.string().nullable(),
  proofs: z.array(
    z.object({
      kind: z.enum(routerProofKinds),
      outcome: z.enum(proofOutcomes),
      /** The router's own words: hostile text. */
      words: z.string().nullable(),
      triedAtMs: z.number().int(),
      /** How many of the provider's other routers of this version and board gave the same answer. */
      alike: z.number().int(),
    }),
  ),
});

interface ProofParts {
  readonly world: World;
  readonly callSite: CallSite;
  readonly emit: Emit;
}

const callMsMax = 110_000;
const beginsWithinMs = 30_000;
const betweenMs = 60_000;

export function proofRoutes({ world, callSite, emit }: ProofParts) {
  const params = z.object({ siteId: keySchema });
  const path = "/api/v1/routers/{siteId}/proofs";
  return [
    route({
      method: "GET",
      path,
      summary: "What was tried on a site's router, and what works there",
      permission: "routers.read",
      params,
      response: routerProofsView,
      handle: ({ params: { siteId }, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return await readProofs(tx, siteId);
        }),
    }),
    route({
      method: "POST",
      path,
      summary:
        "Try on a site's router what no public source says: with names and addresses that nobody has, within a minute or two",
      permission: "sites.manage",
      freshFactor: true,
      params,
      body: z.strictObject({ yes: z.literal(true) }),
      response: routerProofsView,
      handle: async ({ params: { siteId }, actor, providerId, transact }) => {
        const nowMs = world.clock.wall().atMs;
        await transact(async (tx) => {
          await readSite(tx, siteId);
          // One that is dated far ahead was tried by a clock that was.
          if (Math.abs(nowMs - (await lastTriedAtMs(tx, siteId))) < betweenMs)
            throw refusal("router-tried-just-now", {
              retryAfterSeconds: 60,
            });
        });
        const order = { actor: cutText(actor.name, 100), expiresAtMs: unixMs(nowMs + beginsWithinMs) };
        const told = await callSite(siteId, tryRouter, order, callMsMax).catch((error: unknown) => {
          if (!(error instanceof Fault)) throw error;
          throw refusal("router-not-tried", { value: problemOf(error) });
        });
        return await transact(async (tx) => {
          await keepProofs(tx, { providerId, siteId }, told, world.clock.wall().atMs);
          await emit(tx, providerId, { topic: "router", id: siteId, action: "tried" });
          return await readProofs(tx, siteId);
        });
      },
    }),
  ];
}

async function lastTriedAtMs(tx: Tx, siteId: string): Promise<number> {
  const row = await tx
    .selectFrom("router_proofs")
    .select((is) => is.fn.max("triedAtMs").as("at"))
    .where("siteId", "=", siteId)
    .executeTakeFirst();
  return Number(row?.at ?? 0);
}

/** The hub's own time: a site's clock may be wrong. */
async function keepProofs(
  tx: Tx,
  { providerId, siteId }: { readonly providerId: string; readonly siteId: string },
  told: RouterProofs,
  nowMs: number,
): Promise<void> {
  const clean = (text: string, max: number) => cutText(text.replaceAll(/\p{Cc}/gu, " "), max).toWellFormed();
  const place = {
    providerId,
    siteId,
    version: clean(told.version, 40),
    board: clean(told.board, 64),
  };
  const newest = new Map(told.proofs.map((proof) => [proof.kind, proof]));
  await tx.deleteFrom("router_proofs").where("siteId", "=", siteId).execute();
  if (newest.size === 0) return;
  await tx
    .insertInto("router_proofs")
    .values(
      [...newest.values()].map(({ kind, outcome, words }) => ({
        ...place,
        kind,
        outcome,
        triedAtMs: nowMs,
        words: words === null ? null : clean(words, 200),
      })),
    )
    .execute();
}

async function readProofs(tx: Tx, siteId: string): Promise<z.input<typeof routerProofsView>> {
  const rows = await tx
    .selectFrom("router_proofs")
    .selectAll()
    .select(
      sql<number>`(select count(*) from router_proofs o where o.provider_id = router_proofs.provider_id
        and o.version = router_proofs.version and o.board = router_proofs.board and o.kind = router_proofs.kind
        and o.outcome = router_proofs.outcome and o.site_id <> router_proofs.site_id)`.as("alike"),
    )
    .where("siteId", "=", siteId)
    .execute();
  const place = (kind: string) => (routerProofKinds as readonly string[]).indexOf(kind);
  return {
    version: rows[0]?.version ?? null,
    board: rows[0]?.board ?? null,
    proofs: rows
      .toSorted((one, other) => place(one.kind) - place(other.kind))
      .map(({ kind, outcome, words, triedAtMs, alike }) => ({
        kind,
        outcome,
        words,
        triedAtMs,
        alike: Number(alike),
      })),
  };
}
