/** A line that is taken out of the site file: the only way to revoke that a site without a hub has. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createTestSite, foldOf, logInRequest, reportOf } from "../access/test-site.ts";
import type { DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import { restore, snapshotOf } from "../state/state-snapshot.ts";

const long = "room-".padEnd(120, "x");
const plans = [{ name: "hour", validitySeconds: 3600 }, { name: "open" }];
const lines = {
  accounts: [
    { username: "room-12", password: "room-12", plan: "open" },
    { username: long, password: long, plan: "open" },
  ],
  vouchers: [{ code: "HOUR1", plan: "hour" }],
};
const users = ["room-12", long, "HOUR1"];

test.each(["room-12", long, "HOUR1"])(
  "%s is turned away and put off once its line is gone, and let in when it is back",
  async (user) => {
    const world = createSimulatedWorld();
    world.setWall(Date.UTC(2026, 10, 20, 12), "synced");
    const before = createTestSite(world, { file: { plans, ...lines } });
    const online = new Map<string, string>();
    for (const [index, name] of users.entries()) {
      const host = { mac: `AA:BB:CC:DD:EE:0${index}`, address: `10.5.50.${10 + index}` };
      const decision = before.access.logIn(logInRequest(name, name, host));
      if (decision.kind === "reject") throw new Error(decision.reason);
      const sessionId = `8010000${index}`;
      online.set(name, sessionId);
      await before.access.account(reportOf("start", { user: name, grantId: decision.grantId, sessionId, ...host }));
    }
    const left = {
      accounts: lines.accounts.filter(({ username }) => username !== user),
      vouchers: lines.vouchers.filter(({ code }) => code !== user),
    };
    for (const state of [
      foldOf(before.log.records),
      restore(JSON.parse(JSON.stringify(snapshotOf(before.state)))) ?? before.state,
    ]) {
      const off: string[] = [];
      const coa: Pick<DynamicAuthorization, "disconnect"> = {
        async disconnect({ sessionId }) {
          off.push(sessionId);
          return "ack";
        },
      };
      const after = createTestSite(world, { file: { plans, ...left }, state, coa });
      await after.sweeper.sweep();
      expect(off).toEqual([online.get(user)]);
      for (const name of users) {
        // Without a MAC all are one host, which may be wrong once in five seconds.
        world.advance(5000);
        const { kind } = after.access.logIn(logInRequest(name, name, { mac: null }));
        expect([name, kind]).toEqual([name, name === user ? "reject" : "accept"]);
      }
      const again = createTestSite(world, { file: { plans, ...lines }, state });
      expect(again.access.logIn(logInRequest(user, user, { mac: null }))).toMatchObject({ kind: "accept" });
    }
  },
);
