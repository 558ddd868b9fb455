import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTestSite, foldOf, reportOf } from "./test-site.ts";

const file = {
  plans: [{ name: "all" }],
  accounts: [1, 2, 3].map((number) => ({ username: `u${number}`, password: "", plan: "all" })),
};

/** A datagram of the NAS: what it says, and when it arrives (some never do, some twice). */
interface Datagram {
  readonly atMs: number;
  readonly report: Parameters<typeof reportOf>;
}

interface Visit {
  readonly user: number;
  readonly startsAfterMs: number;
  readonly interims: readonly { readonly moreBytes: number; readonly arrivals: readonly number[] }[];
  readonly startArrivals: readonly number[];
  readonly stopArrivals: readonly number[];
}

/** Delays of each copy that arrives; none: the datagram is lost. */
const arrivals = fc.array(fc.nat(50_000), { maxLength: 3 });
const anyVisit: fc.Arbitrary<Visit> = fc.record({
  user: fc.integer({ min: 1, max: 3 }),
  startsAfterMs: fc.nat(1_200_000),
  interims: fc.array(fc.record({ moreBytes: fc.nat(1e9), arrivals }), { maxLength: 6 }),
  startArrivals: arrivals,
  stopArrivals: arrivals,
});

const interimMs = 300_000;

function datagramsOf(visit: Visit, number: number): Datagram[] {
  const { user, startsAfterMs, interims } = visit;
  const named = {
    user: `u${user}`,
    sessionId: `id${number}`,
    mac: `02:00:00:00:00:0${number}`,
    address: `10.6.0.${number}`,
  };
  let output = 0;
  const said: Datagram[] = [];
  const say = (status: "start" | "interim" | "stop", afterMs: number, copies: readonly number[]) => {
    const report: Datagram["report"] = [status, { ...named, output, online: afterMs / 1000 }];
    for (const delayMs of copies) said.push({ atMs: startsAfterMs + afterMs + delayMs, report });
  };
  say("start", 0, visit.startArrivals);
  for (const [index, { moreBytes, arrivals: copies }] of interims.entries()) {
    output += moreBytes;
    say("interim", (index + 1) * interimMs, copies);
  }
  say("stop", (interims.length + 1) * interimMs, visit.stopArrivals);
  return said;
}

test("BYTES-KEPT: reports lost, repeated, late and out of order, and an agent that restarts: charged is the most that was acknowledged of each session", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyVisit, { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(3_000_000), { maxLength: 3 }),
      async (visits, restarts) => {
        const world = createSimulatedWorld();
        const said = visits.flatMap(datagramsOf).sort((one, other) => one.atMs - other.atMs);
        let site = createTestSite(world, { file, interimFlushSeconds: 0 });
        const records: (typeof site.log.records)[number][] = [];
        const pending = [...restarts].sort((one, other) => one - other);
        let nowMs = 0;
        const expected = new Map<string, number>();
        for (const { atMs, report } of said) {
          while (pending[0] !== undefined && pending[0] <= atMs) {
            pending.shift();
            records.push(...site.log.records);
            site = createTestSite(world, { file, interimFlushSeconds: 0, state: foldOf(records) });
          }
          world.advance(atMs - nowMs);
          nowMs = atMs;
          await site.access.account(reportOf(...report));
          const { sessionId = "", output = 0 } = report[1] ?? {};
          expected.set(sessionId, Math.max(expected.get(sessionId) ?? 0, output));
        }
        const charged = [1, 2, 3].reduce((sum, number) => sum + site.usage.reported(`a.file.u${number}`).bytes, 0);
        expect(charged).toBe([...expected.values()].reduce((sum, bytes) => sum + bytes, 0));
        expect(site.state.sessions.size).toBe(expected.size);
      },
    ),
    { numRuns: isLongRun ? 1000 : 250 },
  );
});
