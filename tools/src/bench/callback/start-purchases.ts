/** Purchases by the call that a site's portal makes (`start-purchase`), against the simulated channel: each by another customer. */
import type { PaymentsHub, Shop } from "@karibu/lab/money/payments-hub";
import { startPurchase } from "@karibu/protocol/rpc/start-purchase";
import { share, sorted } from "./shares.ts";

export interface PurchaseOrder {
  /** Null: as many as it can, `atOnce` at a time. */
  readonly perSecond: number | null;
  readonly forMs: number;
}

export interface StartedPurchases {
  readonly started: number;
  readonly refused: number;
  readonly perSecond: number;
  /** From the moment when it was due. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const atOnce = 20;
let customers = 0;

export async function startPurchases(
  hub: Pick<PaymentsHub, "rpc">,
  shops: readonly Shop[],
  { perSecond, forMs }: PurchaseOrder,
): Promise<StartedPurchases> {
  const timesMs: number[] = [];
  let refused = 0;
  const startedMs = performance.now();

  async function startOne(dueMs: number): Promise<void> {
    const customer = customers++;
    const { planId, ...site } = shops[customer % shops.length] as Shop;
    const phone = `2541${String(10_000_000 + customer)}`;
    const order = { idempotencyKey: `bench-${customer}`, planId, phone };
    const answer = (await hub.rpc(startPurchase.method, site, order).catch(() => null)) as { kind: string } | null;
    if (answer?.kind === "started") timesMs.push(performance.now() - dueMs);
    else refused++;
  }

  if (perSecond === null) {
    const startOn = async () => {
      while (performance.now() - startedMs < forMs) await startOne(performance.now());
    };
    await Promise.all(Array.from({ length: atOnce }, startOn));
  } else {
    const open: Promise<void>[] = [];
    for (let index = 0; index < (perSecond * forMs) / 1000; index++) {
      const dueMs = startedMs + (index * 1000) / perSecond;
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      open.push(startOne(dueMs));
    }
    await Promise.all(open);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const inOrder = sorted(timesMs);
  return {
    started: timesMs.length,
    refused,
    perSecond: Math.round(timesMs.length / seconds),
    p50Ms: share(inOrder, 0.5),
    p99Ms: share(inOrder, 0.99),
  };
}
