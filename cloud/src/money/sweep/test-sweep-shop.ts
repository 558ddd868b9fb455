/** Test scaffolding: a paybill whose money callbacks alone vouch for, and the sweep that looks for who else does. */

import { generateKeyPairSync } from "node:crypto";
import { cents } from "@karibu/protocol/quantities";
import { expect, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import type { TestHub } from "../../test-hub.ts";
import { createLedgerWriter } from "../ledger/post-entry.ts";
import { setReceipt } from "../receipts/receipt-rows.ts";
import { bookUnapplied } from "../receipts/unapplied.ts";
import { sweepJob } from "./money-sweep.ts";

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const certificate = publicKey.export({ type: "spki", format: "pem" });
const secrets = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
const shortcode = "600100";
export const initiator = { initiatorName: "teller", initiatorPassword: "lab-initiator-1", certificate };

/** @param jobs whose names begin so; those that are due are waited for */
export async function untilDone(hub: TestHub, jobs: string): Promise<void> {
  const dueJobs = () =>
    hub.database().asPlatform("test", async (tx) => {
      const rows = await tx
        .selectFrom("job_outbox")
        .select("jobId")
        .where("name", "like", `${jobs}%`)
        .where("runAtMs", "<=", hub.world.clock.wall().atMs)
        .execute();
      return rows.length;
    });
  await vi.waitFor(async () => expect(await dueJobs()).toBe(0), { timeout: 60_000, interval: 30 });
}

/** One sweep of all channels, to its end. */
export async function sweep(hub: TestHub): Promise<void> {
  await hub.database().asPlatform("test", (tx) => sendToOutbox(hub.world)(tx, sweepJob, {}));
  await untilDone(hub, "payments.sweep");
}

/** @param keys beside those that sell */
export async function openSweepShop(hub: TestHub, name: string, keys: object) {
  const { token, providerId } = await hub.makeProvider(name);
  const body = { kind: "mpesa-paybill", environment: "sandbox", shortcode, ...secrets, ...keys };
  const channelId = (await hub.call("POST", "/api/v1/channels", { token, body })).body.id as string;
  const transact = <Result>(work: (tx: Tx) => Promise<Result>) => hub.database().asProvider(providerId, work);
  const ledger = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
  const parts = { world: hub.world, parties: hub.hub().parties, ledger, emit: async () => {} };
  /** Told by a confirmation so long ago; paid longer ago still, if so. */
  const tell = (receipt: string, agoMs: number, paidAgoMs = agoMs) =>
    transact(async (tx) => {
      const money = { receipt, amountCents: cents(5000), trust: "pushed", source: "c2b-confirmation" } as const;
      const hidden = { payer: { kind: "none" }, payerName: null, accountText: null, paidAtMs: null } as const;
      const place = { providerId, channelId, rail: "mpesa", currency: "KES" };
      await bookUnapplied(parts, tx, place, { ...money, ...hidden, shortcode }, { party: null, note: null });
      const nowMs = hub.world.clock.wall().atMs;
      const times = { bookedAtMs: nowMs - agoMs, paidAtMs: nowMs - paidAgoMs };
      await setReceipt(tx, { providerId, rail: "mpesa", receipt }, times);
    });
  const states = async () => {
    const rows = await transact((tx) =>
      tx.selectFrom("receipts").select(["receipt", "state"]).orderBy("receipt").execute(),
    );
    return rows.map(({ receipt, state }) => `${receipt} ${state}`);
  };
  return { token, providerId, channelId, transact, tell, states };
}
