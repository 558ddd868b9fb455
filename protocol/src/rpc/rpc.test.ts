import { expect, test } from "vitest";
import * as z from "zod/mini";
import { Fault } from "../fault.ts";
import { carriedRpc, readResult, rpc, serve, servedByName } from "./rpc.ts";

const double = rpc("double", {
  params: z.object({ count: z.int() }),
  result: z.object({ doubled: z.int() }),
});
const signal = new AbortController().signal;
const caller = { siteId: "s1" };
const faultOf = (code: string, message: string) =>
  expect.objectContaining({ code, message, advice: expect.objectContaining({ retry: "never" }) });

test("a served method gets params that fit, the caller and the signal, and its result goes back unchanged", async () => {
  const served = serve(double, ({ count }, from: { siteId: string }, until) => {
    expect([from, until]).toEqual([caller, signal]);
    return { doubled: count * 2 };
  });
  expect(await served.answer(caller, { count: 21 }, signal)).toEqual({ doubled: 42 });
});

test.each([
  ["a field of another type", { count: "21" }, "count: a number is needed"],
  ["a field that is missing", {}, "count: a number is needed"],
  ["no object", null, "an object is needed"],
])("params with %s are refused by the field's name", async (_, params, message) => {
  const served = serve(double, () => expect.unreachable());
  await expect(served.answer(caller, params, signal)).rejects.toEqual(faultOf("link/bad-params", message));
});

test("additions of a newer peer are ignored, on both sides", async () => {
  const served = serve(double, (params) => {
    expect(params).toEqual({ count: 1 });
    return { doubled: 2 };
  });
  await served.answer(caller, { count: 1, colour: "red" }, signal);
  expect(readResult(double, "hub", { doubled: 2, colour: "red" })).toEqual({ doubled: 2 });
});

test("a result that does not fit is a fault that names peer, method and field", () => {
  expect(() => readResult(double, "site", { doubled: "2" })).toThrow(
    faultOf("site/bad-answer", "double: doubled: a number is needed"),
  );
});

test("a method that is only carried keeps params and result as they came", async () => {
  const carried = carriedRpc("of-a-later-release");
  expect(readResult(carried, "site", { any: ["thing"] })).toEqual({ any: ["thing"] });
  expect(carried).toMatchObject({ method: "of-a-later-release", readOnly: false });
});

test("a method without a handler is refused by its name, cut to 60 characters", () => {
  const find = servedByName([serve(double, () => ({ doubled: 0 }))]);
  expect(find("double").method).toBe("double");
  expect(() => find("x".repeat(100))).toThrow(faultOf("link/unknown-method", `there is no method ${"x".repeat(60)}`));
});

test("a handler refuses with its Fault", async () => {
  const fault = new Fault("double/closed", "closed today", { retry: "later" });
  const served = serve(double, () => Promise.reject(fault));
  await expect(served.answer(caller, { count: 1 }, signal)).rejects.toBe(fault);
});
