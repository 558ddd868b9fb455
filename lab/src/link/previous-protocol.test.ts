/** The frames of the previous release's agent, replayed to the present hub. */
import { realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { carriedRpc, serve } from "@karibu/protocol/rpc/rpc";
import { expect, test } from "vitest";
import { makeSites, startHubEnd, until } from "./link-ends.ts";
import { createSocketPair } from "./socket-pair.ts";
import transcript from "./transcripts/protocol-1.json" with { type: "json" };

interface Line {
  readonly from: string;
  readonly frame: Record<string, unknown>;
}

/** Its signature was made over the nonce that its hub drew: this hub draws the same. */
const lines = transcript.lines as unknown as Line[];
const hubNonce = Buffer.from(lines[0]?.frame.nonce as string, "base64");
const real = realWorld();
const world = {
  ...real,
  random: {
    bytes: (count: number) => (count === hubNonce.length ? new Uint8Array(hubNonce) : real.random.bytes(count)),
  },
};
const database = useDatabase("embedded", world);

/** What differs from link to link, and what later releases may add to an answer. */
const shapeOf = ({ type, scope, reset, rows, version, epoch, seq, result, method, params }: Record<string, unknown>) =>
  JSON.parse(JSON.stringify({ type, scope, reset, rows, version, epoch, seq, result, method, params }));

test("[SYS-21] an agent of the previous protocol version still syncs: journal up, feed down, calls both ways", async () => {
  const count = serve(carriedRpc("count"), (params) => ({ got: params }));
  const hub = await startHubEnd(world, database.current(), [count]);
  const [site] = await makeSites(world, database.current(), hub, 1, transcript);
  const { providerId, siteId } = site as NonNullable<typeof site>;
  const plan = { planId: "p1", name: "1 hour", priceCents: 5000 as never, currency: "KES", active: true };
  await database.current().asProvider(providerId, (tx) =>
    hub.publish(tx, {
      providerId,
      target: { scope: "provider" },
      kind: "plan",
      key: "p1",
      body: { ...plan, terms: unlimitedTerms },
    }),
  );
  const pair = createSocketPair();
  const heard: Record<string, unknown>[] = [];
  const ends: unknown[] = [];
  pair.agent.onMessage((text) => heard.push(JSON.parse(text)));
  pair.agent.onClose((code, reason) => ends.push({ code, reason }));
  hub.link.accept(pair.hub, "lab");

  let expected = 0;
  let answered: Promise<unknown> | null = null;
  for (const line of lines) {
    if (line.from === "hub") {
      expected++;
      if (line.frame.type === "rpc")
        answered = hub.link.call(siteId, carriedRpc(line.frame.method as string), line.frame.params, 5000);
      continue;
    }
    await until("the hub said as much as then", () => heard.length >= expected || ends.length > 0);
    const asked = heard.find((frame) => frame.type === "rpc");
    pair.agent.send(JSON.stringify(line.frame.type === "reply" ? { ...line.frame, id: asked?.id } : line.frame));
  }
  expect(await answered).toEqual({ kind: "ending" });
  expect(ends).toEqual([]);
  const said = lines.filter((line) => line.from === "hub").map((line) => shapeOf(line.frame));
  const byText = (frames: unknown[]) => frames.map((frame) => JSON.stringify(frame)).sort();
  expect(byText(heard.map(shapeOf))).toEqual(byText(said));
  pair.cut();
  await hub.stop();
  const session = await database
    .current()
    .asProvider(providerId, (tx) => tx.selectFrom("sessions").select(["input_bytes", "cause"]).executeTakeFirst());
  expect(session).toEqual({ input_bytes: 100, cause: "user-request" });
});
