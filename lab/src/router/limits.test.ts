/** Every kind of limit at every kind of router, with no hub in reach: off within 60 s of it, and not back by itself. */
import type { FeedRow } from "@karibu/protocol/feed";
import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { afterEach, expect, test } from "vitest";
import type { RouterKnobs } from "./model/router-options.ts";
import { type AgentSite, createAgentSite } from "./test-agent-site.ts";

let made: AgentSite | null = null;
afterEach(() => made?.close());

/** The site's clock starts on a Friday at 12:00 in Nairobi. */
const schedule = { utcOffsetMinutes: 180, windows: [{ days: [5], fromMinute: 11 * 60, toMinute: 12 * 60 + 2 }] };
const date = Date.UTC(2027, 0, 15, 9, 2);

function account(name: string, terms: object): FeedRow {
  const body = { accountId: name, username: name, password: name, planName: name, active: true };
  return {
    kind: "account",
    key: name,
    version: 1,
    body: { ...body, terms: { ...unlimitedTerms, ...terms } as Terms },
  };
}

const rows: FeedRow[] = [
  account("validity", { validitySeconds: 120 }),
  account("date", { validUntilMs: date }),
  account("use-time", { useSeconds: 120 }),
  account("data", { dataBytes: 120_000 }),
  account("schedule", { schedule }),
];

const routers: [string, boolean, Partial<RouterKnobs>][] = [
  ["a router that listens, without an API", false, {}],
  ["a router whose CoA is off", true, { incoming: "off" }],
  ["a router that acknowledges and keeps the client", true, { incoming: "ack-but-stays" }],
  ["a router whose API refuses", true, { apiRefuses: true }],
  ["a router whose API is silent", true, { apiSilent: true }],
];
const kinds = ["validity", "date", "use-time", "data", "schedule"];
const cases = kinds.flatMap((kind) => routers.map(([router, api, knobs]) => [kind, router, api, knobs] as const));

/** `npm test` takes each kind of limit and each kind of router, once: not each with each. */
test.each(inLongRunAll(cases, (_, at) => at % (routers.length + 1) === 0))(
  "[RAD-07] [RAD-08] OFF-IN-TIME: the end by %s at %s that ignores its own limits",
  async (kind, _, routerApi, knobs) => {
    made = await createAgentSite({ routerApi, feed: rows, knobs: { ...knobs, ignoresLimits: true } });
    const { time, client } = made;
    const logIn = client.logIn({ user: kind, password: kind });
    await time.advance(100);
    expect((await logIn).kind).toBe("logged-in");
    client.consume({ downBytesPerSecond: 1000 });
    // A router whose API is silent holds the agent's doors back for some seconds; a date waits for nobody.
    const ends = kind === "date" || kind === "schedule" ? date : time.clock().wall().atMs + 120_000;
    await time.advance(ends - 2000 - time.clock().wall().atMs);
    expect(client.online()).toBe(true);
    // Data is known by interims alone: the one that says so comes up to an interval later.
    await time.advance(kind === "data" ? 362_000 : 62_000);
    expect(client.online()).toBe(false);
    for (let minute = 0; minute < 3; minute++) {
      await time.advance(60_000);
      expect(client.online()).toBe(false);
    }
  },
);

test.each(routers)(
  "a slot taken over on a second phone puts the first one off within a minute, at %s",
  async (_, routerApi, knobs) => {
    const siteFile = { plans: [{ name: "one", devices: 1 }], vouchers: [{ code: "1234567890", plan: "one" }] };
    made = await createAgentSite({ routerApi, siteFile, knobs, router: { sharedUsers: 10 } });
    const { time, client, router, ask } = made;
    const first = client.logIn({ user: "1234567890", password: "" });
    await time.advance(100);
    await first;
    client.consume({ downBytesPerSecond: 1000 });
    await time.advance(10_000);
    const second = router.client("10.5.50.8");
    await second.request();
    const { body } = await ask("10.5.50.8", "/api/vouchers/redeem", { code: "1234567890" });
    expect(body.planName).toBe("one");
    await time.advance(62_000);
    expect(client.online()).toBe(false);
  },
);

test.each(routers)(
  "[BEY-10] the code typed into the router's own page on a second phone brings it online at once, and the first one off within a minute, at %s",
  async (_, routerApi, knobs) => {
    const siteFile = { plans: [{ name: "two", devices: 2 }], vouchers: [{ code: "1234567890", plan: "two" }] };
    made = await createAgentSite({ routerApi, siteFile, knobs });
    const { time, client, router } = made;
    const phones = [client, router.client("10.5.50.8"), router.client("10.5.50.9")] as const;
    for (const phone of phones) {
      const outcome = phone.logIn({ user: "1234567890", password: "" });
      await time.advance(100);
      expect((await outcome).kind).toBe("logged-in");
      phone.consume({ downBytesPerSecond: 1000 });
      await time.advance(10_000);
    }
    await time.advance(52_000);
    expect(phones.map((phone) => phone.online())).toEqual([false, true, true]);
  },
);
