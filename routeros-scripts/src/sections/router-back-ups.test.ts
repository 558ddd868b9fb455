import { createHash } from "node:crypto";
import { type BackUpBoard, backUpHardware } from "@karibu/lab/routeros-scripting/back-up-files";
import { factoryConfiguration } from "@karibu/lab/routeros-scripting/factory-configuration";
import { bytesOf, PowerCut, SimulatedRouter } from "@karibu/lab/routeros-scripting/simulated-router";
import { backUpSum, backUpSumPieceBytes } from "@karibu/protocol/router/back-up-sum";
import { describe, expect, test } from "vitest";
import { checkScript } from "../../checker/rsc-check.mjs";
import { checkedVersions } from "../language/version-dialect.ts";
import { renderVersion } from "../test-render.ts";
import { sampleValues } from "../values/sample-values.ts";
import { backUpScripts } from "./router-back-ups.ts";

const key = sampleValues.backUpKey ?? "";
const ticket = "ab".repeat(16);
const sha512 = (bytes: string | Uint8Array) => createHash("sha512").update(bytes).digest("hex");

function openBoard(version: string, more: Partial<BackUpBoard> = {}) {
  const router = new SimulatedRouter({
    ...factoryConfiguration,
    "/system/resource": [{ version: `${version} (stable)` }],
  });
  expect(router.import(renderVersion(version)["setup.rsc"])).toBe("done");
  const kept = { loads: 0, served: null as Buffer | null, asked: [] as string[] };
  const board: BackUpBoard = {
    board: "RB5009",
    version,
    // More than one piece of the digest, and not whole pieces.
    state: () => JSON.stringify({ rows: router.snapshot(), more: "é".repeat(40_000) }),
    load() {
      kept.loads += 1;
    },
    exportText: () => "# export\n/ip pool add name=karibu-guest ranges=10.5.48.10-10.5.51.250\n",
    fetch(url, header) {
      kept.asked.push(`${url} ${header}`);
      return header === `Authorization: Bearer ${ticket}` ? kept.served : null;
    },
    ...more,
  };
  router.hardware = backUpHardware(router, board);
  const file = (name: string) => router.rows("/file").find((row) => row.get("name") === name);
  const run = (name: string) => router.import(`/system/script/run ${name}`);
  const order = (text: string) =>
    router.configuration.add(
      "/ip/firewall/address-list",
      Object.entries({ list: backUpScripts.restore.orders, comment: text }),
    );
  return { router, board, kept, file, run, order };
}

/** `size=… sum=… mark=…` */
const told = (text: string | undefined) =>
  Object.fromEntries((text ?? "").split("\n").map((line) => line.split("=")) as [string, string][]);

describe.each(checkedVersions)("RouterOS %s", (version) => {
  test("[RTR-10] the fixed scripts are in its command tree, and have no more policies than they need", () => {
    const { router } = openBoard(version);
    const all = router.rows("/system/script").filter((row) => !row.get("comment")?.startsWith("karibu:before-"));
    for (const script of all) expect(checkScript(script.get("source") ?? "", version), script.get("name")).toEqual([]);
    const scripts = all.filter((row) => /karibu-(back-up|restore)/.test(row.get("name") ?? ""));
    expect(scripts.map((row) => row.get("name")).sort()).toEqual(
      Object.values(backUpScripts)
        .map(({ name }) => name)
        .sort(),
    );
    const policies = Object.fromEntries(scripts.map((row) => [row.get("name"), row.get("policy")]));
    expect(policies[backUpScripts.export.name]).not.toMatch(/sensitive|policy/);
    expect(policies[backUpScripts.clear.name]).not.toMatch(/sensitive|policy|test/);
    for (const policy of Object.values(policies)) expect(policy).not.toMatch(/api|winbox|ssh|password|sniff/);
  });
});

test("[RTR-10] a binary back-up of a slow board: whole, with its sum and its mark; the password stands nowhere else", () => {
  const { router, file, run } = openBoard("7.22", { slowSeconds: 20 });
  expect(run(backUpScripts.save.name)).toBe("done");
  const written = file(backUpScripts.save.file);
  const bytes = written === undefined ? Buffer.alloc(0) : bytesOf(written);
  expect(bytes.length).toBeGreaterThan(2 * backUpSumPieceBytes);
  const sum = backUpSum(bytes);
  expect(told(file(backUpScripts.save.done)?.get("contents"))).toMatchObject({
    size: String(bytes.length),
    sum,
    mark: sha512(`${key}:${sum}`),
  });
  const { "/radius": radius = [], ...rest } = router.snapshot();
  expect(JSON.stringify([rest, router.output])).not.toContain(key);
  expect(radius.filter((row) => row.includes(key))).toEqual([expect.stringMatching(/disabled=yes/)]);
  expect(run(backUpScripts.clear.name)).toBe("done");
  expect(router.rows("/file").filter((row) => row.get("name")?.startsWith("karibu-"))).toEqual([]);
});

test("[RTR-12] an export leaves without secrets, with its sum", () => {
  const { router, board, file, run } = openBoard("7.24");
  expect(run(backUpScripts.export.name), router.failure).toBe("done");
  expect(file(backUpScripts.export.file)?.get("contents")).toBe(board.exportText());
  expect(told(file(backUpScripts.export.done)?.get("contents")).sum).toBe(backUpSum(Buffer.from(board.exportText())));
});

test("[RTR-10] a power cut while a back-up is written leaves nothing that looks whole, and the next one is", () => {
  const { board, file, run } = openBoard("7.22", { cutsWhileSaving: true });
  expect(() => run(backUpScripts.save.name)).toThrow(PowerCut);
  expect(file(backUpScripts.save.done)).toBeUndefined();
  board.cutsWhileSaving = false;
  expect(run(backUpScripts.save.name)).toBe("done");
  expect(file(backUpScripts.save.done)).toBeDefined();
});

test("[RTR-10] a router without the key says what to do", () => {
  const { router, run } = openBoard("7.22");
  router.configuration.replaceRows("/radius", []);
  expect(run(backUpScripts.save.name)).toBe("stopped");
  expect(router.failure).toMatch(/import repair\.rsc/);
});

test("[RTR-10] the agent's user may write rows of /radius: a key that it put there opens no back-up, and loads none", () => {
  const { router, run, file, order, kept } = openBoard("7.22");
  const forged = "f".repeat(48);
  const row = router.rows("/radius").find((each) => each.get("comment") === "karibu:back-up-key");
  row?.set("secret", forged);
  expect(run(backUpScripts.save.name)).toBe("stopped");
  expect(router.failure).toMatch(/import repair\.rsc/);
  expect(file(backUpScripts.save.file)).toBeUndefined();
  kept.served = Buffer.from("a router of somebody else's");
  order(`${ticket} ${sha512(`${forged}:${backUpSum(kept.served)}`)}`);
  expect(run(backUpScripts.restore.name)).toBe("stopped");
  expect([kept.asked, kept.loads]).toEqual([[], 0]);
});

test("[RTR-10] a script that the agent's user made under our tag is not run by ours, which have more rights", () => {
  const { router, run } = openBoard("7.22");
  const ours = router.rows("/system/script").filter((each) => each.get("comment") !== "karibu:back-up-sum");
  router.configuration.replaceRows("/system/script", ours);
  const forged = { name: "x", comment: "karibu:back-up-sum", source: "/ip/pool/add name=stolen ranges=10.0.0.2" };
  router.configuration.add("/system/script", Object.entries(forged));
  for (const name of [backUpScripts.save.name, backUpScripts.export.name]) run(name);
  expect(router.rows("/ip/pool").map((each) => each.get("name"))).not.toContain("stolen");
});

describe("[RTR-11] restore", () => {
  function saved(more: Partial<BackUpBoard> = {}) {
    const all = openBoard("7.22", more);
    all.run(backUpScripts.save.name);
    const row = all.file(backUpScripts.save.file);
    const { mark = "" } = told(all.file(backUpScripts.save.done)?.get("contents"));
    all.kept.served = row === undefined ? null : bytesOf(row);
    return { ...all, mark };
  }

  test("fetches from the hub of its own set-up with the ticket, and loads what carries its mark", () => {
    const { run, order, kept, mark, router } = saved();
    order(`${ticket} ${mark}`);
    expect(run(backUpScripts.restore.name)).toBe("done");
    expect(kept.asked).toEqual([`https://hub.example.com/enrol/restore Authorization: Bearer ${ticket}`]);
    expect(kept.loads).toBe(1);
    expect(router.rows("/ip/firewall/address-list").filter((row) => row.get("list") === "karibu-restore")).toEqual([]);
  });

  test.each([
    ["one changed byte", (file: Buffer) => Buffer.from(file.map((byte, at) => (at === 40_000 ? byte ^ 1 : byte)))],
    ["a shorter file", (file: Buffer) => file.subarray(0, -1)],
    ["a longer file", (file: Buffer) => Buffer.concat([file, Buffer.from("x")])],
    ["another router's back-up", () => Buffer.from("LAB-BACK-UP\nof somebody else")],
  ])("%s is not loaded, and does not stay on the router", (_, change) => {
    const { run, order, kept, mark, router, file } = saved();
    kept.served = change(kept.served ?? Buffer.alloc(0));
    order(`${ticket} ${mark}`);
    expect(run(backUpScripts.restore.name)).toBe("stopped");
    expect(router.failure).toMatch(/no back-up of this router; nothing was changed/);
    expect(kept.loads).toBe(0);
    expect(file(backUpScripts.restore.file)).toBeUndefined();
  });

  test("a mark that somebody made without the key is worth nothing", () => {
    const { run, order, kept } = saved();
    order(`${ticket} ${sha512(`guess:${backUpSum(kept.served ?? Buffer.alloc(0))}`)}`);
    expect(run(backUpScripts.restore.name)).toBe("stopped");
    expect(kept.loads).toBe(0);
  });

  test.each([
    ["no order", null],
    ["words that would be code", `"; /user/add name=x group=full; :put "${"a".repeat(120)}`],
    ["too short", "abc abc"],
    ["another separator", `${ticket}\t${"a".repeat(128)}`],
    ["a header of its own", `${"a".repeat(20)},X: ${"b".repeat(135)}`],
  ])("%s: nothing is fetched", (_, text) => {
    const { run, order, kept } = saved();
    if (text !== null) order(text);
    expect(run(backUpScripts.restore.name)).toBe("stopped");
    expect(kept.asked).toEqual([]);
  });

  test("a ticket that the hub does not take changes nothing", () => {
    const { run, order, kept, mark } = saved();
    order(`${"cd".repeat(16)} ${mark}`);
    expect(run(backUpScripts.restore.name)).toBe("stopped");
    expect(kept.loads).toBe(0);
  });

  test("another board or version refuses", () => {
    const other = saved();
    const file = other.kept.served;
    const { run, order, kept, router } = saved({ board: "hAP" });
    kept.served = file;
    order(`${ticket} ${other.mark}`);
    expect(run(backUpScripts.restore.name)).toBe("stopped");
    expect(router.failure).toMatch(/another board/);
    expect(kept.loads).toBe(0);
  });
});
