/** Every frame, packed page and request of the schemas comes through its text as it was. */

import { readdir } from "node:fs/promises";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import type * as z from "zod/mini";
import { feedRowSchema } from "../feed.ts";
import { eventSchema, stampSchema } from "../journal/record.ts";
import type { Rpc } from "../rpc/rpc.ts";
import { arbitraryOf } from "../test-arbitrary.ts";
import * as frames from "./frame.ts";
import { packRows, unpackRows } from "./packed-rows.ts";

const schemas = Object.entries(frames).filter(([, value]) => isSchema(value)) as unknown as [
  string,
  z.ZodMiniType<frames.Frame>,
][];

function isSchema(value: unknown): boolean {
  return typeof value === "object" && value !== null && "_zod" in value;
}

const anyRows = fc.array(arbitraryOf(feedRowSchema), { maxLength: 3 });
const anyRecords = fc.array(
  fc.tuple(arbitraryOf(stampSchema), arbitraryOf(eventSchema)).map(([stamp, event]) => ({ ...stamp, ...event })),
  { minLength: 1, maxLength: 3 },
);

test("there are as many frames as before, or more", () => {
  expect(schemas.length).toBeGreaterThanOrEqual(12);
});

test.each(schemas)("[BEY-26] %s: what is encoded is decoded again, every field of it", (name, schema) => {
  const drawn = drawFrame(name, schema);
  fc.assert(
    fc.property(drawn, (frame) => {
      expect(frames.decodeFrame(frames.encodeFrame(frame as frames.Frame))).toStrictEqual({ frame });
    }),
  );
});

/** What a frame carries unparsed, or checks by code, no schema tells: it is drawn apart. */
function drawFrame(name: string, schema: z.ZodMiniType<frames.Frame>): fc.Arbitrary<frames.Frame> {
  if (name === "feedFrame") return withItems(frames.feedFrame, "rows", anyRows);
  if (name === "journalFrame") return withItems(frames.journalFrame, "records", anyRecords);
  return arbitraryOf(schema);
}

function withItems(
  schema: typeof frames.feedFrame | typeof frames.journalFrame,
  field: "rows" | "records",
  items: fc.Arbitrary<readonly object[]>,
): fc.Arbitrary<frames.Frame> {
  const shape = Object.entries(schema._zod.def.shape as Record<string, z.core.$ZodType>);
  const required = shape.filter(([, one]) => one._zod.optin !== "optional").map(([other]) => other);
  const model = shape.map(([other, one]) => [other, other === field ? items : arbitraryOf(one)]);
  return fc.record(Object.fromEntries(model), { requiredKeys: required as never[], noNullPrototype: true }) as never;
}

test("[BEY-26] a packed page has every field of every kind of row", () => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      expect(unpackRows(packRows(rows))).toStrictEqual({ rows });
    }),
    { numRuns: isLongRun ? 500 : 120 },
  );
});

const folder = new URL("../rpc/", import.meta.url);
const methods = (
  await Promise.all(
    (
      await readdir(folder, { recursive: true })
    )
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map(async (name) => Object.values((await import(new URL(name, folder).href)) as object)),
  )
)
  .flat()
  .filter(
    (one): one is Rpc<unknown, unknown> =>
      typeof one === "object" && one !== null && "method" in one && "params" in one,
  )
  .map((one) => [one.method, one] as const);

test.each(methods)("[BEY-26] the request %s and its answer come through their frames", (method, one) => {
  fc.assert(
    fc.property(arbitraryOf(one.params), arbitraryOf(one.result), (params, result) => {
      const asked = throughText({ type: "rpc", id: "1", method, deadlineMs: 1000, params });
      expect(one.params.parse((asked as frames.RpcFrame).params)).toStrictEqual(params);
      const answered = throughText({ type: "reply", id: "1", result });
      expect(one.result.parse((answered as frames.ReplyFrame).result)).toStrictEqual(result);
    }),
    { numRuns: isLongRun ? 30 : 10 },
  );
});

function throughText(frame: frames.Frame): frames.Frame {
  const decoded = frames.decodeFrame(frames.encodeFrame(frame));
  if (!("frame" in decoded)) throw new Error(decoded.refused.message);
  return decoded.frame;
}
