/** 100,000 vouchers against a live rival of as many, and how long everybody else waits meanwhile. */
import type { Client } from "./client.ts";
import { Times } from "./measure-list.ts";

const codes = 100_000;
const others = [
  "/api/v1/payments?limit=50",
  "/api/v1/sites?limit=50",
  "/api/v1/reports/today",
  "/api/v1/sessions?limit=50",
];

/** `token`: of who makes it; `rest`: of those who look at lists meanwhile. */
export async function measureBigBatch(client: Client, token: string, rest: readonly string[]): Promise<object> {
  const { items: plans } = await client.get("/api/v1/plans", token);
  const { items: sites } = await client.get("/api/v1/sites?limit=1", token);
  const order = { planId: plans[0].planId, quantity: codes, length: 14, siteId: sites[0].siteId };
  const make = async () => {
    const startedMs = performance.now();
    let batch = await client.post("/api/v1/vouchers/batches", token, order);
    const times = new Times();
    for (let turn = 0; batch.state === "making"; turn++) {
      const asker = rest[turn % Math.max(1, rest.length)] ?? token;
      await times.of(() => client.get(others[turn % others.length] as string, asker));
      if (turn % 4 === 3) batch = await client.get(`/api/v1/vouchers/batches/${batch.batchId}`, token);
    }
    return {
      seconds: Math.round((performance.now() - startedMs) / 10) / 100,
      state: batch.state,
      batchId: batch.batchId as string,
      others: times.figures(),
    };
  };
  const rival = await make();
  const { batchId, ...measured } = await make();
  // So that they are no rivals of the next run's, where the database is kept.
  for (const id of [rival.batchId, batchId]) await client.post(`/api/v1/vouchers/batches/${id}/disable`, token, {});
  return { name: "100,000 vouchers", ...measured, goalSeconds: 10, goalOthersP99Ms: 100, unit: "s" };
}
