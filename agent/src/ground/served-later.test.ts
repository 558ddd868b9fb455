import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { rpc, type ServedRpc, serve } from "@karibu/protocol/rpc/rpc";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { createTestSite } from "../access/test-site.ts";
import { routerMethods } from "../router-control/create-router-control.ts";
import { createRouterRequests, type RouterControlParts } from "../router-control/router-requests.ts";
import { takeoverMethods } from "../takeover/create-takeover.ts";
import { createTakeoverRequests, type TakeoverParts } from "../takeover/takeover-requests.ts";
import { type LaterMethods, servedLater } from "./served-later.ts";

const double = rpc("double", { params: z.object({ one: z.number() }), result: z.number(), readOnly: true });
const { signal } = new AbortController();

test("handlers are loaded at the first request, once, and answer as they would have; a failed load is tried again", async () => {
  let loads = 0;
  const [served] = servedLater({ double: "reads" }, async () => {
    loads++;
    if (loads === 1) throw new Error("no such file");
    return [serve(double, ({ one }) => 2 * one)];
  }) as [ServedRpc<void>];
  expect(served).toMatchObject({ method: "double", readOnly: true });
  expect(loads).toBe(0);
  await expect(served.answer(undefined, { one: 2 }, signal)).rejects.toThrow("no such file");
  expect(await served.answer(undefined, { one: 2 }, signal)).toBe(4);
  await expect(served.answer(undefined, { one: "2" }, signal)).rejects.toMatchObject({ code: "link/bad-params" });
  expect(loads).toBe(2);
});

const methodsOf = (served: readonly ServedRpc<void>[]): LaterMethods =>
  Object.fromEntries(served.map(({ method, readOnly }) => [method, readOnly ? "reads" : "changes"]));

test("what the site says that it answers is what its parts answer", () => {
  const site = createTestSite(createSimulatedWorld()).site;
  const router = createRouterRequests(site.world, { live: null, routerSecrets: null } as RouterControlParts);
  expect(routerMethods).toEqual(methodsOf(router.requests));
  const takeover = createTakeoverRequests({ site, live: null } as TakeoverParts);
  expect(takeoverMethods).toEqual(methodsOf(takeover.requests));
});
