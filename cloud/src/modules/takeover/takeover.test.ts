import { expect, test } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { createHeldReader } from "../../ground/foreign-files/test-held-reader.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";
import { type ForeignUser, untold, untoldPlan } from "./foreign-book.ts";
import { planTakeover } from "./takeover-plan.ts";
import { prepare } from "./takeovers.ts";

const nothing = { planIds: new Map<string, string>(), isLiveCode: () => false };
const plan = {
  ...untoldPlan,
  from: "hotspot-users",
  name: "day",
  named: "day",
  price: "10",
  validitySeconds: 86_400,
  useSeconds: 7200,
  dataBytes: 1000,
  downKbps: null,
  upKbps: null,
  devices: 1,
} as const;
const user: ForeignUser = {
  ...untold,
  from: "hotspot-users",
  line: 1,
  service: "hotspot",
  isSubscriber: false,
  name: "48213377",
  password: "48213377",
  plan: "day",
  state: "unused",
};

test.each([
  [{}, { fate: "voucher", doubts: [], secondsLeft: 7200, bytesLeft: 1000 }],
  [
    { name: "4821", password: "4821" },
    { fate: "voucher", doubts: ["easily-guessed"] },
  ],
  [
    { name: "AB12", password: "" },
    { fate: "voucher", doubts: ["easily-guessed"] },
  ],
  [{ password: "other" }, { fate: "voucher", doubts: [] }],
  [
    { name: "t-1", password: "" },
    { fate: "voucher", doubts: ["not-a-code", "easily-guessed"] },
  ],
  [{ name: "x".repeat(65), password: "" }, { doubts: ["not-a-code"] }],
  [{ password: "  " }, { doubts: ["not-a-code"] }],
  [{ password: "let me in" }, { doubts: [] }],
  // RADIUS carries 253 bytes of a name.
  [
    { name: "🙂".repeat(63), password: "" },
    { fate: "voucher", doubts: [] },
  ],
  [{ name: "🙂".repeat(64), password: "" }, { doubts: ["not-a-code"] }],
  [{ isPasswordHidden: true }, { fate: "voucher", doubts: ["password-hidden"] }],
  [{ password: null }, { fate: "voucher", doubts: ["no-password"] }],
  [
    { service: "pppoe", password: "" },
    { fate: "account", doubts: ["no-password"] },
  ],
  [
    { state: "running", usedSeconds: 7000, usedBytes: 1200 },
    { fate: "grant", secondsLeft: 200, bytesLeft: 0 },
  ],
  [
    { state: "running", endsAtMs: 61_000, usedSeconds: 10 },
    { fate: "grant", secondsLeft: 60 },
  ],
  [{ state: "over" }, { fate: "left", doubts: [], secondsLeft: null, bytesLeft: null }],
  [{ state: "blocked" }, { fate: "left" }],
  [{ plan: "gone" }, { fate: "voucher", doubts: ["no-plan"], secondsLeft: null, bytesLeft: null }],
] as [Partial<ForeignUser>, object][])("[RTR-31] a user %j becomes %j", (change, becomes) => {
  const book = {
    source: "mikhmon",
    plans: [plan],
    users: [{ ...user, ...change }],
    warnings: [],
    refused: [],
    found: {},
  } as const;
  const planned = planTakeover(book, nothing, 1000);
  expect(planned.users[0]).toMatchObject(becomes);
  expect(planned.users[0]).not.toHaveProperty("password");
});

test("[RTR-31] a plan that is called as something every object has costs what its system wrote", () => {
  const name = "constructor";
  const book = {
    source: "mikhmon",
    plans: [{ ...plan, name, named: name }],
    users: [{ ...user, plan: name }],
    warnings: [],
    refused: [],
    found: {},
  } as const;
  const choices = { siteId: "one", utcOffsetMinutes: 180, leave: [], prices: {}, booking: "elsewhere" } as const;
  const { total } = prepare(book, planTakeover(book, nothing, 1000), choices, "KES");
  expect(total.worthCents).toBe(1000);
});

test("[RTR-31] a hundred thousand codes at the highest price are worth the largest sum that a figure holds, and no error", () => {
  const users = Array.from({ length: 100_000 }, (_, at) => ({ ...user, name: `u${at}`, password: `u${at}` }));
  const book = { source: "mikhmon", plans: [plan], users, warnings: [], refused: [], found: {} } as const;
  const prices = { [plan.named]: 1e11 };
  const choices = { siteId: "one", utcOffsetMinutes: 180, leave: [], prices, booking: "elsewhere" } as const;
  const { total } = prepare(book, planTakeover(book, nothing, 1000), choices, "KES");
  expect([total.codes, total.worthCents]).toEqual([100_000, Number.MAX_SAFE_INTEGER]);
});

engineSuite("a takeover", (engine) => {
  const reader = createHeldReader();
  const hub = useHub(engine, { fileReader: reader });

  test("[RTR-31] the dry run counts what becomes of whom, knows own plans and codes, tells no password, and changes nothing", async () => {
    const { token } = await hub.makeProvider("Taken");
    const call = askerOf(hub, () => token);
    const { siteId } = (await call("POST", "/sites", { name: "One" })).body.site;
    const { planId } = (await call("POST", "/plans", { name: "Day", priceCents: 1000, terms: {} })).body;
    await call("POST", "/vouchers/batches", { planId, quantity: 1, siteId });
    const [{ code }] = (await call("GET", "/vouchers")).body.items;
    const plansBefore = (await call("GET", "/plans")).text;
    const file = [
      "# 2026-11-22 10:00:00 by RouterOS 7.22",
      "/ip hotspot user profile",
      "add name=day rate-limit=1M/5M",
      "/ip hotspot user",
      `add name=${code} password=${code} profile=day`,
      'add name="=HYPERLINK(\\"http://x\\")<b>" password=the-secret-password profile=day',
    ].join("\n");
    const answer = await call("POST", "/takeovers/preview", { file });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        source: "hotspot-users",
        counts: { voucher: 2, grant: 0, account: 0, left: 0 },
        plans: [{ name: "day", planId, downKbps: 5000 }],
        users: [
          { name: code, doubts: ["code-exists", "no-limit"] },
          { name: '=HYPERLINK("http://x")<b>', fate: "voucher", doubts: ["no-limit"] },
        ],
      },
    });
    expect(answer.text).not.toContain("the-secret-password");
    expect((await call("GET", "/plans")).text).toBe(plansBefore);
    const bad = await call("POST", "/takeovers/preview", { file: "what is this" });
    expect(bad).toMatchObject({ status: 400, body: { code: "not-a-takeover-file", field: "file" } });
  });

  test("[RTR-31] a router with hotspot, PPPoE and User Manager: all are counted by source, what is refused has a line, and of two of one name a person says which one comes", async () => {
    const { token } = await hub.makeProvider("Mixed");
    const call = askerOf(hub, () => token);
    const { siteId } = (await call("POST", "/sites", { name: "One" })).body.site;
    const file = [
      "# 2026-11-22 10:00:00 by RouterOS 7.22",
      "/ip hotspot user profile",
      "add name=day rate-limit=1M/5M",
      "/ip hotspot user",
      "set [ find default=yes ] disabled=yes",
      "add name=local001 password=local001 profile=day limit-uptime=1d",
      "add name=shared01 password=shared01 profile=day limit-uptime=1d",
      "/ppp secret",
      "add name=house-1 password=house-1 service=pppoe",
      "add name=office password=secret-of-vpn service=l2tp",
      "/user-manager profile",
      "add name=week price=300 validity=1w",
      "/user-manager user",
      "add name=shared01 password=shared01",
      "add name=managed1 password=managed1",
      "add name=managed2 password=managed2",
      "set [ find name=nobody ] password=word-of-nobody",
      "/user-manager user-profile",
      "add profile=week user=shared01",
      "add profile=week user=managed1",
    ].join("\n");
    const shown = await call("POST", "/takeovers/preview", { file });
    expect(shown).toMatchObject({ status: 200, body: { source: "router" } });
    expect(shown.body.sources).toEqual([
      { from: "hotspot-users", found: 3, read: 0, refused: 1, doubtful: 2 },
      { from: "ppp-secrets", found: 2, read: 1, refused: 1, doubtful: 0 },
      { from: "user-manager", found: 4, read: 0, refused: 1, doubtful: 3 },
    ]);
    expect(shown.body.refused).toEqual([
      { from: "hotspot-users", code: "router-own", line: 5, what: "default" },
      { from: "ppp-secrets", code: "other-service", line: 10, what: "office (l2tp)" },
      { from: "user-manager", code: "not-read", line: 17, what: "set password=… [ find name=nobody ]" },
    ]);
    expect(shown.text).not.toMatch(/secret-of-vpn|word-of-nobody/);
    const given = { file, siteId, utcOffsetMinutes: 180 };
    const codes = async (doubles?: string) => {
      const { body } = await call("POST", "/takeovers/total", { ...given, ...(doubles ? { doubles } : {}) });
      return [body.total.codes, body.total.worthCents, body.total.useUnknown];
    };
    expect(await codes()).toEqual([2, 30_000, 2]);
    expect(await codes("hotspot-users")).toEqual([3, 30_000, 3]);
    expect(await codes("user-manager")).toEqual([3, 60_000, 3]);
    const { token: stranger } = await hub.makeProvider("Stranger");
    expect(await askerOf(hub, () => stranger)("POST", "/takeovers/total", given)).toMatchObject({
      status: 404,
      body: { field: "siteId" },
    });
    const customers = await call("POST", "/customer-takeovers/preview", given);
    expect(customers.body).toMatchObject({ totals: { accounts: 1, newPasswords: 0 }, codes: 5 });
  });

  test("[RTR-31] many files of one provider at once: one is read and three wait, another provider's is read at once", async () => {
    const file = ["# 2026-11-22 10:00:00 by RouterOS 7.22", "/ip hotspot user", "add name=a password=b profile=c"].join(
      "\n",
    );
    const [crowd, patient] = [await hub.makeProvider("Crowd"), await hub.makeProvider("Patient")];
    const send = ({ token }: { token: string }) =>
      hub.call("POST", "/api/v1/takeovers/preview", { token, body: { file } });
    reader.hold();
    let refused = 0;
    const all = Array.from({ length: 12 }, async () => {
      const answer = await send(crowd);
      if (answer.status === 429 && answer.body.code === "files-in-line") refused++;
      return answer.status;
    });
    await expect.poll(() => refused).toBe(8);
    const other = send(patient);
    await expect.poll(reader.open).toBe(2);
    reader.release();
    expect((await other).status).toBe(200);
    expect((await Promise.all(all)).filter((status) => status === 200)).toHaveLength(4);
  });
});
