import { expect, test } from "vitest";
import { get, patch, post } from "./api.ts";
import { type Answer, hubPath, type Query } from "./hub-path.ts";
import { getList, withQuery } from "./list.ts";

test("parameters are written into a path in one place, whatever they hold", () => {
  expect(hubPath("/api/v1/roles/{role}/second-factor", { role: "a/b ?" })).toBe(
    "/api/v1/roles/a%2Fb%20%3F/second-factor",
  );
  expect(hubPath("/api/v1/roles")).toBe("/api/v1/roles");
  const path = hubPath("/api/v1/subscriptions/{subscriptionId}/plan-change", { subscriptionId: "s1" });
  expect(withQuery(path, { planId: "p&1" })).toBe("/api/v1/subscriptions/s1/plan-change?planId=p%261");
});

test("what the hub has no route for does not compile", () => {
  expect(compiled).toBeTypeOf("function");
});

/** Never run: `npm run check` fails where a line compiles that must not, and where one must that does not. */
async function compiled() {
  const { items } = await get("/api/v1/roles");
  items satisfies readonly { readonly name: string; readonly updatedAtMs: number | null }[];
  await post("/api/v1/roles", { name: "Night", permissions: ["plans.read"] });
  await post(hubPath("/api/v1/claims/{id}/reopen", { id: "c1" }));
  await getList("/api/v1/claims", { cursor: null }, { turnedDown: true });

  // @ts-expect-error: no such path
  await get("/api/v1/rolls");
  // @ts-expect-error: a path of POST alone
  await patch("/api/v1/roles", {});
  // @ts-expect-error: its parameter is missing
  await get("/api/v1/claims/{id}");
  // @ts-expect-error: a parameter of another name
  hubPath("/api/v1/claims/{id}", { claimId: "c1" });
  // @ts-expect-error: a misspelt field of a body
  await post("/api/v1/roles", { nmae: "Night", permissions: [] });
  // @ts-expect-error: a body that lacks one
  await post("/api/v1/roles", { name: "Night" });
  // @ts-expect-error: no such permission
  await post("/api/v1/roles", { name: "Night", permissions: ["plans.raed"] });
  // @ts-expect-error: a body where none is taken
  await post(hubPath("/api/v1/claims/{id}/reopen", { id: "c1" }), { reason: "x" });
  // @ts-expect-error: no such filter, wherever the object was put together
  await getList("/api/v1/claims", { cursor: null }, { ...{ turndDown: true } });
  // @ts-expect-error: a query that lacks what the hub wants
  withQuery("/api/v1/address-holders", { address: "10.0.0.1" });
  // @ts-expect-error: a field that is in no answer
  (await get("/api/v1/roles")).items[0]?.nmae;
  // @ts-expect-error: it may be null
  ((await get("/api/v1/roles")).items[0] as Answer<"GET", "/api/v1/roles">["items"][number]).updatedAtMs.toFixed();
  // @ts-expect-error: a filter of another list
  ({ voucherId: "v1" }) satisfies Query<"/api/v1/claims">;
}
