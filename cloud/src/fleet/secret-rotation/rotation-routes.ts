/**
 * `/api/v1/sites/{siteId}/secrets`: how old the secrets between a site's router and its agent are, and new ones on demand. No answer here tells
 * a secret. Who attacks it: somebody with a stolen log-in who wants the site to fall silent. A rotation changes nothing before both sides take
 * both secrets, so the worst is work for a router; a fresh second factor stands before it, and it is in the audit log.
 */
import { keySchema } from "@karibu/protocol/schema";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { wantFurtherSecrets } from "../router-services/further-secret-rows.ts";
import { readScript } from "../set-up/set-up-rows.ts";
import { readSite } from "../sites/sites.ts";
import { rotationCauses, rotationProblems } from "./rotation-policy.ts";
import { beginRotation, type RotationParts, readRotation } from "./rotation-rows.ts";

export const secretsView = z.object({
  /** `none`: no line has set up this site's router, or its agent runs beside the hub: its secrets change with a new set-up. */
  state: z.enum(["none", "first", "waiting", "changed"]),
  cause: z.enum(rotationCauses).nullable(),
  wantedAtMs: z.number().int().nullable(),
  doneAtMs: z.number().int().nullable(),
  nextAtMs: z.number().int().nullable(),
  tries: z.number().int(),
  problem: z.enum(rotationProblems).nullable(),
  /** The router's own words: hostile text. */
  why: z.string().nullable(),
});

const path = "/api/v1/sites/{siteId}/secrets";
const params = z.object({ siteId: keySchema });

/** `wake`: it is looked at soon. */
export function rotationRoutes(parts: RotationParts & { readonly emit: Emit; readonly wake: () => void }) {
  return [
    route({
      method: "GET",
      path,
      summary: "When the secrets between a site's router and its agent were changed last, and what waits",
      permission: "sites.read",
      params,
      response: secretsView,
      handle: ({ params: { siteId }, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return await readView(tx, siteId);
        }),
    }),
    route({
      method: "POST",
      path: `${path}/rotate`,
      summary: "New secrets between a site's routers and its agent, without an outage",
      permission: "sites.manage",
      freshFactor: true,
      notForSupport: "keys-of-site",
      params,
      body: null,
      response: secretsView,
      handle: async ({ params: { siteId }, providerId, transact }) => {
        const view = await transact(async (tx) => {
          await readSite(tx, siteId);
          const script = await readScript(tx, siteId);
          if (script === null || script.choices.place !== "container") throw refusal("no-secrets-here");
          await beginRotation(parts, tx, { providerId, siteId }, { cause: "asked", serial: script.serial });
          await wantFurtherSecrets(parts, tx, { siteId });
          await parts.emit(tx, providerId, { topic: "set-up", id: siteId, action: "secrets-wanted" });
          return await readView(tx, siteId);
        });
        parts.wake();
        return view;
      },
    }),
  ];
}

async function readView(tx: Tx, siteId: string): Promise<z.input<typeof secretsView>> {
  const script = await readScript(tx, siteId);
  const row = await readRotation(tx, siteId);
  const isHere = script !== null && script.choices.place === "container";
  const isOfThisRouter = isHere && row !== null && row.serial === script.serial;
  if (!isHere || !isOfThisRouter)
    return {
      state: isHere ? "first" : "none",
      cause: null,
      wantedAtMs: null,
      doneAtMs: null,
      nextAtMs: null,
      tries: 0,
      problem: null,
      why: null,
    };
  return {
    state: row.doneAtMs === null ? "waiting" : "changed",
    cause: row.cause,
    wantedAtMs: row.wantedAtMs,
    doneAtMs: row.doneAtMs,
    nextAtMs: row.nextAtMs,
    tries: row.tries,
    problem: row.problem,
    why: row.why,
  };
}
