/** A hub under load for one row of the bench, with its database and the simulated SMS gateway. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallbackHub, startCallbackHub } from "./hub.ts";
import { startSyncedServer } from "./server.ts";
import { startSmsGateway } from "./sms-gateway.ts";

export type Engine = "postgresql" | "embedded";

/** What stays within the sum that is believed on callbacks' word alone, by default: KES 50,000 an hour for each. */
export const providers = 50;

export interface HubAtWork {
  readonly hub: CallbackHub;
  /** Null: the embedded engine. */
  readonly databaseUrl: string | null;
}

/** @param count purchases whose callbacks will come */
export async function withHub<T>(engine: Engine, count: number, work: (at: HubAtWork) => Promise<T>): Promise<T> {
  const databaseUrl = engine === "postgresql" ? await startSyncedServer() : null;
  const dataDir = engine === "embedded" ? mkdtempSync(join(tmpdir(), "karibu-callback-")) : null;
  const gateway = await startSmsGateway();
  try {
    const hub = await startCallbackHub({ databaseUrl, dataDir, count, providers, smsUrl: gateway.url });
    try {
      return await work({ hub, databaseUrl });
    } finally {
      await hub.stop();
    }
  } finally {
    gateway.stop();
    if (dataDir !== null) rmSync(dataDir, { recursive: true, force: true });
  }
}

const settleMsMax = 600_000;
const lookEveryMs = 250;

/** @returns whether it came to that in ten minutes */
export async function until(isSo: () => Promise<boolean>): Promise<boolean> {
  for (const untilMs = performance.now() + settleMsMax; performance.now() < untilMs; ) {
    if (await isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  return false;
}
