/** The configuration of the simulated router over its API: rows with state, RouterOS' refusals, safe mode, and what differs by version. */
import { afterEach, expect, test } from "vitest";
import type { RouterOptions } from "../model/router-options.ts";
import { acceptEverybody, setUpRouter, type TestRouter, turns } from "../test-router.ts";
import { converse } from "./api-server.ts";
import { createSentenceReader, encodeSentence } from "./api-words.ts";
import { treeOf } from "./config-tree.ts";

let bench: TestRouter;
afterEach(() => bench.close());

const setUp = async (options: Partial<RouterOptions> = {}) => {
  bench = await setUpRouter(acceptEverybody(), { apiUser: "karibu", apiPassword: "", ...options });
};

/** One connection, logged in. */
async function connect() {
  let heard: string[][] = [];
  const read = createSentenceReader(
    (words) => heard.push(words),
    () => true,
  );
  const line = { write: (bytes: Uint8Array) => read(bytes), hangUp() {}, destroy() {} };
  const { hear, ended } = converse(bench.world, bench.router, line);
  const ask = async (...words: string[]) => {
    heard = [];
    hear(encodeSentence(words));
    await turns(2);
    return heard;
  };
  await ask("/login", "=name=karibu", "=password=");
  return { ask, ended };
}

const trap = (message: string, ...more: string[]) => [["!trap", ...more, `=message=${message}`], ["!done"]];
const empty = [["!empty"], ["!done"]];

test("rows are added, printed with columns and queries, set, switched, moved and removed", async () => {
  await setUp();
  const { ask } = await connect();
  const menu = "/ip/hotspot/ip-binding";
  expect(await ask(`${menu}/print`)).toEqual(empty);
  const [[, ret = ""] = []] = await ask(`${menu}/add`, "=mac-address=AA:BB:CC:DD:EE:01", "=comment==ret=");
  const id = ret.slice("=ret=".length);
  expect(id).toMatch(/^\*[0-9A-F]+$/);
  const [[, other = ""] = []] = await ask(`${menu}/add`, "=mac-address=AA:BB:CC:DD:EE:02", "=disabled=yes");
  expect(await ask(`${menu}/print`, "=.proplist=.id,comment,disabled", "?mac-address=AA:BB:CC:DD:EE:01")).toEqual([
    ["!re", `=.id=${id}`, "=comment==ret=", "=disabled=false"],
    ["!done"],
  ]);
  expect(await ask(`${menu}/set`, `=.id=${id}`, "=type=blocked")).toEqual([["!done"]]);
  expect(await ask(`${menu}/disable`, `=numbers=${id}`)).toEqual([["!done"]]);
  expect(await ask(`${menu}/print`, "=.proplist=type,disabled", `?.id=${id}`)).toEqual([
    ["!re", "=type=blocked", "=disabled=true"],
    ["!done"],
  ]);
  await ask(`${menu}/move`, `=.id=${other.slice(5)}`, `=destination=${id}`);
  expect(
    treeOf(bench.router)
      .rows(menu)
      .map((row) => row[".id"]),
  ).toEqual([other.slice(5), id]);
  expect(await ask(`${menu}/remove`, `=.id=${id}`)).toEqual([["!done"]]);
  expect(await ask(`${menu}/remove`, `=.id=${id}`)).toEqual(trap("no such item", "=category=0"));
});

test("a router refuses as RouterOS does: twice the same name, unknown arguments, missing menus and rights", async () => {
  await setUp();
  const { ask } = await connect();
  await ask("/ip/hotspot/user/add", "=name=juma", "=limit-uptime=5400s");
  expect(await ask("/ip/hotspot/user/add", "=name=juma")).toEqual(trap("failure: already have user with this name"));
  expect(await ask("/ip/hotspot/user/add", "=nmae=juma")).toEqual(trap("unknown parameter nmae"));
  expect(await ask("/interface/wireless/print")).toEqual(trap("no such command prefix"));
  expect(await ask("/ip/hotspot/user/print", "=.proplist=limit-uptime,password", "?name=juma")).toEqual([
    ["!re", "=limit-uptime=1h30m"],
    ["!done"],
  ]);
  await bench.close();
  await setUp({ apiPolicies: ["api", "read"] });
  const reader = await connect();
  expect(await reader.ask("/ip/hotspot/user/add", "=name=juma")).toEqual(trap("not enough permissions (9)"));
  expect(await reader.ask("/system/reboot")).toEqual(trap("not enough permissions (9)"));
});

test("configuration survives a power cut; what safe mode had not released does not", async () => {
  await setUp();
  const first = await connect();
  await first.ask("/ip/hotspot/user/add", "=name=juma");
  await first.ask("/safe-mode/take");
  await first.ask("/ip/hotspot/user/add", "=name=mary");
  await bench.router.powerCut();
  await bench.router.boot();
  const names = treeOf(bench.router)
    .rows("/ip/hotspot/user")
    .map(({ name }) => name);
  expect(names).toEqual(["default-trial", "juma"]);
});

test("safe mode has one holder, undoes what all sessions changed, and is undone two seconds after its connection ended", async () => {
  await setUp();
  const [mine, theirs] = [await connect(), await connect()];
  const name = () => treeOf(bench.router).rows("/system/identity")[0]?.name;
  expect(await mine.ask("/safe-mode/take", "=on-error=abort")).toEqual([["!done"]]);
  const taken = "failure: safe mode is already taken by another session";
  expect(await theirs.ask("/safe-mode/take", "=on-error=abort")).toEqual(trap(taken));
  await theirs.ask("/system/identity/set", "=name=theirs");
  await mine.ask("/interface/set", `=.id=${treeOf(bench.router).rows("/interface")[0]?.[".id"]}`, "=disabled=yes");
  expect(bench.router.knobs.wan).toBe("down");
  mine.ended();
  bench.world.advance(1900);
  expect(name()).toBe("theirs");
  bench.world.advance(200);
  expect(name()).toBe("karibu-lab");
  expect(bench.router.knobs.wan).toBe("up");
  // Released, it stays.
  await theirs.ask("/safe-mode/take");
  await theirs.ask("/system/identity/set", "=name=kept");
  expect(await theirs.ask("/safe-mode/get")).toEqual([["!re", "=enabled=true", "=current=true"], ["!done"]]);
  await theirs.ask("/safe-mode/release");
  theirs.ended();
  bench.world.advance(5000);
  expect(name()).toBe("kept");
});

test("after a hundred changes safe mode ends by itself, and keeps them", async () => {
  await setUp();
  const { ask, ended } = await connect();
  await ask("/safe-mode/take");
  for (let number = 0; number < 101; number++) await ask("/ip/hotspot/user/add", `=name=user-${number}`);
  ended();
  bench.world.advance(5000);
  expect(treeOf(bench.router).rows("/ip/hotspot/user")).toHaveLength(102);
});

test.each([
  ["7.17.2 (stable)", [["!done"]], "no such command prefix", "unknown parameter .proplist"],
  ["7.18.2 (stable)", empty, null, "unknown parameter .proplist"],
  ["7.19.6 (stable)", empty, null, null],
])("RouterOS %s: an empty list, safe mode, and columns of monitors", async (version, none, noSafeMode, noColumns) => {
  await setUp({ version });
  const { ask } = await connect();
  expect(await ask("/queue/simple/print")).toEqual(none);
  expect(await ask("/safe-mode/take")).toEqual(noSafeMode === null ? [["!done"]] : trap(noSafeMode));
  const words = ["/interface/monitor-traffic", "=interface=ether1", "=once="];
  const [row = []] = await ask(...words);
  expect(row).toContain("=rx-bits-per-second=2800000");
  const [answer = []] = await ask(...words, "=.proplist=name");
  expect(answer[0]).toBe(noColumns === null ? "!re" : "!trap");
});

test("an entry of an address list with a time-out is in memory only: dynamic, with its time-out", async () => {
  await setUp();
  const { ask } = await connect();
  const menu = "/ip/firewall/address-list";
  await ask(`${menu}/add`, "=list=a", "=address=192.0.2.1", "=timeout=5m");
  await ask(`${menu}/add`, "=list=a", "=address=192.0.2.2");
  expect(await ask(`${menu}/print`, "=.proplist=address,timeout,dynamic")).toEqual([
    ["!re", "=address=192.0.2.1", "=timeout=5m", "=dynamic=true"],
    ["!re", "=address=192.0.2.2", "=dynamic=false"],
    ["!done"],
  ]);
});
