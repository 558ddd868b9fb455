import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { longTest } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTestSite, foldOf, logInRequest, reportOf } from "../access/test-site.ts";
import { applyRecord } from "./apply-record.ts";
import { nasSessionId } from "./session.ts";
import { closedSessionsKept } from "./session-table.ts";
import { emptyState, type SiteState } from "./site-state.ts";
import { restore, snapshotOf } from "./state-snapshot.ts";

const file = {
  plans: [
    { name: "hour", validitySeconds: 3600, devices: 1 },
    { name: "megabytes", dataBytes: 5_000_000, devices: 2 },
    { name: "minutes", useSeconds: 1800, devices: 2 },
  ],
  accounts: [{ username: "nemo", password: "", plan: "megabytes" }],
  vouchers: [
    { code: "HOUR1", plan: "hour" },
    { code: "TEN10", plan: "minutes" },
  ],
};
const users = ["nemo", "HOUR1", "TEN10"];
const hosts = [1, 2, 3].map((number) => ({ mac: `AA:BB:CC:DD:EE:0${number}`, address: `10.5.50.1${number}` }));

type Step =
  | { kind: "log-in"; user: number; host: number }
  | { kind: "report"; status: "start" | "interim" | "stop"; user: number; host: number; id: number; used: number }
  | { kind: "wait"; ms: number }
  | { kind: "redeem"; user: number; host: number }
  | { kind: "clock"; stepMs: number };

const index = fc.nat(2);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("log-in" as const), user: index, host: index }),
  fc.record({
    kind: fc.constant("report" as const),
    status: fc.constantFrom("start" as const, "interim" as const, "stop" as const),
    user: index,
    host: index,
    id: fc.nat(5),
    used: fc.nat(3_000_000),
  }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(1_200_000) }),
  fc.record({ kind: fc.constant("redeem" as const), user: index, host: index }),
  fc.record({ kind: fc.constant("clock" as const), stepMs: fc.integer({ min: -100_000, max: 100_000 }) }),
);

/** Everything that a customer could notice: who would be let in, for how much, and what the portal shows. */
function decisionsOf(state: SiteState, nowMs: number): unknown {
  const world = createSimulatedWorld();
  world.setWall(nowMs, "synced");
  const site = createTestSite(world, { file, state });
  return users.map((user) =>
    hosts.map((host) => {
      const decision = site.access.logIn(logInRequest(user, "", host));
      return decision.kind === "accept" ? decision.limits : decision.reason;
    }),
  );
}

test("[BEY-12] SAME-AGAIN: after any history, replay, snapshot, and snapshot with the rest replayed decide alike", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 40 }), fc.nat(100), async (steps, cut) => {
      const world = createSimulatedWorld();
      const site = createTestSite(world, { file, interimFlushSeconds: 0 });
      for (const step of steps) await take(site, world, step);
      const { records } = site.log;
      const cutAt = Math.floor((records.length * cut) / 100);
      const throughJson = (state: SiteState) => restore(JSON.parse(JSON.stringify(snapshotOf(state)))) as SiteState;
      const resumed = throughJson(foldOf(records.slice(0, cutAt)));
      for (const record of records.slice(cutAt)) applyRecord(resumed, record);
      const nowMs = world.clock.wall().atMs;
      const candidates = [foldOf(records), throughJson(foldOf(records)), resumed].map((state) =>
        JSON.stringify(snapshotOf(state)),
      );
      expect(new Set(candidates).size).toBe(1);
      expect(candidates[0]).toBe(JSON.stringify(snapshotOf(site.state)));
      const decisions = decisionsOf(foldOf(records), nowMs);
      expect(decisionsOf(resumed, nowMs)).toEqual(decisions);
      expect(decisionsOf(site.state, nowMs)).toEqual(decisions);
    }),
    { numRuns: 150 },
  );
});

async function take(
  site: ReturnType<typeof createTestSite>,
  world: ReturnType<typeof createSimulatedWorld>,
  step: Step,
): Promise<void> {
  if (step.kind === "wait") return world.advance(step.ms);
  if (step.kind === "clock") {
    world.setWall(world.clock.wall().atMs + step.stepMs, "synced");
    await site.recorder.record({ kind: "clock-corrected", boot: 0, stepMs: step.stepMs });
    return;
  }
  const host = hosts[step.host] as (typeof hosts)[number];
  const user = users[step.user] as string;
  if (step.kind === "log-in") site.access.logIn(logInRequest(user, "", host));
  else if (step.kind === "redeem") await site.portalAccess.redeem(user, { token: `token${step.host}`, ...host });
  else {
    const { status, id, used } = step;
    const online = Math.floor(used / 1000);
    await site.access.account(reportOf(status, { user, ...host, sessionId: `8010000${id}`, output: used, online }));
  }
}

test("BYTES-KEPT: whatever the order, usage never falls and is the sum of what sessions show", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), async (steps) => {
      const world = createSimulatedWorld();
      const site = createTestSite(world, { file });
      const before = new Map<string, number>();
      for (const step of steps) {
        await take(site, world, step);
        for (const grantId of site.state.usage.keys()) {
          const { bytes } = site.usage.reported(grantId);
          expect(bytes).toBeGreaterThanOrEqual(before.get(grantId) ?? 0);
          before.set(grantId, bytes);
        }
      }
      await site.access.flush();
      const shown = new Map<string, number>();
      for (const { grantId, inputBytes, outputBytes } of site.state.sessions.values()) {
        shown.set(grantId ?? "", (shown.get(grantId ?? "") ?? 0) + inputBytes + outputBytes);
      }
      for (const [grantId, used] of site.state.usage) expect(used.bytes).toBe(shown.get(grantId));
    }),
  );
});

test("a record applied twice changes nothing the second time", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        anyStep.filter(({ kind }) => kind !== "clock"),
        { maxLength: 40 },
      ),
      async (steps) => {
        const world = createSimulatedWorld();
        const site = createTestSite(world, { file });
        for (const step of steps) await take(site, world, step);
        const once = emptyState();
        const twice = emptyState();
        for (const record of site.log.records) {
          applyRecord(once, record);
          applyRecord(twice, record);
          applyRecord(twice, record);
        }
        expect(snapshotOf(twice)).toEqual(snapshotOf(once));
      },
    ),
  );
});

longTest("only so many closed sessions are remembered, and open ones are never forgotten", async () => {
  const world = createSimulatedWorld();
  const site = createTestSite(world, { file });
  await site.access.account(reportOf("start", { sessionId: "open", mac: "02:00:00:00:00:01" }));
  for (let number = 0; number < closedSessionsKept + 250; number++) {
    void site.access.account(reportOf("stop", { sessionId: `s${number}`, mac: null, address: null, online: 1 }));
  }
  expect(site.state.sessions.size).toBe(closedSessionsKept + 1);
  expect([...site.state.open.keys]).toHaveLength(1);
  const isNamed = (id: string) =>
    [...site.state.open.byNas.keys()].some((nas) => site.state.sessions.keyNamed(nasSessionId(nas, id)) !== null);
  expect(["open", "s249", "s250", `s${closedSessionsKept + 249}`].map(isNamed)).toEqual([true, false, true, true]);
});

test("something that is no snapshot of ours is refused", () => {
  expect(restore(null)).toBeNull();
  expect(restore({ version: 99 })).toBeNull();
  expect(restore({ ...snapshotOf(emptyState()), slots: "no" })).toBeNull();
});

test("a correction moves what this boot stamped, either way, and what nobody ever corrected in the holder's favour", () => {
  const started = (seq: number, grantId: string, clock: "synced" | "estimated", atMs: number) =>
    ({
      kind: "grant-started",
      seq,
      atMs,
      clock,
      upMs: 0,
      voucher: null,
      grant: {
        grantId,
        origin: "voucher",
        planName: "p",
        terms: unlimitedTerms,
        startedAtMs: atMs,
        endsAtMs: atMs + 1000,
        revokedAtMs: null,
        unverified: false,
      },
    }) as unknown as Parameters<typeof applyRecord>[1];
  const boot = (seq: number, number: number) =>
    ({
      kind: "agent-started",
      seq,
      atMs: 0,
      clock: "estimated",
      upMs: 0,
      boot: number,
      version: "1",
    }) as unknown as Parameters<typeof applyRecord>[1];
  const corrected = (seq: number, number: number, stepMs: number) =>
    ({
      kind: "clock-corrected",
      seq,
      atMs: 9000,
      clock: "synced",
      upMs: 0,
      boot: number,
      stepMs,
    }) as unknown as Parameters<typeof applyRecord>[1];
  const endsAt = (state: SiteState, grantId: string) => state.grants.get(grantId)?.grant.endsAtMs;

  const state = foldOf([
    boot(1, 1),
    started(2, "settled", "synced", 5000),
    started(3, "unsettled", "estimated", 6000),
    boot(4, 2),
    started(5, "this-boot", "estimated", 7000),
    corrected(6, 2, 500),
  ]);
  expect([endsAt(state, "settled"), endsAt(state, "unsettled"), endsAt(state, "this-boot")]).toEqual([
    6000, 7500, 8500,
  ]);
  applyRecord(state, corrected(7, 2, -200));
  expect([endsAt(state, "settled"), endsAt(state, "unsettled"), endsAt(state, "this-boot")]).toEqual([
    6000, 7500, 8300,
  ]);
});

test("the start of a session that an earlier boot could not vouch for moves with the clock, once", () => {
  const record = (fields: object) => ({ seq: 1, upMs: 0, ...fields }) as unknown as Parameters<typeof applyRecord>[1];
  const startedBy = (sessionKey: string, clock: string) =>
    record({
      ...{ kind: "session-started", sessionKey, sessionId: sessionKey, nas: "a", grantId: null, user: "u" },
      ...{ mac: null, address: null, startedAtMs: 1000, atMs: 1000, clock },
    });
  const boot = (number: number) => record({ kind: "agent-started", boot: number, atMs: 500, clock: "estimated" });
  const corrected = (stepMs: number, clock: string) =>
    record({ kind: "clock-corrected", boot: 2, stepMs, atMs: 9000, clock });
  const state = foldOf([boot(1), startedBy("sure", "synced"), startedBy("guessed", "estimated"), boot(2)]);
  const starts = () => ["sure", "guessed"].map((key) => state.sessions.get(key)?.startedAtMs);

  applyRecord(state, corrected(300, "estimated"));
  expect(starts()).toEqual([1000, 1300]);
  applyRecord(state, corrected(60, "synced"));
  expect(starts()).toEqual([1000, 1360]);
  applyRecord(state, corrected(7, "synced"));
  expect(starts()).toEqual([1000, 1360]);
});
