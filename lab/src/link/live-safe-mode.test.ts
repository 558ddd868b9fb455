/** Changes that could cut the link: RouterOS' safe mode, held by the agent until the hub was heard, under virtual time. */
import { unixMs } from "@karibu/protocol/quantities";
import type { RouterAction } from "@karibu/protocol/router/router-actions";
import { desiredState } from "@karibu/routeros-scripts/desired/desired-state";
import { deadManSection } from "@karibu/routeros-scripts/sections/dead-man";
import { testDialect } from "@karibu/routeros-scripts/test-render";
import { sampleHostedValues } from "@karibu/routeros-scripts/values/sample-values";
import { afterEach, expect, test } from "vitest";
import { runScheduler } from "../router/api/run-scheduler.ts";
import { type LiveSite, openLiveSiteOfTest } from "./test-live-site.ts";

const dialect = testDialect("7.22");
const desired = desiredState(sampleHostedValues, dialect);
const [deadManStep] = deadManSection().steps;
if (deadManStep?.kind !== "object") throw new Error("the dead man is an object");
const deadManRuns = {
  onEvent: String(deadManStep.properties["on-event"]),
  everyMs: Number.parseInt(String(deadManStep.properties.interval), 10) * 1000,
};

let scheduler: ReturnType<typeof runScheduler> | null = null;
afterEach(async () => {
  scheduler?.stop();
  scheduler = null;
});

const open = openLiveSiteOfTest;

async function interfaceNamed({ tree }: LiveSite, name: string) {
  const row = tree.rows("/interface").find((each) => each.name === name);
  return { id: row?.[".id"] ?? "", was: name };
}
const isDisabled = ({ tree }: LiveSite, name: string) =>
  tree.rows("/interface").find((each) => each.name === name)?.disabled === "true";
const safeWords = ({ said }: LiveSite) =>
  said.map(({ words }) => words[0] ?? "").filter((command) => command.startsWith("/safe-mode/"));

test("[RTR-07] a port that the link does not need is switched off inside safe mode, which the hub's answer releases", async () => {
  const live = await open();
  const order = { kind: "set-interface", ...(await interfaceNamed(live, "ether3")), disabled: true } as const;
  expect(await live.settled(live.act(order))).toMatchObject({ kind: "done", row: { disabled: "true" } });
  expect(safeWords(live)).toEqual(["/safe-mode/take", "/safe-mode/release"]);
  await live.time.advance(120_000);
  expect(isDisabled(live, "ether3")).toBe(true);
});

test("[RTR-07] a comment alone needs no safe mode", async () => {
  const live = await open();
  const order = { kind: "set-interface", ...(await interfaceNamed(live, "ether3")), comment: "to the bar" } as const;
  expect(await live.settled(live.act(order))).toMatchObject({ kind: "done", row: { comment: "to the bar" } });
  expect(safeWords(live)).toEqual([]);
});

test("[RTR-07] a change that cuts the WAN undoes itself within 60 s, the link comes back by itself, and the hub hears of it", async () => {
  const live = await open();
  const { time, act, agent } = live;
  const order = { kind: "set-interface", ...(await interfaceNamed(live, "ether1")), disabled: true } as const;
  const answer = act(order, { deadlineMs: 115_000 });
  await time.advance(2000);
  expect(isDisabled(live, "ether1")).toBe(true);
  expect(agent.hub.state).toBe("away");
  await time.advance(30_000);
  expect(isDisabled(live, "ether1")).toBe(true);
  // The agent writes its own note meanwhile.
  const [note = {}] = live.tree.rows("/ip/firewall/address-list");
  live.tree.put("/ip/firewall/address-list", note[".id"] ?? "", { ...note, comment: "karibu:witness of within" });
  live.said.length = 0;
  await time.advance(28_000);
  expect(isDisabled(live, "ether1")).toBe(false);
  expect(safeWords(live)).toEqual(["/safe-mode/unroll"]);
  // What the agent itself keeps at the router was undone with it, and is written again.
  expect(live.tree.rows("/ip/firewall/address-list")[0]?.comment).toMatch(/^karibu:witness/);
  const after = live.said.map(({ words }) => words[0]);
  expect(after.slice(after.indexOf("/safe-mode/unroll"))).toContain("/ip/firewall/address-list/set");
  expect(await live.settled(answer)).toMatchObject({ kind: "undone", why: expect.stringMatching(/took it back/) });
  expect(agent.hub.state).toBe("connected");
});

/** A hosted site, set up or by an older script. */
async function openHosted(hasDeadMan = true): Promise<LiveSite> {
  const objects = hasDeadMan ? desired.objects : desired.objects.filter(({ id }) => id !== "dead-man");
  const live = await open({ isHosted: true, desired: { ...desired, objects }, router: { version: "7.22 (stable)" } });
  if (hasDeadMan) scheduler = runScheduler({ clock: live.time.clock() }, live.router, deadManRuns);
  return live;
}

test("[RTR-07] [RTR-26] at a hosted board, whose API dies with its line, a change that cuts the WAN undoes itself within 60 s by the dead man, and the hub hears of it", async () => {
  const live = await openHosted();
  const { time, act } = live;
  const order = { kind: "set-interface", ...(await interfaceNamed(live, "ether1")), disabled: true } as const;
  const answer = act(order, { deadlineMs: 115_000 });
  await time.advance(5000);
  expect(isDisabled(live, "ether1")).toBe(true);
  await time.advance(55_000);
  expect(isDisabled(live, "ether1")).toBe(false);
  expect(await live.settled(answer)).toMatchObject({ kind: "undone" });
  // What armed it has gone, and the router is not touched again.
  const { tree } = live;
  expect(tree.rows("/ip/firewall/address-list").filter(({ list }) => list?.startsWith("karibu-dead-man"))).toEqual([]);
  expect(await live.settled(live.read("interfaces", { fresh: true }))).toMatchObject({ kind: "rows" });
});

test("[RTR-07] [RTR-26] a hosted board's port that the line does not need stays off; the dead man, long after, takes nothing back", async () => {
  const live = await openHosted();
  const order = { kind: "set-interface", ...(await interfaceNamed(live, "ether3")), disabled: true } as const;
  expect(await live.settled(live.act(order))).toMatchObject({ kind: "done" });
  const lists = live.tree.rows("/ip/firewall/address-list");
  expect(lists.filter(({ list }) => list?.startsWith("karibu-dead-man"))).toEqual([]);
  await live.time.advance(300_000);
  expect(isDisabled(live, "ether3")).toBe(true);
  expect(scheduler?.runs()).toBeGreaterThan(25);
});

test("[RTR-07] [RTR-26] a hosted board by an older script, without a dead man, is not changed where that could cut its line", async () => {
  const live = await openHosted(false);
  const order = { kind: "set-interface", ...(await interfaceNamed(live, "ether3")), disabled: true } as const;
  expect(await live.settled(live.act(order))).toMatchObject({
    kind: "refused",
    why: expect.stringMatching(/dead man/),
  });
  expect([isDisabled(live, "ether3"), safeWords(live)]).toEqual([false, []]);
  const identity = { kind: "set-identity", identity: "far" } as const;
  expect(await live.settled(live.act(identity))).toMatchObject({ kind: "done" });
});

test("[RTR-07] the router loses its power inside: it comes back as it was, and the order that comes again is told undone", async () => {
  const live = await open();
  const { time, act, router, settled } = live;
  const order = { kind: "set-interface", ...(await interfaceNamed(live, "ether1")), disabled: true } as const;
  void act(order, { nonce: "order-1", deadlineMs: 115_000 }).catch(() => {});
  await time.advance(3000);
  expect(isDisabled(live, "ether1")).toBe(true);
  await settled(router.powerCut());
  await settled(router.boot());
  expect(isDisabled(live, "ether1")).toBe(false);
  await time.advance(60_000);
  expect(await settled(act(order, { nonce: "order-1" }))).toMatchObject({ kind: "undone" });
  expect(isDisabled(live, "ether1")).toBe(false);
});

test("[RTR-07] the agent starts anew inside: RouterOS takes the change back, and the agent proves it by reading, without doing it again", async () => {
  const live = await open();
  const { time, act, settled } = live;
  const order = { kind: "set-interface", ...(await interfaceNamed(live, "ether1")), disabled: true } as const;
  void act(order, { nonce: "order-1", deadlineMs: 115_000 }).catch(() => {});
  await time.advance(3000);
  expect(isDisabled(live, "ether1")).toBe(true);
  live.endApi();
  await live.restart();
  await time.advance(10_000);
  expect(isDisabled(live, "ether1")).toBe(false);
  live.said.length = 0;
  expect(await settled(act(order, { nonce: "order-1" }))).toMatchObject({ kind: "undone" });
  expect(live.said.map(({ words }) => words[0])).not.toContain("/interface/set");
});

test("[RTR-07] what other orders change waits until a change that cut the WAN is undone, and then stays", async () => {
  const live = await open();
  const { time, act, settled } = live;
  const cut = { kind: "set-interface", ...(await interfaceNamed(live, "ether1")), disabled: true } as const;
  const other = { kind: "set-interface", ...(await interfaceNamed(live, "ether3")), disabled: true } as const;
  const expiresAtMs = unixMs(time.trueMs() + 110_000);
  const first = act(cut, { deadlineMs: 119_000, nonce: "first", expiresAtMs });
  const second = act(other, { deadlineMs: 119_000, nonce: "second", expiresAtMs });
  const third = act({ kind: "set-identity", identity: "third" }, { deadlineMs: 119_000, nonce: "third", expiresAtMs });
  expect(await settled(first)).toMatchObject({ kind: "undone" });
  expect(await settled(second)).toMatchObject({ kind: "done" });
  expect(await settled(third)).toMatchObject({ kind: "done" });
  await time.advance(60_000);
  expect([isDisabled(live, "ether1"), isDisabled(live, "ether3")]).toEqual([false, true]);
  expect(live.tree.rows("/system/identity")[0]?.name).toBe("third");
});

test("an order that waits behind another until it has expired is not begun", async () => {
  const live = await open();
  const { time, act, settled, said } = live;
  const cut = { kind: "set-interface", ...(await interfaceNamed(live, "ether1")), disabled: true } as const;
  const first = act(cut, { deadlineMs: 115_000 });
  const second = act(
    { kind: "set-identity", identity: "late" },
    { deadlineMs: 115_000, expiresAtMs: unixMs(time.trueMs() + 10_000) },
  );
  expect(await settled(first)).toMatchObject({ kind: "undone" });
  expect(await settled(second)).toEqual({ kind: "expired" });
  expect(said.map(({ words }) => words[0])).not.toContain("/system/identity/set");
});

test("[RTR-07] an agent that dies while it holds safe mode: RouterOS takes the change back two seconds later", async () => {
  const live = await open();
  const { time, act, settled } = live;
  const order = { kind: "set-interface", ...(await interfaceNamed(live, "ether1")), disabled: true } as const;
  void act(order, { nonce: "order-1", deadlineMs: 115_000 }).catch(() => {});
  await time.advance(2000);
  live.endApi();
  await time.advance(1900);
  expect(isDisabled(live, "ether1")).toBe(true);
  await time.advance(200);
  expect(isDisabled(live, "ether1")).toBe(false);
  await time.advance(60_000);
  expect(await settled(act(order, { nonce: "order-1" }))).toMatchObject({ kind: "undone" });
});

test("[RTR-19] the hotspot and the PPPoE service are switched off and on, all servers of a kind, inside safe mode", async () => {
  const live = await open();
  const { act, settled, tree } = live;
  const switched = (service: "hotspot" | "pppoe", enabled: boolean): RouterAction => ({
    kind: "switch-service",
    service,
    enabled,
  });
  const states = (menu: string) => tree.rows(menu).map(({ disabled }) => disabled);
  expect(await settled(act(switched("hotspot", false)))).toEqual({ kind: "done" });
  expect(states("/ip/hotspot")).toEqual(["true"]);
  expect(await settled(act(switched("hotspot", true)))).toEqual({ kind: "done" });
  expect(states("/ip/hotspot")).toEqual(["false"]);
  expect(await settled(act(switched("pppoe", true)))).toMatchObject({ kind: "refused" });
  // Karibu's own server, where there is one; another's stays as it is.
  tree.add("/interface/pppoe-server/server", { interface: "ether2", comment: "karibu:pppoe", disabled: "true" });
  tree.add("/interface/pppoe-server/server", { interface: "ether3", disabled: "true" });
  expect(await settled(act(switched("pppoe", true)))).toEqual({ kind: "done" });
  expect(states("/interface/pppoe-server/server")).toEqual(["false", "true"]);
});

test("somebody else inside safe mode: the order is refused with the router's words; a change that the router refuses leaves nothing", async () => {
  const live = await open();
  const { act, settled, control, router } = live;
  const other = await control.live?.openSession();
  await settled(other?.command(["/safe-mode/take"]) ?? Promise.resolve([]));
  const order = { kind: "set-interface", ...(await interfaceNamed(live, "ether3")), disabled: true } as const;
  expect(await settled(act(order))).toMatchObject({ kind: "refused", why: expect.stringMatching(/safe mode/) });
  await settled(other?.command(["/safe-mode/release"]) ?? Promise.resolve([]));
  other?.close();
  router.knobs.apiTraps = ["/interface/set"];
  expect(await settled(act(order))).toEqual({ kind: "refused", why: "not enough permissions (9)" });
  router.knobs.apiTraps = [];
  expect(await settled(act(order))).toMatchObject({ kind: "done" });
});

const scriptsName = '=remove=*1 "; [/system reboot] $x';
/** Settings of a script, as the hub orders them. */
const imported: Extract<RouterAction, { kind: "import-settings" }> = {
  kind: "import-settings",
  settings: [
    { kind: "add-user-profile", name: scriptsName, rateLimit: "1M/2M" },
    { kind: "add-walled-garden-host", host: "bank.example.com", action: "allow", comment: "the bank" },
    { kind: "add-ip-binding", macAddress: "AA:BB:CC:DD:EE:09", type: "blocked" },
  ],
};
const hasImported = ({ tree }: LiveSite) => [
  tree.rows("/ip/hotspot/user/profile").some(({ name }) => name === scriptsName),
  tree.rows("/ip/hotspot/walled-garden").some((row) => row["dst-host"] === "bank.example.com"),
  tree.rows("/ip/hotspot/ip-binding").some((row) => row["mac-address"] === "AA:BB:CC:DD:EE:09"),
];

test("[RTR-12] settings of a script are written inside safe mode, and stay once the hub was heard", async () => {
  const live = await open();
  expect(await live.settled(live.act(imported))).toEqual({ kind: "done" });
  expect(safeWords(live)).toEqual(["/safe-mode/take", "/safe-mode/release"]);
  await live.time.advance(120_000);
  expect(hasImported(live)).toEqual([true, true, true]);
});

test("[RTR-12] settings of a script undo themselves where the link is lost meanwhile", async () => {
  const live = await open();
  let isCut = false;
  // Somebody switches the port to the hub off in the moment in which the last setting is written.
  live.tree.onChange(() => {
    const wan = live.tree.rows("/interface").find(({ name }) => name === "ether1") ?? {};
    if (isCut || !hasImported(live).every(Boolean)) return;
    isCut = true;
    live.tree.put("/interface", wan[".id"] ?? "", { ...wan, disabled: "true" });
  });
  const answer = live.act(imported, { deadlineMs: 115_000 });
  await live.time.advance(20_000);
  expect([isCut, live.agent.hub.state]).toEqual([true, "away"]);
  expect(hasImported(live)).toEqual([true, true, true]);
  await live.time.advance(40_000);
  expect(hasImported(live)).toEqual([false, false, false]);
  expect(await live.settled(answer)).toMatchObject({ kind: "undone" });
});

test("[RTR-12] where one of a script's settings is refused, none is kept", async () => {
  const live = await open();
  live.router.knobs.apiTraps = ["/ip/hotspot/ip-binding/add"];
  expect(await live.settled(live.act(imported))).toMatchObject({ kind: "refused", why: "not enough permissions (9)" });
  expect(hasImported(live)).toEqual([false, false, false]);
  live.router.knobs.apiTraps = [];
  live.said.length = 0;
  const tagged = { kind: "add-walled-garden-host", host: "x.example", action: "allow", comment: "karibu:x" } as const;
  const withTag: RouterAction = { kind: "import-settings", settings: [...imported.settings, tagged] };
  expect(await live.settled(live.act(withTag))).toMatchObject({
    kind: "refused",
    why: expect.stringMatching(/begins so/),
  });
  live.tree.add("/ip/hotspot/walled-garden", { "dst-host": "bank.example.com", action: "deny" });
  expect(await live.settled(live.act(imported))).toMatchObject({
    kind: "refused",
    why: expect.stringMatching(/already/),
  });
  expect(live.said.filter(({ words }) => words[0]?.startsWith("/ip/hotspot/") && words[0].endsWith("/add"))).toEqual(
    [],
  );
});

test("a router before 7.18 has no safe mode on its API: the order is refused", async () => {
  const live = await open({ router: { version: "7.17.2 (stable)" } });
  const order = { kind: "set-interface", ...(await interfaceNamed(live, "ether3")), disabled: true } as const;
  expect(await live.settled(live.act(order))).toMatchObject({ kind: "refused", why: "no such command prefix" });
  expect(isDisabled(live, "ether3")).toBe(false);
});
