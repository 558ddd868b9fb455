/** A stick takes the device's key with it: one tap readmits the device, and an old pasted line alone opens nothing. */
import { readJsonFile } from "@karibu/agent/ground/files/json-file";
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { askerOf } from "@karibu/cloud/test-asking";
import { ownerPassword, useHub } from "@karibu/cloud/test-hub";
import { expect, onTestFinished, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { until } from "./link-ends.ts";
import { openSite, startSiteOfTest, typeCode } from "./test-drill-sites.ts";

const lab = useHub(anyEngine);
const waitMs = 60_000;
/** Somebody who read the router's settings long ago. */
const strangersKey = (number: number) => Buffer.alloc(32, number).toString("base64");

async function openShop(name: string) {
  const { token: firstToken, ownerEmail } = await lab.makeProvider(name);
  let token = firstToken;
  const logInAgain = async () => {
    token = await lab.logIn(ownerEmail, ownerPassword);
  };
  const call = askerOf(lab, () => token);
  const made = await call("POST", "/sites", { name });
  const { siteId } = made.body.site as { siteId: string };
  const enrolToken = made.body.enrolmentToken as string;
  const waiting = async () =>
    (await call("GET", `/sites/${siteId}/readmissions`)).body.waiting as { readmissionId: string }[];
  const enrol = (publicKey: string) => lab.call("POST", "/enrol/agent", { body: { token: enrolToken, publicKey } });
  return { token, logInAgain, call, siteId, enrolToken, waiting, enrol };
}

test("[BEY-28] a device whose stick lost its key waits for one tap, has no batches until then, and is told what it did", async () => {
  const { call, siteId, enrolToken, waiting, enrol, logInAgain } = await openShop("Readmitted");
  const first = await startSiteOfTest(lab, { siteId, enrolToken });
  await until("it is connected", () => first.agent.hub.state === "connected", waitMs);
  const plan = await call("POST", "/plans", { name: "Hour", priceCents: 5000, terms: { validitySeconds: 3600 } });
  const batch = await call("POST", "/vouchers/batches", { planId: plan.body.planId, quantity: 2, siteId });
  const { batchId } = batch.body as { batchId: string };
  await until("the site holds the batch", () => first.applied.has(`batch:${batchId}`), waitMs);
  const { items } = (await call("GET", `/vouchers?batchId=${batchId}`)).body;
  const grantId = await typeCode(first, items[0].code, 1);
  await first.agent.stop({ drainMs: waitMs });

  // A month later: the line in the router's settings is the same.
  lab.moveClock(35 * 86_400_000);
  await lab.hub().maintenance.runDue();
  await logInAgain();
  const folder = createFaultyFolder(lab.world);
  const again = await startSiteOfTest(lab, { siteId, enrolToken, folder });
  await until("it waits", async () => (await waiting()).length === 1, waitMs);
  expect([...again.applied]).toEqual([]);
  expect(again.agent.hub.state).toBe("away");
  expect(await enrol(strangersKey(7))).toMatchObject({
    status: 409,
    body: { code: "enrolment-waits", field: "token" },
  });
  const both = await waiting();
  expect(both).toHaveLength(2);
  const own = await readJsonFile<{ pending: { keys: { publicKey: string } } }>(folder, "identity.json");
  const fingerprints = both as unknown as { fingerprint: string; publicKey?: string; readmissionId: string }[];
  const status = again.agent.portal.handle({
    method: "GET",
    url: "/status",
    headers: {},
    body: "",
    address: "127.0.0.1",
  });
  const text = String((await status).body);
  const mine = fingerprints.find(({ fingerprint }) => text.includes(fingerprint));
  expect([mine?.publicKey, own?.pending?.keys.publicKey]).toEqual([undefined, expect.any(String)]);
  const tapped = await call("POST", `/sites/${siteId}/readmissions/${mine?.readmissionId}/confirm`);
  expect(tapped, tapped.text).toMatchObject({ status: 200, body: { waiting: [] } });
  await until("it is connected", () => again.agent.hub.state === "connected", 120_000);
  await until("it holds the batch", () => again.applied.has(`batch:${batchId}`), waitMs);
  await until("it is told", () => again.agent.state.memory.recalled !== null, waitMs);
  expect(await typeCode(again, items[0].code, 4)).toBe("expired");
  expect(grantId).toMatch(/^v\./);
  // The stranger is where he was: he waits for a tap of his own.
  expect(await enrol(strangersKey(7))).toMatchObject({ status: 409 });
  lab.moveClock(-35 * 86_400_000);
}, 300_000);

test("[BEY-28] an old line is worth nothing after a revocation or a newer token, and strangers can't fill the list", async () => {
  const { token, call, siteId, waiting, enrol } = await openShop("Strangers");
  expect((await enrol(strangersKey(1))).status).toBe(200);
  for (let number = 2; number < 30; number++) await enrol(strangersKey(number));
  expect((await waiting()).length).toBeLessThanOrEqual(5);
  expect(await enrol(strangersKey(40))).toMatchObject({ status: 403, body: { code: "enrolment-refused" } });
  const newer = await call("POST", `/sites/${siteId}/enrolment-token`);
  const body = { token: newer.body.enrolmentToken as string, publicKey: strangersKey(50) };
  expect((await lab.call("POST", "/enrol/agent", { body })).status).toBe(200);
  expect(await waiting()).toEqual([]);
  expect(await enrol(strangersKey(2))).toMatchObject({ status: 403 });
  await call("POST", `/sites/${siteId}/revoke`);
  expect(await lab.call("POST", "/enrol/agent", { body: { ...body, publicKey: strangersKey(51) } })).toMatchObject({
    status: 403,
  });
  expect(await waiting()).toEqual([]);
  const support = await openSite(lab, token, "Another");
  onTestFinished(() => support.agent.stop());
}, 240_000);
