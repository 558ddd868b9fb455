/**
 * How a site's router is reached, and the five-step test of it. A hosted site's router is tested through the tunnel by its host, with what is kept or
 * with what is not saved yet; every other one by its own agent, with what that has.
 *
 * Attackers: who wants this machine to dial elsewhere (an address that is not the site's own in the tunnel is refused as the first step; nothing is
 * dialled by the hub at all); who wants a kept password (no answer has it, and changing it asks for a fresh second factor).
 */
import { stepsAt, testedRouterSchema, toldTestStepSchema } from "@karibu/protocol/router/router-test";
import { keySchema } from "@karibu/protocol/schema";
import { z } from "zod";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Tx } from "../../ground/db/database.ts";
import { wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { enrolledAtMs } from "../enrolment/enrolment.ts";
import { readHosting } from "../hosted-sites/hosted-sites.ts";
import { apiPort } from "../router-access/api-port.ts";
import { accessFields, forgetAccess, keepAccess, openAccess, readAccess } from "../router-access/router-access.ts";
import {
  beginOwnTest,
  beginTest,
  endOwnTest,
  isUnderWay,
  probeByAgent,
  readTest,
  stepsOf,
  type TestParts,
} from "../router-access/router-tests.ts";
import { readSetUp } from "../set-up/set-up-rows.ts";
import { readSite } from "../sites/sites.ts";
import { readAddress } from "../tunnel/peers.ts";
import { stepsOfLine } from "./line-steps.ts";

const params = z.object({ siteId: keySchema });

export const routerAccessView = z.object({
  /** False: the hub was told nothing. */
  isKept: z.boolean(),
  port: z.number().int(),
  user: z.string(),
  /** The router's own address in the tunnel: no other is dialled. Null: it is not in the tunnel. */
  address: z.string().nullable(),
  changedAtMs: z.number().int().nullable(),
});

const step = z.object(toldTestStepSchema.shape);
const router = z.object({ ...testedRouterSchema.shape, missing: z.array(z.string()) }).nullable();
export const routerTestView = z.object({
  /** `tunnel`: its host dials it. `agent`: its own agent does. */
  by: z.enum(["tunnel", "agent"]),
  /** Null: never. */
  testedAtMs: z.number().int().nullable(),
  isRunning: z.boolean(),
  /** Empty: it was never tested. */
  steps: z.array(step),
  /** What the router says of itself: hostile text. */
  router,
  /** What the first stage of its pasted line told, before there was anybody to test it; null: no line was pasted. */
  firstReport: z.object({ atMs: z.number().int().nullable(), steps: z.array(step), router }).nullable(),
});
type RouterTestView = z.input<typeof routerTestView>;

export function routerTestRoutes(parts: TestParts & { readonly call: CallSite }) {
  const { world } = parts;
  const path = "/api/v1/sites/{siteId}/router-access";
  const testPath = "/api/v1/sites/{siteId}/router-test";
  return [
    route({
      method: "GET",
      path,
      summary: "How the host of a site's agent reaches its router's API, without the password",
      permission: "sites.read",
      params,
      response: routerAccessView,
      handle: ({ params: { siteId }, transact }) => transact((tx) => accessView(tx, siteId)),
    }),
    route({
      method: "PUT",
      path,
      summary: "Keep port, user and password of a site's router; a password that is left out stays",
      permission: "sites.manage",
      freshFactor: true,
      params,
      body: z.strictObject({
        port: accessFields.port.default(apiPort),
        user: accessFields.user,
        password: accessFields.password.optional(),
      }),
      response: routerAccessView,
      handle: ({ params: { siteId }, body, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          if (!(await keepAccess(parts, tx, { providerId, siteId }, body))) throw wrongField("password", "empty");
          return accessView(tx, siteId);
        }),
    }),
    route({
      method: "DELETE",
      path,
      summary: "Forget how a site's router is reached",
      permission: "sites.manage",
      params,
      status: 204,
      response: z.null(),
      handle: ({ params: { siteId }, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          await forgetAccess(tx, siteId);
          return null;
        }),
    }),
    route({
      method: "GET",
      path: testPath,
      summary: "The five steps of the last test of a site's router, while it runs too",
      permission: "sites.read",
      params,
      response: routerTestView,
      handle: ({ params: { siteId }, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return testView(tx, siteId, world.clock.wall().atMs);
        }),
    }),
    route({
      method: "POST",
      path: testPath,
      summary:
        "Test a site's router: network, handshake, log-in, permissions, identity; with what is given, before it is saved too",
      permission: "sites.manage",
      params,
      body: z.strictObject({
        /** Only the site's own address in the tunnel is dialled; another one fails the first step. */
        address: z.string().trim().max(200).optional(),
        port: accessFields.port.optional(),
        user: accessFields.user.optional(),
        password: accessFields.password.optional(),
      }),
      status: 202,
      response: routerTestView,
      handle: async ({ params: { siteId }, body, providerId, transact }) => {
        const place = { providerId, siteId };
        const begun = await transact(async (tx) => {
          await readSite(tx, siteId);
          const nowMs = world.clock.wall().atMs;
          const hosting = await readHosting(tx, siteId);
          if (hosting === null)
            return (await enrolledAtMs(tx, siteId)) === null
              ? testView(tx, siteId, nowMs)
              : { testId: await beginOwnTest(parts, tx, place) };
          const refused = (problem: "no-tunnel" | "outside" | "no-host") =>
            notDialled(stepsAt("network", problem), nowMs);
          if (hosting.address === null) return refused("no-tunnel");
          if (hosting.revokedAtMs !== null) return refused("no-host");
          if (body.address !== undefined && body.address !== hosting.address) return refused("outside");
          const kept = await openAccess(parts.envelope, tx, place);
          const user = body.user ?? kept?.user;
          // A password belongs to its user: the kept one is not tried with another's name.
          const password = body.password ?? (user === kept?.user ? kept?.password : undefined);
          if (user === undefined || password === undefined) return notDialled(stepsAt("log-in", "no-access"), nowMs);
          const access = { port: body.port ?? kept?.port ?? apiPort, user, password };
          await beginTest(parts, tx, place, { hostId: hosting.hostId, access });
          return testView(tx, siteId, nowMs);
        });
        if (!("testId" in begun)) return begun;
        const probe = await probeByAgent(parts.call, siteId);
        return transact(async (tx) => {
          await endOwnTest(parts, tx, place, begun.testId, probe);
          return testView(tx, siteId, world.clock.wall().atMs);
        });
      },
    }),
  ];
}

/** Nobody was asked: what is not known yet is still to do. */
function notDialled(steps: RouterTestView["steps"], nowMs: number): RouterTestView {
  const told = steps.map((one) => (one.state === "done" ? { ...one, state: "todo" as const } : one));
  return { by: "tunnel", testedAtMs: nowMs, isRunning: false, steps: told, router: null, firstReport: null };
}

async function accessView(tx: Tx, siteId: string): Promise<z.input<typeof routerAccessView>> {
  await readSite(tx, siteId);
  const kept = await readAccess(tx, siteId);
  return {
    isKept: kept !== null,
    port: kept?.port ?? apiPort,
    user: kept?.user ?? "",
    address: await readAddress(tx, siteId),
    changedAtMs: kept?.changedAtMs ?? null,
  };
}

async function testView(tx: Tx, siteId: string, nowMs: number): Promise<RouterTestView> {
  const isHosted = (await readHosting(tx, siteId)) !== null;
  const row = await readTest(tx, siteId);
  const tested =
    row === null
      ? { testedAtMs: null, isRunning: false, steps: [], router: null }
      : {
          testedAtMs: row.askedAtMs,
          isRunning: isUnderWay(row, nowMs),
          steps: [...stepsOf(row, nowMs)],
          router: row.router,
        };
  if (isHosted) return { by: "tunnel", ...tested, firstReport: null };
  const setUp = await readSetUp(tx, siteId);
  const told = stepsOfLine({ claimedAtMs: setUp?.claimedAtMs ?? null, facts: setUp?.facts ?? null });
  const firstReport = told && { atMs: setUp?.factsAtMs ?? null, ...told };
  // Nobody is there who could be asked, or could ask.
  if (row === null && told === null && (await enrolledAtMs(tx, siteId)) === null)
    return { by: "agent", ...tested, steps: stepsAt("network", "line-not-pasted"), firstReport };
  return { by: "agent", ...tested, firstReport };
}
