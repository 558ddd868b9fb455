/** Every kept example of a call, over a link between a played peer and an end of today: both ways, as far as the peer knows the method. */
import type { Rpc, ServedRpc } from "@karibu/protocol/rpc/rpc";
import { serve } from "@karibu/protocol/rpc/rpc";
import { expect } from "vitest";
import * as z from "zod";
import { until } from "../link-ends.ts";
import { type PlayedEnd, unpacked, type Words } from "./test-play.ts";
import type { Schema } from "./test-readable.ts";
import type { CallExamples, Kept } from "./test-transcripts.ts";

/** Serves methods with the results of today's examples, in turn, and keeps the params that came. */
export function serveExamples(methods: readonly Rpc<unknown, unknown>[], today: Kept["calls"]) {
  const got: unknown[] = [];
  const turns = new Map<string, number>();
  const served: ServedRpc<unknown>[] = methods.map((method) =>
    serve(method, (params) => {
      got.push(params);
      const turn = turns.get(method.method) ?? 0;
      turns.set(method.method, turn + 1);
      return inTurn((today[method.method] as CallExamples).results, turn);
    }),
  );
  return { served, got };
}

const inTurn = (values: readonly unknown[], turn: number) => values[turn % values.length];
const turnsOf = (...lists: readonly (readonly unknown[])[]) =>
  Array.from(Array(Math.max(...lists.map((list) => list.length))).keys());

export interface ExampleScene {
  readonly protocol: number;
  readonly end: PlayedEnd;
  readonly kept: Kept;
  readonly today: Kept["calls"];
  /** Params that today's end got. */
  readonly got: readonly unknown[];
}

/** The played peer says its params; what today's end answers must be what the peer could read. */
export async function oldCallsNew(methods: readonly Rpc<unknown, unknown>[], scene: ExampleScene): Promise<void> {
  const { end, kept, today, got } = scene;
  for (const { method } of methods) {
    const { params } = kept.calls[method] as CallExamples;
    for (const turn of turnsOf(params, (today[method] as CallExamples).results)) {
      const id = `${method}-${turn}`;
      end.say({ type: "rpc", id, method, deadlineMs: 5000, params: inTurn(params, turn) });
      const reply = await heardFrom(end, `the reply to ${id}`, (frame) => frame.type === "reply" && frame.id === id);
      expect(reply.error, method).toBeUndefined();
      if (method !== "ping") expect(got.at(-1), method).toEqual(inTurn(params, turn));
      expect(
        complaint(kept.schemas.methods[method]?.result, reply.result),
        `${id}: ${JSON.stringify(reply.result)}`,
      ).toBeNull();
    }
  }
}

/** Today's end says params that the played peer must be able to read; it reads what the peer answers. */
export async function newCallsOld(
  methods: readonly Rpc<unknown, unknown>[],
  { end, kept, today, protocol }: ExampleScene,
  call: (method: Rpc<unknown, unknown>, params: unknown) => Promise<unknown>,
): Promise<void> {
  for (const rpc of methods) {
    const { method } = rpc;
    const { results } = kept.calls[method] as CallExamples;
    const { params } = today[method] as CallExamples;
    for (const turn of turnsOf(params, results)) {
      const before = new Set(end.heard);
      const answer = call(rpc, inTurn(params, turn)).catch((error) => error);
      const isNew = (frame: Words) => frame.type === "rpc" && frame.method === method && !before.has(frame);
      const request = await heardFrom(end, `the request ${method}`, isNew);
      const refused = complaint(kept.schemas.methods[method]?.params, request.params);
      if (refused !== null) {
        // A known gap is refused as that release refused it; any other is a break.
        const isKnown = Object.keys(kept.accepted).some((sentence) => sentence.startsWith(`methods.${method}.params.`));
        expect(isKnown, `${method} to protocol ${protocol}: ${refused}`).toBe(true);
        end.say({ type: "reply", id: request.id, error: { code: "link/bad-params", message: refused } });
        expect(await answer, method).toMatchObject({ advice: { hint: "link/bad-params" } });
        continue;
      }
      end.say({ type: "reply", id: request.id, result: inTurn(results, turn) });
      expect(await answer, method).toEqual(inTurn(results, turn));
    }
  }
}

async function heardFrom(end: PlayedEnd, what: string, is: (frame: Words) => boolean): Promise<Words> {
  await until(what, () => end.heard.some(is) || end.ends.length > 0);
  const found = end.heard.findLast(is);
  if (found === undefined) throw new Error(`the link ended before ${what}: ${JSON.stringify(end.ends)}`);
  return found;
}

/** Today's end calls, and gives up once the played peer has the request. */
export async function cancelCall(end: PlayedEnd, call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const before = new Set(end.heard);
  const abort = new AbortController();
  const outcome = call(abort.signal).catch((error) => error);
  await heardFrom(end, "the request", (frame) => frame.type === "rpc" && !before.has(frame));
  abort.abort();
  expect(await outcome).toMatchObject({ code: expect.stringMatching(/\/cancelled$/) });
}

/** Each frame is of a kind that the release knew, and fits. Feed pages are read as it read them: how many rows it got. */
export function expectReadable(frames: readonly Words[], { schemas }: Kept): { readonly rows: number } {
  let rows = 0;
  for (const frame of frames) {
    const schema = schemas.frames[frame.type === "hello" ? `${frame.role}Hello` : `${frame.type}Frame`];
    if (schema === undefined) throw new Error(`${JSON.stringify(frame)}: a frame that this peer does not know`);
    expect(complaint(schema, frame), JSON.stringify(frame)).toBeNull();
    if (frame.type !== "feed") continue;
    const isPacked = frame.packed !== undefined && schema.properties?.packed !== undefined;
    rows += (isPacked ? unpacked(frame.packed) : (frame.rows as unknown[])).length;
  }
  return { rows };
}

/** What is wrong with it for a reader of that release; null: nothing. */
function complaint(schema: Schema | undefined, value: unknown): string | null {
  const parsed = z.fromJSONSchema(schema as never).safeParse(value);
  return parsed.success ? null : z.prettifyError(parsed.error);
}
