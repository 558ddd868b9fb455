/** From another system's file to listed codes at a site and back: the hub's part of a takeover, over a real link to a site that keeps its feed. */

import type { Tx } from "@karibu/cloud/ground/db/database";
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { createPublish } from "@karibu/cloud/ground/feed/publish";
import { readTakeover, setTakeover } from "@karibu/cloud/modules/takeover/takeovers";
import { withdrawHeard } from "@karibu/cloud/modules/takeover/withdraw";
import { askerOf } from "@karibu/cloud/test-asking";
import { type TestProvider, useHub } from "@karibu/cloud/test-hub";
import { ntHashHex, ntHashOf } from "@karibu/protocol/accounts/nt-hash";
import { encodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import type { SwitchState } from "@karibu/protocol/rpc/switch-takeover";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type ContractSite, openContractSite } from "../../link/test-contract-site.ts";
import { openSteeredSite } from "../../link/test-steered-site.ts";
import { hostileNames, mikhmonDate, ruleByMikhmon, validityMs } from "./test-mikhmon.ts";

const waiting = { timeout: 40_000, interval: 250 };
const mark = (cost: number, days: number) => `:put (",rem,${cost},${days}d,0,,Disable,"); :local mode "x"`;
const hostile = ['"; /system reset', "=HYPERLINK(1)", "a,b", "🙂".repeat(32), "it's"];
const quoted = (text: string) =>
  `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("$", "\\$").replaceAll("?", "\\?")}"`;

/** Of the file below, all that are taken over. */
const names = ["aa11bb22", "cc33dd44", "running", ...hostile];

const file = (more: readonly string[] = []) =>
  [
    "# 2026-11-22 10:00:00 by RouterOS 7.22",
    "/ip hotspot user profile",
    `add name=day rate-limit=1M/5M on-login=${quoted(mark(50, 1))}`,
    `add name=week on-login=${quoted(mark(200, 7))}`,
    "/ip hotspot user",
    "add name=aa11bb22 password=aa11bb22 profile=day comment=vc-1",
    "add name=cc33dd44 password=other profile=day comment=up-1",
    'add name=running password=running profile=week comment="2099-01-01 10:00:00"',
    'add name=gone password=gone profile=week comment="2001-01-01 10:00:00"',
    ...hostile.map((name) => `add name=${quoted(name)} password=${quoted(name)} profile=week comment=vc-2`),
    ...more,
  ].join("\n");

engineSuite("a takeover of a provider with two sites", (engine) => {
  const lab = useHub(engine, { linkTickMs: 250 });
  let provider: TestProvider;
  let site: ContractSite;
  let other: ContractSite;

  beforeAll(async () => {
    provider = await lab.makeProvider("Taken");
    site = await openContractSite(lab, provider, "Harbour");
    other = await openContractSite(lab, provider, "Market");
  }, 120_000);
  afterAll(async () => {
    for (const each of [site, other]) await each.link.stop();
  });

  const call = askerOf(lab, () => provider.token);
  const given = (more: readonly string[] = [], of = site) => ({
    file: file(more),
    siteId: of.siteId,
    utcOffsetMinutes: 180,
  });
  /** Nothing has become of them since they were listed. */
  const showAtRouter = (of: readonly string[]) =>
    site.oldRows.set(
      "old-hotspot-users",
      of.map((name) => ({ name, profile: "week", comment: name === "running" ? "2099-01-01 10:00:00" : "vc-1" })),
    );
  const moreOf = async (takeoverId: string) => {
    const rows = await lab
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx
          .selectFrom("listed_codes as code")
          .innerJoin("voucher_batches as batch", "batch.batchId", "code.batchId")
          .where("batch.takeoverId", "=", takeoverId)
          .select("code.more")
          .execute(),
      );
    return rows.map(({ more }) => more);
  };
  const apply = async (body: object) => {
    const { total, atMs, sign } = (await call("POST", "/takeovers/total", body)).body;
    return { total, answer: await call("POST", "/takeovers", { ...body, atMs, sign }) };
  };

  test("[RTR-31] only the total that was shown is done; the codes are found, shown, kept from our own, and withdrawn without a trace", async () => {
    const plansBefore = (await call("GET", "/plans")).body.items.length;
    const total = await call("POST", "/takeovers/total", given());
    expect(total).toMatchObject({
      status: 200,
      body: {
        total: {
          codes: 7,
          running: 1,
          withSecondWord: 1,
          left: 1,
          accounts: 0,
          plansMade: 2,
          worthCents: 110_000,
          currency: "KES",
        },
      },
    });
    const { atMs, sign } = total.body;
    for (const changed of [
      { ...given(["add name=more password=more profile=day"]), atMs, sign },
      { ...given(), prices: { day: 1 }, atMs, sign },
      { ...given(), booking: "first-use", atMs, sign },
      { ...given([], other), atMs, sign },
      { ...given(), atMs: atMs + 1, sign },
      { ...given(), atMs: atMs - 40 * 60_000, sign },
    ])
      expect(await call("POST", "/takeovers", changed)).toMatchObject({
        status: 409,
        body: { code: "total-changed" },
      });
    const applied = await call("POST", "/takeovers", { ...given(), atMs, sign });
    expect(applied).toMatchObject({ status: 201, body: { state: "applied", total: { codes: 7 } } });
    expect(applied.text).not.toContain("aa11bb22");
    const { takeoverId } = applied.body;
    expect((await call("GET", "/takeovers")).body.items).toHaveLength(1);
    expect(await call("POST", "/takeovers/total", given())).toMatchObject({
      status: 422,
      body: { code: "nothing-to-take" },
    });

    for (const name of [...hostile, "aa11bb22"]) {
      const { items } = (await call("GET", `/vouchers?code=${encodeURIComponent(name)}`)).body;
      expect(items).toMatchObject([{ code: name, state: "active" }]);
    }
    const { items: batches } = (await call("GET", "/vouchers/batches")).body;
    // Their cash was taken long ago, in the other system's books.
    expect(new Set(batches.map(({ booking }: { booking: string }) => booking))).toEqual(new Set(["elsewhere"]));
    expect(batches.map(({ planName, codes, priceCents }: never) => [planName, codes, priceCents]).sort()).toEqual([
      ["day", 2, 5000],
      ["week", 1, 0],
      ["week", 5, 20_000],
    ]);
    // What stands in the database and goes to the site names no code.
    const rows = await lab
      .database()
      .asProvider(provider.providerId, (tx) => tx.selectFrom("listed_codes").selectAll().execute());
    const fed = await lab
      .database()
      .asProvider(provider.providerId, (tx) => tx.selectFrom("feed_rows").selectAll().execute());
    for (const secret of ["aa11bb22", "other", "running"]) expect(JSON.stringify([rows, fed])).not.toContain(secret);
    await vi.waitFor(() => expect([...site.link.feed.rows("listed-batch").values()]).toHaveLength(3));
    await vi.waitFor(() => expect([...site.link.feed.rows("listed-codes").values()]).toHaveLength(3));

    const withdrawn = await call("POST", `/takeovers/${takeoverId}/withdraw`);
    expect(withdrawn).toMatchObject({ status: 200, body: { state: "withdrawn" } });
    await vi.waitFor(() =>
      expect(site.link.feed.rows("listed-batch").size + site.link.feed.rows("listed-codes").size).toBe(0),
    );
    expect((await call("GET", "/vouchers/batches")).body.items).toEqual([]);
    expect((await call("GET", "/plans")).body.items).toHaveLength(plansBefore);
    expect(await call("POST", `/takeovers/${takeoverId}/withdraw`)).toMatchObject({ status: 409 });
  });

  test("[RTR-31] no text is a code of ours and of a list: a batch of ours leaves listed ones out, and a list leaves ours behind", async () => {
    const { planId } = (await call("POST", "/plans", { name: "Ours", priceCents: 1000, terms: {} })).body;
    const shape = { prefix: "", length: 9, alphabet: "digits", quantity: 40 };
    const make = async () => (await call("POST", "/vouchers/batches", { planId, siteId: site.siteId, ...shape })).body;
    const first = await make();
    const codes = (await call("GET", `/vouchers?batchId=${first.batchId}`)).body.items.map(
      ({ code }: { code: string }) => code,
    );
    const { total, answer } = await apply(
      given([`add name=${codes[0]} password=${codes[0]} profile=day comment=vc-1`], other),
    );
    expect(answer.status).toBe(201);
    expect(total).toMatchObject({ codes: 7, left: 2 });
    await call("POST", `/takeovers/${answer.body.takeoverId}/withdraw`);
    // The next batch's key is known here before it is made: its third code is already listed.
    const keyHex = "17".repeat(16);
    const next = { ...shape, alphabet: "digits" as const, keyHex };
    const listed = encodeVoucherCode(next, 2);
    const again = await apply(given([`add name=${listed} password=${listed} profile=day comment=vc-1`], other));
    expect(again.answer.status).toBe(201);
    const bytes = vi.spyOn(lab.world.random, "bytes").mockImplementation((count) => Buffer.alloc(count, 0x17));
    const second = await make().finally(() => bytes.mockRestore());
    const issued = (await call("GET", `/vouchers?batchId=${second.batchId}`)).body.items;
    expect(issued).toHaveLength(39);
    expect(issued.map(({ code }: { code: string }) => code)).not.toContain(listed);
    expect((await call("GET", `/vouchers?code=${listed}`)).body.items).toMatchObject([{ planName: "day" }]);
    await call("POST", `/takeovers/${again.answer.body.takeoverId}/withdraw`);
  });

  test("[RTR-31] a code stands in one list of a site, also where the list is another site's that was opened to it; a code of FreeRADIUS in one list of the provider", async () => {
    const { answer } = await apply(given());
    const listed = (await call("GET", "/vouchers/batches")).body.items.filter(
      ({ planName }: { planName: string }) => planName !== "Ours",
    );
    expect(listed).toHaveLength(3);
    const openTo = async (siteIds: readonly string[]) => {
      for (const { batchId } of listed)
        expect((await call("PUT", `/vouchers/batches/${batchId}/sites`, { siteIds })).status).toBe(200);
    };
    const none = { status: 422, body: { code: "nothing-to-take" } };
    await openTo([other.siteId]);
    expect(await call("POST", "/takeovers/total", given([], other))).toMatchObject(none);
    await openTo([]);
    // Two routers may have sold the same text, each of its own.
    expect((await call("POST", "/takeovers/total", given([], other))).body.total).toMatchObject({ codes: 7 });
    await call("POST", `/takeovers/${answer.body.takeoverId}/withdraw`);

    const dump = `INSERT INTO radcheck (username, attribute, op, value) VALUES ${["fr1001a", "fr1002a"]
      .map((code) => `('${code}','Cleartext-Password',':=','${code}'),('${code}','Max-All-Session',':=','3600')`)
      .join(",")};`;
    const of = ({ siteId }: ContractSite) => ({ file: dump, siteId, utcOffsetMinutes: 180 });
    const first = await apply(of(site));
    expect(first.total).toMatchObject({ codes: 2 });
    expect(await call("POST", "/takeovers/total", of(other))).toMatchObject(none);
    const { users } = (await call("POST", "/takeovers/preview", { file: dump })).body;
    expect(users.map(({ doubts }: { doubts: string[] }) => doubts)).toMatchObject([
      expect.arrayContaining(["code-exists"]),
      expect.arrayContaining(["code-exists"]),
    ]);
    const withdrawn = await call("POST", `/takeovers/${first.answer.body.takeoverId}/withdraw`);
    expect(withdrawn.body).toMatchObject({ state: "withdrawn" });
    expect((await call("POST", "/takeovers/total", of(other))).body.total).toMatchObject({ codes: 2 });
  });

  test("[RTR-31] a database of PHPNuxBill gives each code once: what was taken for one site is left out for the next, and each router's are taken for its own", async () => {
    const nux = JSON.stringify({
      tbl_plans: [{ id: "1", name_plan: "Nux", price: "20", type: "Hotspot", validity: "1", validity_unit: "Days" }],
      tbl_voucher: ["R1", "R2"].flatMap((routers) =>
        ["nux81a", "nux82a"].map((code) => ({
          type: "Hotspot",
          id_plan: 1,
          status: "0",
          routers,
          code: code + routers,
        })),
      ),
    });
    const of = ({ siteId }: ContractSite, more = {}) => ({ file: nux, siteId, utcOffsetMinutes: 180, ...more });
    const total = async (...asked: Parameters<typeof of>) =>
      (await call("POST", "/takeovers/total", of(...asked))).body;
    expect((await call("POST", "/takeovers/preview", { file: nux })).body.routers).toEqual(["R1", "R2"]);
    const first = await apply(of(site, { router: "R1" }));
    expect(first.total).toMatchObject({ codes: 2 });
    expect(await total(other, { router: "R1" })).toMatchObject({ code: "nothing-to-take" });
    expect((await total(other)).total).toMatchObject({ codes: 2 });
    expect((await total(other, { router: "R2" })).total).toMatchObject({ codes: 2 });
    // What was signed for one router is not done for another.
    const signed = await total(other, { router: "R2" });
    const { atMs, sign } = signed;
    expect((await call("POST", "/takeovers", { ...of(other), atMs, sign })).body.code).toBe("total-changed");
    await call("POST", `/takeovers/${first.answer.body.takeoverId}/withdraw`);
    expect((await total(other)).total).toMatchObject({ codes: 4 });
  });

  longTest(
    "[RTR-31] after a switch that failed half-way nothing is withdrawn while users stand aside; it can be taken back first",
    async () => {
      const { answer } = await apply(given());
      const id = answer.body.takeoverId;
      showAtRouter(names);
      const counts = { users: 7, adopted: 0, strangers: 0 };
      let now: SwitchState = { kind: "before", kept: 0, ...counts };
      site.switched = (to) => {
        if (to === "karibu") now = { kind: "failed", why: "failure: no such item", kept: 3, ...counts };
        if (to === "before") now = { kind: "before", kept: 0, ...counts };
        return now;
      };
      const order = { reason: "we watched it ourselves" };
      expect(await call("POST", `/takeovers/${id}/back`)).toMatchObject({ status: 409 });
      expect((await call("POST", `/takeovers/${id}/switch`, order)).body.code).toBe("switch-refused");
      expect((await call("POST", `/takeovers/${id}/withdraw`)).body.code).toBe("takeover-state");
      expect((await call("POST", `/takeovers/${id}/back`)).body.takeover).toMatchObject({ state: "applied" });
      expect((await call("POST", `/takeovers/${id}/withdraw`)).body).toMatchObject({ state: "withdrawn" });
      expect((await call("POST", `/takeovers/${id}/switch`, order)).body.code).toBe("takeover-state");
    },
  );

  test("[RTR-31] a takeover is withdrawn only when its site has told all that it began: a code of an hour ago is not listed afresh", async () => {
    const { answer } = await apply(given());
    const withdraw = () => call("POST", `/takeovers/${answer.body.takeoverId}/withdraw`);
    await site.cut();
    expect(await withdraw()).toMatchObject({ status: 409, body: { code: "site-away" } });
    await site.join();
    const { items } = (await call("GET", "/vouchers/batches")).body;
    const { batchId } = items.find(({ codes }: { codes: number }) => codes === 2);
    // It begins as the hub asks for the second time, and its record is on its way when the site has answered.
    let asked = 0;
    site.onShadow = () => {
      if (++asked !== 2) return;
      const atMs = unixMs(lab.world.clock.wall().atMs);
      const grant = {
        grantId: `v.${batchId}.0`,
        origin: "voucher" as const,
        planName: "day",
        terms: unlimitedTerms,
        startedAtMs: atMs,
        endsAtMs: null,
        revokedAtMs: null,
        unverified: false,
      };
      site.link.journal.append({ kind: "grant-started", grant, voucher: { batchId, serial: 0 } });
    };
    expect(await withdraw()).toMatchObject({ status: 409, body: { code: "codes-used" } });
    // What stays works as before.
    const after = (await call("GET", "/vouchers/batches")).body.items.filter(
      ({ planName }: { planName: string }) => planName !== "Ours",
    );
    expect(after.map(({ active }: { active: boolean }) => active)).toEqual([true, true, true]);
    await lab
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx.deleteFrom("voucher_redemptions").where("batchId", "=", batchId).execute(),
      );
    expect(await withdraw()).toMatchObject({ status: 200 });
  });

  test("[RTR-31] codes that a withdrawal had switched off when its hub died work again, and it can be tried again", async () => {
    const { answer } = await apply(given());
    const takeoverId = answer.body.takeoverId as string;
    const inProvider = <T>(work: (tx: Tx) => Promise<T>) => lab.database().asProvider(provider.providerId, work);
    const active = async () =>
      (await call("GET", "/vouchers/batches")).body.items
        .filter(({ planName }: { planName: string }) => planName !== "Ours")
        .map((batch: { active: boolean }) => batch.active);
    // It asks the site a second time when the lists are off, and is no more when the answer comes.
    let asked = 0;
    const ask = () =>
      ++asked === 1 ? Promise.resolve({ journal: { epoch: "e", lastSeq: 0 } }) : new Promise<never>(() => {});
    const { world, envelope } = lab;
    const dying = { world, envelope, call: ask, publish: createPublish(world, envelope), emit: async () => {} };
    const row = await inProvider((tx) => readTakeover(tx, takeoverId));
    void withdrawHeard(dying as never, inProvider, provider.providerId, row);
    await vi.waitFor(async () => expect(await active()).toEqual([false, false, false]), waiting);
    const withdraw = () => call("POST", `/takeovers/${takeoverId}/withdraw`);
    expect(await withdraw()).toMatchObject({ status: 409, body: { code: "takeover-state" } });
    const order = { reason: "we watched it ourselves" };
    expect(await call("POST", `/takeovers/${takeoverId}/switch`, order)).toMatchObject({ status: 409 });

    // A switch came in between all the same: the lists are needed then. Its time is over, and the turn of the job comes, without a step of the clock, which would end the sites' links.
    await inProvider((tx) => setTakeover(tx, takeoverId, { state: "switched", withdrawingUntilMs: 1 }));
    await lab
      .database()
      .asPlatform("test", (tx) => tx.deleteFrom("upkeep_runs").where("name", "=", "end-withdrawals").execute());
    await lab.hub().maintenance.runDue();
    expect(await active()).toEqual([true, true, true]);
    await inProvider((tx) => setTakeover(tx, takeoverId, { state: "applied" }));
    expect(await withdraw()).toMatchObject({ status: 200, body: { state: "withdrawn" } });
  });

  longTest(
    "[RTR-31] a switch that the site refuses after its answer is none: the takeover stands where it was, whoever looks",
    async () => {
      const { answer } = await apply(given());
      const id = answer.body.takeoverId;
      showAtRouter(names);
      const counts = { users: 7, kept: 0, adopted: 0, strangers: 0 };
      const order = { reason: "we watched it ourselves" };
      const stands = async () => (await call("GET", `/takeovers/${id}`)).body.state;
      const settle = async () => {
        // Its turn comes without a step of the clock, which would end the sites' links.
        await lab
          .database()
          .asPlatform("test", (tx) => tx.deleteFrom("upkeep_runs").where("name", "=", "settle-takeovers").execute());
        await lab.hub().maintenance.runDue();
      };
      const turn = async (kind: SwitchState["kind"]) => {
        site.switched = (to) => ({ kind: to === "karibu" ? "working" : kind, ...counts });
        expect((await call("POST", `/takeovers/${id}/switch`, order)).body.takeover).toMatchObject({
          state: "switched",
        });
      };
      await turn("undone");
      expect((await call("GET", `/takeovers/${id}/switch`)).body.kind).toBe("undone");
      expect(await stands()).toBe("applied");
      await turn("refused");
      await settle();
      expect(await stands()).toBe("applied");
      await turn("working");
      await settle();
      expect(await stands()).toBe("switched");
      site.switched = () => ({ kind: "before", ...counts });
      await settle();
      expect((await call("POST", `/takeovers/${id}/withdraw`)).body).toMatchObject({ state: "withdrawn" });
    },
  );

  longTest(
    "[RTR-31] a switch that the site would refuse leaves the lists as they were: a code that its router does not show is not over yet",
    async () => {
      const { answer } = await apply(given());
      const id = answer.body.takeoverId;
      showAtRouter(names.filter((name) => name !== "aa11bb22"));
      const counts = { users: 7, kept: 0, adopted: 0, strangers: 0 };
      const order = { reason: "we watched it ourselves" };
      const over = () =>
        lab
          .database()
          .asProvider(provider.providerId, (tx) =>
            tx
              .selectFrom("voucher_exceptions as code")
              .innerJoin("voucher_batches as batch", "batch.batchId", "code.batchId")
              .where("batch.takeoverId", "=", id)
              .select("code.state")
              .execute(),
          );
      const before = await moreOf(id);
      const hindrance = "This router does not ask Karibu yet: run the set-up line first.";
      site.switched = (to, isCheck) => ({
        ...{ kind: to === "karibu" ? "working" : "before", ...counts },
        ...(isCheck ? { hindrance } : {}),
      });
      const refused = await call("POST", `/takeovers/${id}/switch`, order);
      expect(refused).toMatchObject({ status: 409, body: { code: "switch-refused" } });
      expect(refused.text).toContain(hindrance);
      expect([await over(), await moreOf(id)]).toEqual([[], before]);
      site.switched = (to) => ({ kind: to === "karibu" ? "working" : "before", ...counts });
      expect((await call("POST", `/takeovers/${id}/switch`, order)).status).toBe(200);
      expect(await over()).toEqual([{ state: "redeemed-elsewhere" }]);
      await call("GET", `/takeovers/${id}/switch`); // it is back, says the site
      expect((await call("POST", `/takeovers/${id}/withdraw`)).body).toMatchObject({ state: "withdrawn" });
    },
    60_000,
  );

  test("[RTR-31] codes whose users are put aside while the router is read are not over: two people switch at once, or an order of before goes on", async () => {
    const { answer } = await apply(given());
    const id = answer.body.takeoverId;
    const order = { reason: "we watched it ourselves" };
    const counts = { users: 8, adopted: 0, strangers: 0 };
    let now: SwitchState = { kind: "before", kept: 0, ...counts };
    const aside = ["aa11bb22", "cc33dd44", "a,b"];
    site.switched = (to) => {
      if (to === "karibu") {
        const rows = site.oldRows.get("old-hotspot-users") ?? [];
        for (const row of rows) if (aside.includes(row.name ?? "")) row.name = `karibu-kept:${row.name}`;
        now = { kind: "working", kept: aside.length, ...counts };
      }
      if (to === "before") {
        now = { kind: "before", kept: 0, ...counts };
        showAtRouter(names);
      }
      return now;
    };
    const over = async () => {
      const rows = await lab
        .database()
        .asProvider(provider.providerId, (tx) =>
          tx
            .selectFrom("voucher_exceptions as code")
            .innerJoin("voucher_batches as batch", "batch.batchId", "code.batchId")
            .where("batch.takeoverId", "=", id)
            .select(["code.state", "batch.planName"])
            .execute(),
        );
      return rows.map(({ state, planName }) => `${planName}: ${state}`);
    };
    showAtRouter(names);
    let other: Awaited<ReturnType<typeof call>> | null = null;
    site.onOldRows = async (view) => {
      if (view !== "old-hotspot-users") return;
      site.onOldRows = async () => {};
      other = await call("POST", `/takeovers/${id}/switch`, { ...order, backDays: 3 });
    };
    const mine = await call("POST", `/takeovers/${id}/switch`, { ...order, backDays: 30 });
    expect(other).toMatchObject({ status: 200, body: { takeover: { state: "switched" } } });
    expect(await over()).toEqual([]);
    expect(mine).toMatchObject({ status: 409, body: { code: "takeover-state" } });
    const { switchedAtMs, backUntilMs } = (await call("GET", `/takeovers/${id}`)).body;
    expect(backUntilMs - switchedAtMs).toBe(3 * 86_400_000);

    // An order whose answer was lost has begun, and no user stands aside yet when the site is asked.
    expect((await call("POST", `/takeovers/${id}/back`)).status).toBe(200);
    now = { kind: "working", kept: 0, ...counts };
    site.onOldRows = async (view) => {
      if (view === "old-hotspot-users") site.switched("karibu", false);
    };
    expect((await call("POST", `/takeovers/${id}/switch`, order)).status).toBe(200);
    expect(await over()).toEqual([]);

    // One of before reaches the site while the router is read.
    expect((await call("POST", `/takeovers/${id}/back`)).status).toBe(200);
    expect((await call("POST", `/takeovers/${id}/switch`, order)).status).toBe(200);
    expect(await over()).toEqual([]);
    site.onOldRows = async () => {};

    // Switched back, one code stays aside that was used up here. What the old system sold since is followed at the next switch.
    expect((await call("POST", `/takeovers/${id}/back`)).status).toBe(200);
    now = { kind: "before", kept: 1, ...counts };
    showAtRouter(names.filter((name) => name !== "cc33dd44"));
    expect((await call("POST", `/takeovers/${id}/switch`, order)).status).toBe(200);
    expect(await over()).toEqual(["day: redeemed-elsewhere"]);
    expect((await call("POST", `/takeovers/${id}/back`)).status).toBe(200);
    expect((await call("POST", `/takeovers/${id}/withdraw`)).status).toBe(200);
    site.switched = () => ({ kind: "before", users: 0, kept: 0, adopted: 0, strangers: 0 });
  });

  longTest(
    "[RTR-31] FreeRADIUS is listed and no more: trial run and switch are refused with what to do instead, and who is online there has begun nothing here",
    async () => {
      const dump = `INSERT INTO radcheck (username, attribute, op, value) VALUES ${["fr1001a", "fr1002a"]
        .map((code) => `('${code}','Cleartext-Password',':=','${code}'),('${code}','Max-All-Session',':=','3600')`)
        .join(",")};`;
      const { total, answer } = await apply({ file: dump, siteId: site.siteId, utcOffsetMinutes: 180 });
      expect(answer.status, answer.text).toBe(201);
      expect(total).toMatchObject({ codes: 2 });
      expect(answer.body).toMatchObject({ source: "radius", switchedBy: "set-up" });
      const id = answer.body.takeoverId;
      site.rows.set("hotspot-active", [{ user: "fr1001a", radius: "true", uptime: "10m", "bytes-in": "500" }]);
      const asked: string[] = [];
      site.switched = (to) => {
        asked.push(to);
        return { kind: "refused", why: "None of the router's users", users: 0, kept: 0, adopted: 0, strangers: 0 };
      };
      const refused = { status: 409, body: { code: "switched-by-set-up" } };
      expect(await call("POST", `/takeovers/${id}/shadow`, { do: "start" })).toMatchObject(refused);
      expect(await call("POST", `/takeovers/${id}/switch`, { reason: "we watched it ourselves" })).toMatchObject(
        refused,
      );
      expect(asked).toEqual([]);
      expect((await moreOf(id)).map(({ use }) => use)).toEqual([undefined, undefined]);
      site.rows.delete("hotspot-active");
      expect((await call("POST", `/takeovers/${id}/withdraw`)).body).toMatchObject({ state: "withdrawn" });
    },
  );

  longTest("[RTR-31] a site whose agent is older, or away, is not offered it", async () => {
    const body = given();
    const { atMs, sign } = (await call("POST", "/takeovers/total", body)).body;
    site.knowsTakeovers = false;
    const old = await call("POST", "/takeovers", { ...body, atMs, sign });
    expect(old).toMatchObject({ status: 409, body: { code: "takeover-agent-old", field: "siteId" } });
    site.knowsTakeovers = true;
    await site.cut();
    expect(await call("POST", "/takeovers", { ...body, atMs, sign })).toMatchObject({
      status: 409,
      body: { code: "site-away" },
    });
    await site.join();
  });

  test("[RTR-31] a router that Mikhmon rules, from its live rows to the switch and back: what it sold meanwhile counts, and nobody is logged out", async () => {
    const users = "/ip/hotspot/user";
    const live = await openSteeredSite(lab, provider.token, "Bazaar", 30);
    const { router, tree, siteId } = live;
    const codes = [...Array.from({ length: 110 }, (_, at) => `mk${1000 + at}`), ...hostileNames];
    ruleByMikhmon({ router, tree, wallMs: () => lab.world.clock.wall().atMs }, codes);
    const phones = codes.slice(0, 8).map((code, at) => ({ code, phone: router.client(`10.5.50.${at + 10}`) }));
    for (const { code, phone } of phones)
      expect((await phone.logIn({ user: code, password: code })).kind).toBe("logged-in");
    const from = { fromSiteId: siteId, utcOffsetMinutes: 0 };
    const preview = await call("POST", "/takeovers/preview", from);
    expect(preview).toMatchObject({ status: 200, body: { source: "mikhmon", counts: { voucher: 109, grant: 8 } } });
    expect(preview.body.warnings).toMatchObject([{ code: "mikhmon-dates", what: "hour" }]);
    // Passwords stay at the site: the agent may not even read them. `vc-` says that the name is the password.
    expect(live.said.length).toBeGreaterThan(5);
    const body = { ...from, siteId };
    const { answer } = await apply({ ...body, leave: [] });
    expect(answer).toMatchObject({ status: 201, body: { total: { codes: 109, withSecondWord: 0 } } });
    const id = answer.body.takeoverId;

    // The old system goes on: one code is used up and deleted, one is begun and its phone goes.
    const row = (name: string) => tree.rows(users).find((each) => each.name === name);
    tree.put(users, row("mk1050")?.[".id"] ?? "", null);
    const begun = row("mk1051");
    const endsAtMs = lab.world.clock.wall().atMs + validityMs / 2;
    tree.put(users, begun?.[".id"] ?? "", { ...begun, comment: mikhmonDate(endsAtMs), uptime: "10m" });
    const before = JSON.stringify(tree.rows(users));

    expect(await call("POST", `/takeovers/${id}/switch`, {})).toMatchObject({
      status: 400,
      body: { code: "reason-needed" },
    });
    const read = (tx: Tx) => readTakeover(tx, id);
    const noted = async () => (await lab.database().asProvider(provider.providerId, read)).shadow;
    expect(await noted()).toBe(null);
    await call("POST", `/takeovers/${id}/shadow`, { do: "start" });
    expect(await noted()).toBe("runs");
    await vi.waitFor(
      async () => expect((await call("GET", `/takeovers/${id}/shadow`)).body).toMatchObject({ seen: 8, percent: 100 }),
      waiting,
    );
    expect((await call("GET", `/takeovers/${id}/shadow`)).body.lacks).toEqual(["too-short", "too-few"]);
    const switched = await call("POST", `/takeovers/${id}/switch`, {
      reason: "we watched it ourselves",
      backDays: 7,
    });
    expect(switched).toMatchObject({
      status: 200,
      body: { takeover: { state: "switched", readiness: { seen: 8, same: 8 } } },
    });
    expect(await noted()).toBe(null);
    const at = async () => (await call("GET", `/takeovers/${id}/switch`)).body;
    await vi.waitFor(
      async () => expect(await at()).toMatchObject({ kind: "karibu", kept: 116, adopted: 8, strangers: 0 }),
      waiting,
    );
    expect(phones.filter(({ phone }) => phone.online())).toHaveLength(8);
    const open = async () => (await call("GET", `/sessions?siteId=${siteId}&state=live`)).body.items;
    await vi.waitFor(async () => expect(await open()).toHaveLength(8), waiting);

    const tryIt = async (name: string, address: string) =>
      (await router.client(address).logIn({ user: name, password: name })).kind;
    expect(await tryIt("mk1050", "10.5.50.90")).toBe("refused");
    expect(await tryIt("mk1060", "10.5.50.91")).toBe("logged-in");
    expect(await tryIt("mk1051", "10.5.50.92")).toBe("logged-in");
    await vi.waitFor(async () => expect(await open()).toHaveLength(10), waiting);
    const half = (await call("GET", "/vouchers?code=mk1051")).body.items[0];
    // A hasty agent has a hasty clock. Begun anew it would end half an hour later.
    expect(Math.abs(half.endsAtMs - endsAtMs)).toBeLessThan(300_000);
    expect(await call("POST", `/takeovers/${id}/withdraw`)).toMatchObject({
      status: 409,
      body: { code: "takeover-state" },
    });

    expect(await call("POST", `/takeovers/${id}/back`)).toMatchObject({
      status: 200,
      body: { takeover: { state: "applied" } },
    });
    await vi.waitFor(async () => expect(await at()).toMatchObject({ kind: "before", kept: 0 }), waiting);
    expect(JSON.stringify(tree.rows(users))).toBe(before);
    expect(phones.filter(({ phone }) => phone.online())).toHaveLength(8);
    expect(await call("POST", `/takeovers/${id}/withdraw`)).toMatchObject({
      status: 409,
      body: { code: "codes-used" },
    });
    await live.close();
  }, 90_000);

  longTest(
    "[RTR-31] the total of a live router stands while its users go on using; a code that begins meanwhile changes it",
    async () => {
      const users = "/ip/hotspot/user";
      const live = await openSteeredSite(lab, provider.token, "Quay", 30);
      const { router, tree, siteId } = live;
      ruleByMikhmon({ router, tree, wallMs: () => lab.world.clock.wall().atMs }, ["qy1001", "qy1002"]);
      const change = (name: string, to: object) => {
        const row = tree.rows(users).find((each) => each.name === name);
        tree.put(users, row?.[".id"] ?? "", { ...row, ...to });
      };
      const endsAtMs = lab.world.clock.wall().atMs + validityMs;
      change("qy1001", { comment: mikhmonDate(endsAtMs), uptime: "10m", "bytes-in": "5" });
      const body = { fromSiteId: siteId, utcOffsetMinutes: 0, siteId };
      const signed = async () => {
        const { total, atMs, sign } = (await call("POST", "/takeovers/total", body)).body;
        return { total, press: () => call("POST", "/takeovers", { ...body, atMs, sign }) };
      };
      const first = await signed();
      change("qy1002", { comment: mikhmonDate(endsAtMs) });
      expect(await first.press()).toMatchObject({ status: 409, body: { code: "total-changed" } });
      const second = await signed();
      expect(second.total).toMatchObject({ codes: 0, running: 2 });
      change("qy1001", { uptime: "12m", "bytes-in": "500", "bytes-out": "900" });
      expect(await second.press()).toMatchObject({ status: 201, body: { total: { running: 2 } } });
      await live.close();
    },
    60_000,
  );

  longTest(
    "[RTR-31] what PHPNuxBill's codes used is told by their router before the switch, also of a code that was typed since",
    async () => {
      const users = "/ip/hotspot/user";
      const live = await openSteeredSite(lab, provider.token, "Pier", 30);
      const { router, tree, siteId } = live;
      const plan = { id: 1, name_plan: "Hours", id_bw: 1, price: "20", type: "Hotspot", typebp: "Limited" };
      const book = {
        tbl_bandwidth: [{ id: 1, rate_down: 5, rate_down_unit: "Mbps", rate_up: 1, rate_up_unit: "Mbps" }],
        tbl_plans: [
          { ...plan, limit_type: "Time_Limit", time_limit: 2, time_unit: "Hrs", validity: 7, validity_unit: "Days" },
        ],
        tbl_customers: [{ id: 1, username: "nux1001a", password: "nux1001a", fullname: "", status: "Active" }],
        tbl_user_recharges: [{ customer_id: 1, username: "nux1001a", plan_id: 1, type: "Hotspot", status: "on" }].map(
          (row) => ({ ...row, expiration: "2099-01-01", time: "10:00:00" }),
        ),
        tbl_voucher: ["nux1002a", "nux1003a"].map((code) => ({ type: "Hotspot", id_plan: 1, code, status: "0" })),
      };
      const { total, answer } = await apply({ file: JSON.stringify(book), siteId, utcOffsetMinutes: 180 });
      expect(answer.status, answer.text).toBe(201);
      expect(total).toMatchObject({ codes: 2, running: 1, useUnknown: 1 });
      ruleByMikhmon({ router, tree, wallMs: () => lab.world.clock.wall().atMs }, ["nux1001a", "nux1002a"]);
      for (const [name, uptime] of [
        ["nux1001a", "1h30m"],
        ["nux1002a", "20m"],
      ] as const) {
        const row = tree.rows(users).find((each) => each.name === name);
        tree.put(users, row?.[".id"] ?? "", { ...row, comment: "", uptime, "bytes-in": "700" });
      }
      const switched = await call("POST", `/takeovers/${answer.body.takeoverId}/switch`, { reason: "we watched it" });
      expect(switched.status, switched.text).toBe(200);
      const used = (await moreOf(answer.body.takeoverId)).flatMap(({ use }) => (use === undefined ? [] : [use]));
      expect(used.map(({ usedSeconds, usedBytes }) => [usedSeconds, usedBytes]).sort()).toEqual([
        [1200, 700],
        [5400, 700],
      ]);
      await live.close();
    },
    60_000,
  );

  test("[RTR-31] whose money is booked at the first use: a code that the old system began since the total is no sale of here, one that begins after the switch is", async () => {
    const users = "/ip/hotspot/user";
    const live = await openSteeredSite(lab, provider.token, "Ferry", 30);
    const { router, tree, siteId } = live;
    ruleByMikhmon({ router, tree, wallMs: () => lab.world.clock.wall().atMs }, []);
    // A profile of no script: nothing is written into a comment when a code begins.
    tree.add("/ip/hotspot/user/profile", { name: "open", "shared-users": "1" });
    const names = ["fy1001a", "fy1002a", "fy1003a"];
    for (const name of names)
      tree.add(users, { name, password: name, profile: "open", "limit-uptime": "2h", uptime: "0s", "bytes-in": "0" });
    const { total, answer } = await apply({
      ...{ fromSiteId: siteId, siteId, utcOffsetMinutes: 0, booking: "first-use", prices: { open: 2000 } },
    });
    expect(answer.status, answer.text).toBe(201);
    expect(total).toMatchObject({ codes: 3, worthCents: 6000 });
    // One is online, and its row says nothing yet; one was used, and its phone is gone.
    const phone = router.client("10.5.50.20");
    expect((await phone.logIn({ user: "fy1001a", password: "fy1001a" })).kind).toBe("logged-in");
    const row = tree.rows(users).find((each) => each.name === "fy1002a");
    tree.put(users, row?.[".id"] ?? "", { ...row, uptime: "10m" });

    const id = answer.body.takeoverId;
    const switched = await call("POST", `/takeovers/${id}/switch`, { reason: "we watched it" });
    expect(switched.status, switched.text).toBe(200);
    const at = async () => (await call("GET", `/takeovers/${id}/switch`)).body;
    await vi.waitFor(async () => expect(await at()).toMatchObject({ kind: "karibu", adopted: 1 }), waiting);
    for (const [name, address] of [
      ["fy1002a", "10.5.50.21"],
      ["fy1003a", "10.5.50.22"],
    ] as const)
      expect((await router.client(address).logIn({ user: name, password: name })).kind).toBe("logged-in");
    const begun = async () => {
      const states = names.map(async (name) => (await call("GET", `/vouchers?code=${name}`)).body.items[0].state);
      return Promise.all(states);
    };
    await vi.waitFor(async () => expect(await begun()).toEqual(["used", "used", "used"]), waiting);
    const batches = (await call("GET", "/vouchers/batches")).body.items as { batchId: string; planName: string }[];
    const money = await Promise.all(
      batches
        .filter(({ planName }) => planName === "open")
        .map(async ({ batchId }) => (await call("GET", `/vouchers/batches/${batchId}/money`)).body),
    );
    expect(money).toMatchObject([{ sold: 1, soldCents: 2000 }]);
    await live.close();
  }, 90_000);

  test("[RTR-31] [CUS-22] PPP secrets of a live router: counted in the trial, then taken over as customers' lines with new passwords, and named as Karibu's when they are read again", async () => {
    const live = await openSteeredSite(lab, provider.token, "Hill");
    const names = ["hill-1", "hill-2", "hill-3"];
    for (const name of names)
      live.tree.add("/ppp/secret", {
        name,
        password: "kept-there",
        service: "pppoe",
        profile: "default",
        comment: `House of ${name}"; /system reset`,
      });
    const from = { fromSiteId: live.siteId, utcOffsetMinutes: 180 };
    const trial = await call("POST", "/takeovers/preview", from);
    expect(trial).toMatchObject({ status: 200, body: { counts: { account: names.length } } });
    const plan = await call("POST", "/plans", {
      name: "Home",
      priceCents: 200_000,
      terms: { validitySeconds: 2_592_000 },
    });
    const kept = { ...from, siteId: live.siteId, planId: plan.body.planId };
    // Their passwords don't leave the site: nobody gets a new one unless a person says so.
    const behind = await call("POST", "/customer-takeovers/preview", kept);
    expect(behind.body).toMatchObject({ totals: { accounts: 0, newPasswords: 0, left: 3 }, seen: null });
    expect(behind.body.errors[0]).toMatchObject({ field: "password", problem: "no-password" });
    const body = { ...kept, newPasswords: true };
    const shown = await call("POST", "/customer-takeovers/preview", body);
    expect(shown).toMatchObject({ status: 200, body: { totals: { customers: 3, accounts: 3, newPasswords: 3 } } });
    const { seen } = shown.body;
    const headers = { "Idempotency-Key": "hill-1" };
    const done = await lab.call("POST", "/api/v1/customer-takeovers", {
      token: provider.token,
      headers,
      body: { ...body, seen },
    });
    expect(done.status, done.text).toBe(201);
    expect(done.body.passwords.map(({ username }: { username: string }) => username).sort()).toEqual([...names].sort());
    expect(shown.text + done.text).not.toContain("kept-there");
    const { items } = (await call("GET", "/accounts?limit=100")).body;
    expect(items.filter(({ username }: { username: string }) => names.includes(username))).toHaveLength(names.length);
    const again = await call("POST", "/customer-takeovers/preview", body);
    expect(again.body.totals).toMatchObject({ accounts: 0 });
    await live.close();
  }, 60_000);

  test("[CUS-22] where the agent may see them, lines of a live router keep their passwords, by a hash that alone leaves the site; their profile is their plan", async () => {
    const live = await openSteeredSite(lab, provider.token, "Ridge", null, ["sensitive"]);
    live.tree.add("/ppp/profile", { name: "ridge-5", "rate-limit": "5M/10M", "only-one": "yes" });
    const line = { service: "pppoe", profile: "ridge-5" };
    live.tree.add("/ppp/secret", {
      ...line,
      name: "ridge-1",
      password: "word of the house",
      "remote-address": "10.7.0.2",
    });
    live.tree.add("/ppp/secret", { ...line, name: "ridge-2", password: "ridge-2" });
    live.tree.add("/ppp/secret", { ...line, name: "ridge-3", password: "123" });
    live.tree.add("/ppp/secret", { ...line, name: "ridge-4", password: "" });
    const body = {
      fromSiteId: live.siteId,
      utcOffsetMinutes: 180,
      siteId: live.siteId,
      prices: { "ridge-5": 200_000 },
    };
    const shown = await call("POST", "/customer-takeovers/preview", body);
    expect(shown.body, shown.text).toMatchObject({
      totals: { accounts: 3, newPasswords: 0, weakPasswords: 2, left: 1 },
      plans: [{ name: "ridge-5", upKbps: 5000, downKbps: 10_000, devices: 1, lines: 3 }],
      errors: [{ field: "password", problem: "no-password" }],
    });
    const done = await lab.call("POST", "/api/v1/customer-takeovers", {
      token: provider.token,
      headers: { "Idempotency-Key": "ridge-1" },
      body: { ...body, seen: shown.body.seen },
    });
    expect(done.status, done.text).toBe(201);
    expect(done.body.passwords).toEqual([]);
    for (const secret of ["word of the house", ntHashHex("word of the house")])
      expect(shown.text + done.text).not.toContain(secret);
    // The house dials as ever, and Karibu knows its password.
    const dials = (user: string, password: string) =>
      live.access.logIn({
        ...{ nas: "router", service: "ppp", user, clearPassword: null, mac: null, address: null, sessionId: null },
        ...{ passwordIsReadable: true, passwordIsEmpty: false },
        passwordIs: (known) => Buffer.from(ntHashOf(known)).toString("hex") === ntHashHex(password),
      }).kind;
    await vi.waitFor(() => expect(dials("ridge-1", "word of the house")).toBe("accept"));
    expect(dials("ridge-3", "123")).toBe("accept");
    expect(dials("ridge-2", "another")).toBe("reject");
    await live.close();
  }, 60_000);
});
