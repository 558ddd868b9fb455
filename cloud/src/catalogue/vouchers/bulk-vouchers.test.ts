import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";

hubSuite("many vouchers at once", (hub) => {
  async function makeBatch(name: string, quantity: number) {
    const { token, providerId } = await hub.makeProvider(name);
    await hub.call("POST", "/api/v1/sites", { token, body: { name: "Shop" } });
    const { planId } = (await hub.call("GET", "/api/v1/plans", { token })).body.items[0];
    const body = { planId, quantity };
    const { batchId } = (await hub.call("POST", "/api/v1/vouchers/batches", { token, body })).body;
    await expect
      .poll(async () => (await hub.call("GET", `/api/v1/vouchers/batches/${batchId}`, { token })).body.state, {
        timeout: 20_000,
      })
      .toBe("ready");
    const read = async () =>
      (await hub.call("GET", `/api/v1/vouchers?batchId=${batchId}&limit=100&count=true`, { token })).body;
    const ids: string[] = (await read()).items.map((one: { voucherId: string }) => one.voucherId);
    const bulk = (action: string, voucherIds: string[]) =>
      hub.call("POST", "/api/v1/vouchers/bulk", { token, body: { action, voucherIds } });
    const finished = async (jobId: string) => {
      const ask = async () => (await hub.call("GET", `/api/v1/vouchers/bulk/${jobId}`, { token })).body;
      await expect.poll(async () => (await ask()).state, { timeout: 20_000 }).toBe("done");
      return ask();
    };
    return { token, providerId, batchId, ids, read, bulk, finished };
  }

  test("[VOU-06] they are disabled by a job that tells how far it is, and enabled again", async () => {
    const { ids, read, bulk, finished } = await makeBatch("Alpha", 80);
    const chosen = ids.slice(0, 70);
    const started = await bulk("disable", [...chosen, chosen[0] as string]);
    expect(started.status).toBe(202);
    expect(await finished(started.body.jobId)).toMatchObject({
      action: "disable",
      total: 70,
      done: 70,
      failed: 0,
      problems: [],
    });
    const states = (await read()).items.map((one: { state: string }) => one.state);
    expect(states.filter((state: string) => state === "disabled")).toHaveLength(70);
    await finished((await bulk("enable", chosen)).body.jobId);
    expect(new Set((await read()).items.map((one: { state: string }) => one.state))).toEqual(new Set(["active"]));
  });

  test("[VOU-06] of two that are asked for at once one is done, and the other one is told to wait", async () => {
    const { ids, bulk, finished } = await makeBatch("India", 20);
    const answers = await Promise.all([bulk("disable", ids), bulk("disable", ids)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    const begun = answers.find(({ status }) => status === 202);
    expect(await finished(begun?.body.jobId)).toMatchObject({ done: 20, failed: 0 });
  });

  longTest("while it works everybody else has their turn, and a second one waits for its end", async () => {
    const { ids, bulk, finished } = await makeBatch("Hotel", 100);
    const many = [...ids, ...Array.from({ length: 400 }, (_, at) => `${ids[0]?.split(".")[0]}.${1000 + at}`)];
    const started = await bulk("disable", many);
    let isDone = false;
    const end = finished(started.body.jobId).then((job) => {
      isDone = true;
      return job;
    });
    // A timer of this process runs while the job does.
    await new Promise((run) => hub.world.clock.after(1, () => run(null)));
    expect(isDone).toBe(false);
    expect((await bulk("enable", ids)).body.code).toBe("bulk-running");
    expect(await end).toMatchObject({ total: 500, done: 500, failed: 400 });
    expect((await end).problems).toHaveLength(100);
    await finished((await bulk("enable", ids)).body.jobId);
  });

  test("one that can't be changed is named with the reason, and the others are changed", async () => {
    const { ids, read, bulk, finished, token, batchId } = await makeBatch("Beta", 3);
    const [refunded = ""] = ids;
    const body = { voucherId: refunded, method: "cash", reason: "did not work" };
    const headers = { "Idempotency-Key": "refund" };
    const declared = await hub.call("POST", `/api/v1/vouchers/${refunded}/declare-sold`, { token, headers });
    expect(declared.status, declared.text).toBe(201);
    expect((await hub.call("POST", "/api/v1/refunds", { token, body, headers })).status).toBeLessThan(300);
    await finished((await bulk("disable", ids)).body.jobId);
    const told = await finished((await bulk("enable", [...ids, `${batchId}.99`])).body.jobId);
    expect(told).toMatchObject({ total: 4, done: 4, failed: 2 });
    expect(told.problems).toEqual([
      { voucherId: refunded, code: "refunded", detail: expect.any(String) },
      { voucherId: `${batchId}.99`, code: "not-found", detail: expect.any(String) },
    ]);
    const states = (await read()).items.map((one: { state: string }) => one.state);
    expect(states.toSorted()).toEqual(["active", "active", "disabled"]);
  });

  test("another provider's vouchers and jobs are not there", async () => {
    const mine = await makeBatch("Gamma", 2);
    const theirs = await makeBatch("Delta", 2);
    expect((await mine.bulk("disable", [...mine.ids, ...theirs.ids])).status).toBe(404);
    const { jobId } = (await theirs.bulk("disable", theirs.ids)).body;
    expect((await hub.call("GET", `/api/v1/vouchers/bulk/${jobId}`, { token: mine.token })).status).toBe(404);
    expect((await mine.read()).items.map((one: { state: string }) => one.state)).toEqual(["active", "active"]);
  });
});
