/** A site's router through the hub's API: read, ordered, in bulk; over a real link to a site that answers by the contract. */
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { ownerPassword, type TestProvider, useHub } from "@karibu/cloud/test-hub";
import { hostileTexts } from "@karibu/protocol/hostile-texts";
import { unixMs } from "@karibu/protocol/quantities";
import { packFigures } from "@karibu/protocol/router/router-figures";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type ContractSite, openContractSite } from "./test-contract-site.ts";
import { openSteeredSite } from "./test-steered-site.ts";

const waiting = { timeout: 30_000 };

engineSuite("routers of a provider with three sites", (engine) => {
  const lab = useHub(engine);
  let provider: TestProvider;
  let sites: ContractSite[];
  let site: ContractSite;

  beforeAll(async () => {
    provider = await lab.makeProvider("Harbour");
    sites = [];
    for (const name of ["One", "Two", "Three"]) sites.push(await openContractSite(lab, provider, name));
    site = sites[0] as ContractSite;
  }, 120_000);
  afterAll(async () => {
    for (const each of sites) await each.link.stop();
  });

  const get = async (path: string, of = site, token = provider.token) =>
    (await lab.call("GET", `/api/v1/routers/${of.siteId}/${path}`, { token })).body;
  const post = (path: string, body: object | undefined, of = site, token = provider.token) =>
    lab.call("POST", `/api/v1/routers/${of.siteId}/${path}`, { token, ...(body === undefined ? {} : { body }) });
  const order = async (action: object, of = site) => {
    const answer = await post("orders", { action }, of);
    expect(answer.status, answer.text).toBe(202);
    return answer.body.orderId as string;
  };
  const outcome = async (orderId: string, of = site) => {
    await vi.waitFor(async () => {
      const { state } = await get(`orders/${orderId}`, of);
      expect(["waiting", "sent"]).not.toContain(state);
    }, waiting);
    return get(`orders/${orderId}`, of);
  };

  test("[RTR-05] [RTR-06] figures live, and as they were last known while the site is away or its router is silent", async () => {
    site.rows.set("system", [
      { version: "7.22.1 (stable)", "board-name": "hAP ax", "cpu-load": "12", "free-memory": "1000", uptime: "1d2h" },
    ]);
    site.rows.set("health", [{ name: "temperature", value: "41", type: "C" }]);
    expect(await get("figures")).toMatchObject({
      state: "online",
      siteName: "One",
      cpuLoadPercent: 12,
      uptimeSeconds: 93_600,
      health: [{ name: "temperature", value: "41", type: "C" }],
      reading: { state: "live", why: null },
    });
    const asked = site.reads.length;
    await Promise.all([get("figures"), get("figures")]);
    expect(site.reads).toHaveLength(asked); // what half a minute ago was read is told again
    await get("figures?fresh=true");
    expect(
      site.reads
        .slice(asked)
        .map(({ view, fresh }) => `${view} ${fresh}`)
        .toSorted(),
    ).toEqual(["health true", "system true"]);

    site.refuseWith = "router-api/log-in";
    expect(await get("figures?fresh=true")).toMatchObject({
      state: "error",
      cpuLoadPercent: 12,
      reading: { state: "last-known", why: "log-in" },
    });
    site.refuseWith = null;
    await site.cut();
    await vi.waitFor(
      async () =>
        expect(await get("figures?fresh=true")).toMatchObject({
          state: "offline",
          cpuLoadPercent: 12,
          reading: { state: "last-known", why: "away" },
        }),
      waiting,
    );
    await site.join();
    await vi.waitFor(
      async () =>
        expect(await get("figures?fresh=true")).toMatchObject({ state: "online", reading: { state: "live" } }),
      waiting,
    );
  });

  test("[RTR-07] [RTR-08] [RTR-19] [RTR-27] [RAD-11] every list answers with its columns, and says where the router has no such menu", async () => {
    site.rows.set("interfaces", [
      { ".id": "*1", name: "ether1", type: "ether", running: "true", "rx-byte": "5000000000", "rx-error": "3" },
    ]);
    site.rows.set("hotspot-servers", [{ ".id": "*1", name: "hs", interface: "bridge", disabled: "false" }]);
    site.rows.set("pppoe-servers", [{ ".id": "*2", "service-name": "isp", interface: "ether3", disabled: "true" }]);
    site.rows.set("logs", [{ ".id": "*9", time: "10:00:00", topics: "system,info", message: "router rebooted" }]);
    site.rows.set("wifi-clients", [
      { ".id": "*1", "mac-address": "02:00:00:00:00:01", signal: "-61", bytes: "12,34", interface: "wifi1" },
    ]);
    expect((await get("interfaces")).items).toMatchObject([
      { id: "*1", was: "ether1", name: "ether1", isRunning: true, isDisabled: false, rxBytes: 5e9, rxErrors: 3 },
    ]);
    expect((await get("services")).items).toMatchObject([
      { kind: "hotspot", name: "hs", isDisabled: false },
      { kind: "pppoe", name: "isp", isDisabled: true, was: "isp" },
    ]);
    expect((await get("logs")).items).toMatchObject([{ message: "router rebooted" }]);
    expect(await get("wifi-clients")).toMatchObject({
      items: [{ signalDbm: -61, bytesSent: 12, bytesReceived: 34, driver: "wifi", was: "02:00:00:00:00:01" }],
      reading: { isHere: true },
    });
    expect(await get("access-points")).toMatchObject({ items: [], reading: { state: "live", isHere: false } });
  });

  test("[RTR-20] [RTR-22] local users by thousands: searched, sorted, page by page; no password is told or kept", async () => {
    const users = Array.from({ length: 2300 }, (_, at) => ({
      ".id": `*${at.toString(16).toUpperCase()}`,
      name: `user-${String(at).padStart(4, "0")}`,
      password: "clear-text-pass",
      "bytes-in": String(at),
      disabled: at === 7 ? "true" : "false",
    }));
    site.rows.set("hotspot-users", users);
    const first = await get("users?limit=3&sort=-bytesIn&count=true");
    expect(first.items.map(({ name }: { name: string }) => name)).toEqual(["user-2299", "user-2298", "user-2297"]);
    expect(first.total.count).toBe(2300);
    const next = await get(`users?limit=3&sort=-bytesIn&cursor=${first.nextCursor}`);
    expect(next.items.map(({ bytesIn }: { bytesIn: number }) => bytesIn)).toEqual([2296, 2295, 2294]);
    expect((await get("users?q=USER-0007")).items).toMatchObject([{ isDisabled: true, bytesIn: 7 }]);
    expect(JSON.stringify(first)).not.toContain("clear-text-pass");
    const kept = await lab
      .database()
      .asPlatform("test", (tx) =>
        tx.selectFrom("router_readings").select("rows").where("view", "=", "hotspot-users").execute(),
      );
    expect(JSON.stringify(kept)).not.toContain("clear-text-pass");
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(300_000);
  });

  test("rows that mean no good stay texts, and are kept", async () => {
    const bad = [...hostileTexts, "\u0000", "\ud800", "x".repeat(1000)];
    site.rows.set(
      "hotspot-hosts",
      bad.map(
        (text) => ({ ".id": text, "mac-address": text, comment: text, __proto__: text, "bytes-in": text }) as never,
      ),
    );
    const answer = await get("hosts?limit=100");
    expect(answer.items.length).toBe(Math.min(100, bad.length));
    expect(
      answer.items
        .map(({ bytesIn }: { bytesIn: number | null }) => bytesIn)
        .filter((n: number | null) => n !== null && !Number.isSafeInteger(n)),
    ).toEqual([]);
    await site.cut();
    await vi.waitFor(async () => expect((await get("hosts?limit=100&fresh=true")).reading.why).toBe("away"), waiting);
    expect((await get("hosts?limit=100")).items.length).toBe(answer.items.length);
    await site.join();
  });

  test("[RTR-20] [RTR-09] an order is done once, with its answer; what the router refuses is told in its own words; then lists are read anew", async () => {
    site.rows.set("ip-bindings", []);
    await get("bindings");
    site.act = (action) => {
      if (action.kind === "reboot") return { kind: "refused", why: "not now <b>" };
      site.rows.set("ip-bindings", [{ ".id": "*1", "mac-address": "02:00:00:00:00:09", type: "bypassed" }]);
      return { kind: "done", row: { ".id": "*1" } };
    };
    const orderId = await order({ kind: "add-ip-binding", macAddress: "02:00:00:00:00:09", type: "bypassed" });
    expect(await outcome(orderId)).toMatchObject({ state: "done", place: null, timesSent: 1, row: { ".id": "*1" } });
    expect((await get("bindings")).items).toMatchObject([{ was: "02:00:00:00:00:09", type: "bypassed" }]);
    expect(await outcome(await order({ kind: "reboot" }))).toMatchObject({ state: "refused", why: "not now <b>" });
    expect(site.asked.get(orderId)).toBe(1);
    expect(site.acts.at(0)?.actor).toBe("Owner");
    site.act = () => ({ kind: "done" });
  });

  test("[RTR-16] what waits for a router that is away shows its place and its expiry, can be cancelled, and goes out when it is back", async () => {
    await site.cut();
    const first = await order({ kind: "set-identity", identity: "one" });
    const second = await order({ kind: "set-identity", identity: "two" });
    const third = await order({ kind: "add-hotspot-user", name: "till", password: "never-seen-pass" });
    const { items } = await get("orders?open=true&sort=ordered");
    expect(items.map(({ place, state }: { place: number; state: string }) => [place, state])).toEqual([
      [1, "waiting"],
      [2, "waiting"],
      [3, "waiting"],
    ]);
    expect(items[0].expiresAtMs - items[0].orderedAtMs).toBe(3_600_000);
    expect(JSON.stringify(items)).not.toContain("never-seen-pass");
    expect((await post(`orders/${second}/cancel`, undefined)).body).toMatchObject({
      state: "cancelled",
      place: null,
    });
    expect((await post(`orders/${second}/cancel`, undefined)).body.code).toBe("order-not-waiting");
    expect((await get(`orders/${third}`)).place).toBe(2);
    const before = site.acts.length;
    await site.join();
    expect((await outcome(third)).state).toBe("done");
    expect(site.acts.slice(before).map(({ action }) => action.kind)).toEqual(["set-identity", "add-hotspot-user"]);
    expect(site.acts.at(-1)?.action).toMatchObject({ password: "never-seen-pass" });
    expect((await outcome(first)).state).toBe("done");
    const audit = await lab.call("GET", "/api/v1/audit?q=orders", { token: provider.token });
    expect(audit.text).toContain("add-hotspot-user");
    expect(audit.text).not.toContain("never-seen-pass");
  });

  test("[TEN-07] [RTR-09] each kind of action has its permission; nobody orders at another provider's router", async () => {
    const body = { email: "sup@harbour.test", name: "Support", role: "support", password: ownerPassword };
    await lab.call("POST", "/api/v1/users", { token: provider.token, body });
    const support = await lab.logIn(body.email, ownerPassword);
    const network = await post(
      "orders",
      { action: { kind: "switch-service", service: "pppoe", enabled: false } },
      site,
      support,
    );
    expect([network.status, network.body.code]).toEqual([403, "not-allowed"]);
    expect((await post("orders", { action: { kind: "reboot" } }, site, support)).status).toBe(202);
    const stranger = await lab.makeProvider("Stranger");
    for (const path of ["figures", "users", "orders", "figures/history"])
      expect((await lab.call("GET", `/api/v1/routers/${site.siteId}/${path}`, { token: stranger.token })).status).toBe(
        404,
      );
    expect((await post("orders", { action: { kind: "reboot" } }, site, stranger.token)).status).toBe(404);
    const bulk = { siteIds: [site.siteId], action: { kind: "reboot" } };
    expect((await lab.call("POST", "/api/v1/router-bulks", { token: stranger.token, body: bulk })).status).toBe(404);
    expect((await post("orders", { action: { kind: "run-script", name: "x" } })).status).toBe(400);
  });

  test("[TEN-07] [RTR-20] who may not see codes sees ends of names at the hotspot, orders by them, and finds none out", async () => {
    const code = "QWERTYUI7788";
    const make = async (role: string, { providerId, token } = provider) => {
      const body = { email: `${role}@${providerId}.test`, name: role, role, password: ownerPassword };
      await lab.call("POST", "/api/v1/users", { token, body });
      return lab.logIn(body.email, ownerPassword);
    };
    const reader = await make("read-only");
    const support = await make("support");
    const mac = "02:00:00:00:00:07";
    site.rows.set("hotspot-users", [{ ".id": "*A", name: code, comment: `vc ${code}` }]);
    site.rows.set("hotspot-active", [{ ".id": "*B", user: code, "mac-address": mac }]);
    site.rows.set("hotspot-cookies", [{ ".id": "*C", user: code, "mac-address": mac }]);
    site.rows.set("logs", [{ ".id": "*D", topics: "hotspot,info", message: `${code} (10.5.50.7): logged in` }]);
    for (const path of ["users", "active", "cookies", "logs"]) {
      const whole = await get(`${path}?fresh=true`);
      expect(JSON.stringify(whole.items), path).toContain(code);
      for (const token of [reader, support]) {
        const masked = await get(path, site, token);
        expect(masked.items, path).toHaveLength(1);
        expect(JSON.stringify(masked), path).not.toContain("QWERTYUI");
        expect(JSON.stringify(masked), path).toContain("…7788");
        expect((await get(`${path}?q=QWERTY`, site, token)).items, path).toEqual([]);
      }
    }
    site.rows.set("api-calls", [{ words: `/ip/hotspot/user/add =name=${code} =password=…`, outcome: "ok" }]);
    expect(JSON.stringify(await get("api-calls"))).toContain(code);
    const calls = await get("api-calls", site, reader);
    expect(calls.items).toMatchObject([{ words: "/ip/hotspot/user/add …" }]);
    expect((await get("api-calls?q=QWERTY", site, reader)).items).toEqual([]);
    const audit = await lab.call("GET", "/api/v1/audit?limit=100", { token: provider.token });
    for (const path of ["users", "active", "cookies", "logs", "api-calls"])
      expect(audit.text).toContain(`GET /api/v1/routers/{siteId}/${path}`);

    const [row] = (await get("users", site, support)).items;
    const action = { kind: "remove-hotspot-user", id: row.id, was: row.was };
    site.act = () => ({
      kind: "refused",
      why: `This row is another by now: ${code}`,
      row: { ".id": "*A", name: code },
    });
    const ordered = await post("orders", { action }, site, support);
    expect(ordered.status, ordered.text).toBe(202);
    const end = await outcome(ordered.body.orderId);
    site.act = () => ({ kind: "done" });
    expect(site.acts.at(-1)?.action).toEqual({ ...action, was: code });
    expect(end).toMatchObject({ action: { was: code }, why: `This row is another by now: ${code}` });
    const seen = await get(`orders/${ordered.body.orderId}`, site, support);
    expect(seen).toMatchObject({
      action: { was: "…7788" },
      why: "This row is another by now: …7788",
      row: { name: "…7788" },
    });
    for (const text of [ordered.text, JSON.stringify(await get("orders", site, support))])
      expect(text).not.toContain("QWERTYUI");
    expect((await get("orders?q=QWERTYUI", site, support)).items).toEqual([]);
    expect((await get("orders?q=QWERTYUI")).items).toHaveLength(1);
    const many = await post("orders/many", { actions: [action] }, site, support);
    await outcome(many.body.orderIds[0]);
    expect(site.acts.at(-1)?.action).toEqual({ ...action, was: code });
    // The same at many routers.
    const added = { kind: "add-hotspot-user", name: code, password: "p", comment: `vc ${code}` };
    const bulks = (path: string, token: string) => lab.call("GET", `/api/v1/router-bulks${path}`, { token });
    const body = { siteIds: [site.siteId], action: added };
    const { bulkId } = (await lab.call("POST", "/api/v1/router-bulks", { token: provider.token, body })).body;
    for (const path of ["", `/${bulkId}`]) {
      expect((await bulks(path, provider.token)).text, path).toContain(code);
      const { text } = await bulks(path, reader);
      expect(text, path).toContain("…7788");
      expect(text, path).not.toContain("QWERTYUI");
    }
    expect((await bulks("?q=QWERTYUI", reader)).body.items).toEqual([]);
    expect((await bulks("?q=QWERTYUI", provider.token)).body.items).toHaveLength(1);
    expect((await bulks("?q=hotspot-user", reader)).body.items).toHaveLength(1);
    expect(JSON.stringify(await get("orders", site, reader))).not.toContain("QWERTYUI");
    // A site of others is not asked for its rows.
    const stranger = await make("support", await lab.makeProvider("Stranger of codes"));
    const asked = site.reads.length;
    expect((await post("orders", { action }, site, stranger)).status).toBe(404);
    expect(site.reads).toHaveLength(asked);
  });

  test("[RTR-12] a script is compared with the router as it is now and never run; its settings are ordered together, and are in the audit log", async () => {
    site.rows.set("hotspot-user-profiles", [{ ".id": "*7", name: "day", "rate-limit": "1M/1M" }]);
    for (const view of ["walled-garden", "walled-garden-ip", "ip-bindings"] as const) site.rows.set(view, []);
    const script = `# 2026-11-26 by RouterOS 7.22.1
/user add name=evil password=hunter22 group=full
/ip hotspot user profile add name=day rate-limit=2M/2M on-login=":log info hunter22"
/ip hotspot walled-garden add dst-host=bank.example.com
/ip hotspot walled-garden add dst-host=hub.example comment=karibu:open-host
`;
    const answer = await post("script/compare", { script });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toEqual({
      version: "7.22.1",
      isPartial: false,
      changes: [
        {
          kind: "changed",
          menu: "/ip/hotspot/user/profile",
          name: "day",
          words: [{ name: "rate-limit", was: "1M/1M", is: "2M/2M" }],
          leftOut: ["on-login"],
        },
        { kind: "added", menu: "/ip/hotspot/walled-garden", name: "bank.example.com", words: [], leftOut: [] },
      ],
      changesNotShown: 0,
      same: 0,
      left: [{ menu: "/ip/hotspot/walled-garden", line: 5, name: "hub.example", why: "karibu", words: [] }],
      leftNotShown: 0,
      otherMenus: [{ menu: "/user", statements: 1 }],
      actions: [
        {
          kind: "import-settings",
          settings: [
            { kind: "set-user-profile", id: "*7", was: "day", rateLimit: "2M/2M" },
            { kind: "add-walled-garden-host", host: "bank.example.com", action: "allow" },
          ],
        },
      ],
    });
    expect(site.acts.filter(({ action }) => action.kind === "import-settings")).toEqual([]);
    const ordered = await post("orders/many", { actions: answer.body.actions });
    expect(ordered.status, ordered.text).toBe(202);
    expect((await outcome(ordered.body.orderIds[0])).state).toBe("done");
    expect(site.acts.at(-1)?.action).toEqual(answer.body.actions[0]);
    const audit = await lab.call("GET", "/api/v1/audit?limit=50", { token: provider.token });
    expect(audit.text).toContain("import-settings");
    expect(audit.text).not.toContain("hunter22");

    site.act = () => ({ kind: "refused", why: "There is one already." });
    const refused = await order(answer.body.actions[0]);
    expect(await outcome(refused)).toMatchObject({ state: "refused", why: "There is one already." });
    site.act = () => ({ kind: "done" });
  });

  longTest(
    "[RTR-12] [TEN-07] a script of a stranger, of who may not, of another shape or size, and for a router that is away, proposes nothing",
    async () => {
      const script = "/ip hotspot walled-garden add dst-host=bank.example.com\n";
      const make = async (role: string, { providerId, token } = provider) => {
        const body = { email: `script-${role}@${providerId}.test`, name: role, role, password: ownerPassword };
        await lab.call("POST", "/api/v1/users", { token, body });
        return lab.logIn(body.email, ownerPassword);
      };
      const asked = site.reads.length;
      const stranger = await lab.makeProvider("Stranger with a script");
      expect((await post("script/compare", { script }, site, stranger.token)).status).toBe(404);
      const reader = await make("read-only");
      expect((await post("script/compare", { script }, site, reader)).status).toBe(403);
      const action = {
        kind: "import-settings",
        settings: [{ kind: "add-walled-garden-host", host: "bank.example.com", action: "allow" }],
      };
      expect((await post("orders", { action }, site, reader)).status).toBe(403);
      expect((await post("orders", { action }, site, stranger.token)).status).toBe(404);
      for (const settings of [[], [{ kind: "reboot" }], [{ kind: "remove-lease", id: "*1", was: "x" }], [action]])
        expect((await post("orders", { action: { kind: "import-settings", settings } })).status).toBe(400);
      for (const text of ["{}", ":execute {/system reboot}", "add name=x"])
        expect((await post("script/compare", { script: text })).body.code, text).toBe("script-not-understood");
      for (const text of hostileTexts)
        expect([400, 422]).toContain((await post("script/compare", { script: text })).status);
      expect((await post("script/compare", { script: "#".repeat(1_000_001) })).status).toBe(400);
      expect(site.reads).toHaveLength(asked);
      await site.cut();
      await vi.waitFor(async () => {
        const away = await post("script/compare", { script });
        expect([away.status, away.body.code]).toEqual([409, "router-not-read"]);
      }, waiting);
      await site.join();
    },
  );

  test("[RTR-20] many routers: one first, the rest after it; it pauses at a failure, goes on when told, and its progress is seen", async () => {
    const [, second] = sites as [ContractSite, ContractSite, ContractSite];
    second.act = () => ({ kind: "refused", why: "no" });
    const before = sites.map(({ acts }) => acts.length);
    const action = { kind: "add-walled-garden-host", host: "*.example.com", action: "allow" };
    const siteIds = [second, sites[0] as ContractSite, sites[2] as ContractSite].map(({ siteId }) => siteId);
    const made = await lab.call("POST", "/api/v1/router-bulks", { token: provider.token, body: { siteIds, action } });
    expect([made.status, made.body.begun]).toEqual([202, 1]);
    const { bulkId } = made.body;
    const bulk = async () => (await lab.call("GET", `/api/v1/router-bulks/${bulkId}`, { token: provider.token })).body;
    await vi.waitFor(async () => expect((await bulk()).state).toBe("paused"), waiting);
    expect(await bulk()).toMatchObject({
      sites: 3,
      begun: 1,
      failed: 1,
      done: 0,
      bySite: [{ state: "refused", why: "no" }, { state: "queued" }, { state: "queued" }],
    });
    expect((await lab.call("POST", `/api/v1/router-bulks/${bulkId}/resume`, { token: provider.token })).status).toBe(
      200,
    );
    await vi.waitFor(async () => expect((await bulk()).state).toBe("done"), waiting);
    expect(await bulk()).toMatchObject({ begun: 3, failed: 1, done: 2, open: 0 });
    expect(sites.map(({ acts }, at) => acts.length - (before[at] ?? 0))).toEqual([1, 1, 1]);
    second.act = () => ({ kind: "done" });
    const named = { kind: "remove-lease", id: "*1", was: "x" };
    const refused = await lab.call("POST", "/api/v1/router-bulks", {
      token: provider.token,
      body: { siteIds, action: named },
    });
    expect(refused.body.code).toBe("not-for-many-routers");
  });

  test("[RTR-06] [RTR-07] [RTR-19] [RTR-20] [RTR-27] with a real agent and a simulated router: what is ordered at the hub stands in the router's tables, and its lists tell it", async () => {
    const steered = await openSteeredSite(lab, provider.token, "Steered");
    const of = steered as unknown as ContractSite;
    try {
      const figures = await get("figures", of);
      expect(figures).toMatchObject({ state: "online", reading: { state: "live" } });
      expect([figures.cpuLoadPercent, figures.freeMemoryBytes, figures.uptimeSeconds]).not.toContain(null);
      for (const list of ["interfaces", "users", "profiles", "leases", "walled-garden", "services", "logs", "bindings"])
        expect([list, (await get(list, of)).reading]).toMatchObject([list, { state: "live", isHere: true }]);
      const added = await order({ kind: "add-hotspot-user", name: 'till "1"', password: "p", comment: "<b>" }, of);
      expect(await outcome(added, of)).toMatchObject({ state: "done", row: { name: 'till "1"', comment: "<b>" } });
      const { items } = await get("users?q=till", of);
      expect(items).toMatchObject([{ name: 'till "1"', comment: "<b>", was: 'till "1"' }]);
      const [{ id, was }] = items;
      const other = await order({ kind: "remove-hotspot-user", id, was: "somebody else" }, of);
      expect((await outcome(other, of)).state).toBe("refused");
      expect((await outcome(await order({ kind: "remove-hotspot-user", id, was }, of), of)).state).toBe("done");
      expect((await get("users?q=till", of)).items).toEqual([]);
      expect(steered.tree.rows("/ip/hotspot/user").map(({ name }) => name)).not.toContain('till "1"');
      const calls = (await get("api-calls?limit=100", of)).items;
      expect(calls.map(({ words }: { words: string }) => words).join()).toContain("/ip/hotspot/user/add");
      expect(JSON.stringify(calls)).not.toContain("=password=p");
      const { items: interfaces } = await get("interfaces", of);
      const port = interfaces.find(({ name }: { name: string }) => name !== "ether1");
      const change = { kind: "set-interface", id: port.id, was: port.was, comment: "guests" };
      expect(await outcome(await order(change, of), of)).toMatchObject({ state: "done", row: { comment: "guests" } });
    } finally {
      await steered.close();
    }
  }, 120_000);

  test("[RTR-06] what the site's journal tells of its figures is shown by sample, by hour or by day, with one interface's traffic", async () => {
    const hourMs = 3_600_000;
    const nowMs = lab.world.clock.wall().atMs;
    const port = { isRunning: true, sentKib: 1, receiveErrors: 0, sendErrors: 0 };
    for (const hoursAgo of [50, 26, 2]) {
      const samples = [0, 1, 2].map((at) => ({
        cpuPercent: 10 * at,
        freeMemoryMib: 100 - at,
        totalMemoryMib: 256,
        freeDiskMib: null,
        sessions: at,
        uptimeSeconds: null,
        temperatureTenths: null,
        voltageTenths: null,
        atMs: unixMs(Math.floor((nowMs - hoursAgo * hourMs) / 1000) * 1000 + at * 300_000),
        interfaces: [
          { ...port, name: "ether1", receivedKib: 100 },
          { ...port, name: "\u0000<b>", receivedKib: 1 },
        ],
      }));
      await site.link.journal.append({
        kind: "router-figures",
        packed: packFigures(samples),
        atMs: unixMs(nowMs),
      } as never);
    }
    await site.link.journal.append({ kind: "router-figures", packed: "nonsense", atMs: unixMs(nowMs) } as never);
    const history = (days: number, more = "") =>
      get(`figures/history?fromMs=${nowMs - days * 24 * hourMs}&untilMs=${nowMs}${more}`);
    await vi.waitFor(async () => expect((await history(3)).points).toHaveLength(9), waiting);
    expect(await history(1)).toMatchObject({
      step: "sample",
      interface: "ether1",
      points: [{ cpuPercent: 0, receivedBytes: 102_400 }, { cpuPercent: 10 }, { cpuPercent: 20, sessions: 2 }],
    });
    expect(await history(7, "&interface=none")).toMatchObject({
      step: "hour",
      points: Array.from({ length: 3 }, () => ({ cpuPercent: 10, cpuPercentMax: 20, receivedBytes: null })),
    });
    const year = await history(365);
    expect([
      year.step,
      year.points.reduce((sum: number, one: { receivedBytes: number }) => sum + one.receivedBytes, 0),
    ]).toEqual(["day", 9 * 102_400]);
  });

  test("[SYS-01] who watches a router hears of its figures", async () => {
    const watched = await post("watch", undefined);
    expect(watched.body.watchedUntilMs).toBeGreaterThan(lab.world.clock.wall().atMs);
    await vi.waitFor(async () => {
      const events = await lab
        .database()
        .asPlatform("test", (tx) =>
          tx.selectFrom("events").selectAll().where("topic", "=", "router-figures").execute(),
        );
      expect(events.map(({ id }) => id)).toContain(site.siteId);
    }, waiting);
    const audit = await lab.call("GET", "/api/v1/audit?q=watch", { token: provider.token });
    expect(audit.body.items).toEqual([]);
  });
});
