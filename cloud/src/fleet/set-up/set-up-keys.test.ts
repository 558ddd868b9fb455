/** Keys of a set-up, by HTTP: when the line's token and the router's own key end, and what those get who show others. */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askerOf } from "../../test-asking.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";
import { boardFacts, choicesFor, imagesForTests, keyOf, playRouter } from "./test-set-up-router.ts";

const images = imagesForTests();
const hub = useHub("embedded", { images: images.shelf, tunnelEndpoint: "hub.test:51820" });
let owner: TestProvider;

beforeAll(async () => {
  owner = await hub.makeProvider("Keys");
});
afterAll(() => rmSync(images.folder, { recursive: true, force: true }));

async function openSite(name: string) {
  const call = askerOf(hub, () => owner.token);
  const { siteId } = (await call("POST", "/sites", { name })).body.site as { siteId: string };
  const path = `/sites/${siteId}/set-up`;
  return {
    siteId,
    call,
    begin: async () => (await call("POST", path, {})).body.line as string,
    view: async () => (await call("GET", path)).body,
    choose: () => call("POST", `${path}/choices`, choicesFor),
  };
}

test("[RTR-13] one line pasted at the same moment: of two routers one has it, and the other hears whose it is; of two terminals of one router one key works, and the line goes on", async () => {
  const site = await openSite("At once");
  const line = await site.begin();
  const of = (serial: string, key: number) =>
    playRouter(hub, line, { ...boardFacts, serial, wireguardPublicKey: keyOf(key) });
  const [one, other] = [of("ONE", 41), of("OTHER", 42)];
  const told = await Promise.all([one.tell(), other.tell()]);
  expect(told.map(({ status }) => status).toSorted()).toEqual([200, 403]);
  const [winner, serial, key] = told[0]?.status === 200 ? [one, "ONE", 41] : [other, "OTHER", 42];
  const terminals = [of(`${serial}`, Number(key)), of(`${serial}`, Number(key))];
  const again = await Promise.all(terminals.map((terminal) => terminal.tell()));
  expect(again.map(({ status }) => status)).toEqual([200, 200]);
  const heard = await Promise.all(
    [winner, ...terminals].map((each) => each.report({ step: "choices", state: "waiting" })),
  );
  expect(heard.map(({ status }) => status).toSorted()).toEqual([200, 401, 401]);
  expect((await site.view()).otherRouterAtMs).toEqual(expect.any(Number));
});

test("[RTR-13] names in another code page, cut letters and NUL are text that the hub can keep, or a refusal: never its fault", async () => {
  const site = await openSite("Letters");
  const router = playRouter(hub, await site.begin(), {
    ...boardFacts,
    serial: "LETTERS",
    wireguardPublicKey: keyOf(43),
  });
  const headers = { Authorization: `Bearer ${router.bearer}`, "Content-Type": "application/json" };
  // WinBox 3 writes "Café" in Windows-1252; and a router cuts a long text within a letter.
  const body = Buffer.from(JSON.stringify({ ...router.facts, identity: "Caf\u00e9 \u00f0" }), "latin1");
  const sent = await fetch(`${hub.url()}/enrol/facts`, { method: "POST", headers, body });
  expect(sent.status).toBe(200);
  expect((await site.view()).router.identity).toBe("Caf\ufffd \ufffd");
  for (const identity of ["a\u0000b", "a\ud800b"]) {
    const answer = await hub.call("POST", "/enrol/facts", { headers, body: { ...router.facts, identity } });
    expect(answer.status, answer.text).toBeLessThan(500);
  }
});

test("[RTR-13] the line is dead once its router uses its own key, but for a set-up that failed; the key is dead when the router has verified its site or its tunnel was cut", async () => {
  const site = await openSite("Ended");
  const line = await site.begin();
  const facts = { ...boardFacts, serial: "ENDED", wireguardPublicKey: keyOf(20) };
  const router = playRouter(hub, line, facts);
  await router.tell();
  await site.choose();
  await router.tell();
  // Who photographed the line, the box and the public key.
  const thief = await playRouter(hub, line, facts).tell();
  expect([thief.status, thief.body.code]).toEqual([401, "set-up-key-unknown"]);
  await router.report({ step: "device-mode", state: "failed", problem: "device-mode-not-confirmed" });
  const pasted = playRouter(hub, line, facts);
  expect((await pasted.tell()).body.state).toBe("ready");
  const enrolToken = await tokenOf(await pasted.fetch("/enrol/stage-two"));
  const enrolled = await hub.call("POST", "/enrol/agent", { body: { token: enrolToken, publicKey: keyOf(21) } });
  expect(enrolled.status, enrolled.text).toBe(200);
  // Another device took its place since: the script's token opens nothing, and this set-up makes no other one.
  await hub.database().asPlatform("test", (tx) =>
    tx
      .updateTable("agents")
      .set({ publicKey: keyOf(22) })
      .where("siteId", "=", site.siteId)
      .execute(),
  );
  expect(await tokenOf(await pasted.fetch("/enrol/stage-two"))).toBe(enrolToken);
  const revoke = (revokedAtMs: number | null) =>
    hub
      .database()
      .asPlatform("test", (tx) =>
        tx.updateTable("agents").set({ revokedAtMs }).where("siteId", "=", site.siteId).execute(),
      );
  await revoke(hub.world.clock.wall().atMs); // with its provider, or its host
  expect((await pasted.fetch("/enrol/stage-two")).status).toBe(401);
  await revoke(null);
  expect((await pasted.report({ step: "verified", state: "done" })).status).toBe(200);
  expect((await pasted.fetch("/enrol/stage-two")).status).toBe(401);
  expect((await pasted.tell()).status).toBe(401);

  const cut = await openSite("Cut off");
  const other = playRouter(hub, await cut.begin(), { ...facts, serial: "CUT", wireguardPublicKey: keyOf(23) });
  await other.tell();
  await cut.choose();
  expect((await other.fetch("/enrol/stage-two")).status).toBe(200);
  await cut.call("DELETE", `/sites/${cut.siteId}/tunnel`);
  expect((await other.fetch("/enrol/stage-two")).status).toBe(401);
});

async function tokenOf({ text }: { readonly text: string }): Promise<string> {
  return /KARIBU_ENROL_TOKEN.{0,30}?([\w.-]{48,})/s.exec(text)?.[1] as string;
}

test("[RTR-13] facts with ten thousand entries and strange shapes are refused; who guesses keys is slowed down, the router behind the same address is not, and neither may ask without end", async () => {
  const site = await openSite("Flooded");
  const line = await site.begin();
  const router = playRouter(hub, line, { ...boardFacts, wireguardPublicKey: keyOf(13) });
  const [port] = boardFacts.interfaces;
  const many = await router.tell({
    interfaces: Array.from({ length: 500 }, () => port as (typeof boardFacts.interfaces)[number]),
  });
  expect(many.status).toBe(400);
  const huge = await router.tell({ identity: "x".repeat(70_000) });
  expect(huge.status).toBe(413);
  const hostile = {
    identity: "<img src=x onerror=alert(1)>",
    board: '=HYPERLINK("http://x")',
    interfaces: [{ ...(port as object), name: '"; /system/reset-configuration; #' }],
  };
  expect((await router.tell(hostile as never)).status).toBe(200);
  await router.report({ step: "choices", state: "waiting" });
  let last = 0;
  for (let guess = 0; guess < 40 && last !== 429; guess++)
    last = (
      await hub.call("POST", "/enrol/progress", {
        headers: { Authorization: `Bearer ${"g".repeat(22)}` },
        body: { step: "disk", state: "done" },
      })
    ).status;
  expect(last).toBe(429);
  expect((await router.report({ step: "choices", state: "waiting" })).body).toEqual({ state: "choose" });
  // Nor does one that shows its line's token, which is another router's: it is refused as one who guesses.
  const foreign = playRouter(hub, line, { ...boardFacts, serial: "FOREIGN" });
  const refused = [await foreign.tell()];
  const { otherRouterAtMs } = await site.view();
  refused.push(...(await Promise.all(Array.from({ length: 130 }, () => foreign.tell()))));
  expect(refused.filter(({ status }) => status === 429).length).toBeGreaterThan(90);
  expect([otherRouterAtMs, (await site.view()).otherRouterAtMs]).toEqual([expect.any(Number), otherRouterAtMs]);
  expect((await router.report({ step: "choices", state: "waiting" })).body).toEqual({ state: "choose" });
  // Its own limit stops a router that reports without end.
  const reports = await Promise.all(
    Array.from({ length: 150 }, () => router.report({ step: "choices", state: "waiting" })),
  );
  expect(reports.filter(({ status }) => status === 429).length).toBeGreaterThan(10);
  expect(reports.filter(({ status }) => status === 200).length).toBeGreaterThan(100);
});
