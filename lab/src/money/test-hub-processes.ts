/** Hub processes of their own, for tests that kill them: `test-killed-hub-process.ts`. They order purchases and read their books when they are asked to. */
import { setTimeout as pause } from "node:timers/promises";
import type { DarajaApp } from "../daraja/daraja-types.ts";
import type { Shop } from "./payments-hub.ts";
import { startHubChild } from "./test-hub-child.ts";

export type OpenedShop = Shop & { readonly channelId: string };

export interface HubSetting {
  readonly databaseUrl: string | null;
  readonly dataDir: string | null;
  readonly port: number;
  /** Where channels reach it. Left out: at its port. */
  readonly publicUrl?: string;
  readonly darajaUrl: string;
  readonly querySpacingMs: number;
  /** Null: the first start makes one shop for each app. */
  readonly shops: readonly OpenedShop[] | null;
  readonly apps: readonly DarajaApp[];
}

export type HubOrder =
  | { readonly kind: "buy"; readonly shop: number; readonly msisdn: string }
  | { readonly kind: "pull" | "progress" | "books" };

/** Of all shops, in counts: reading all rows each time would slow the hub down. */
export interface Progress {
  readonly receipts: number;
  readonly paid: number;
  /** Reports that nobody has judged. */
  readonly waiting: number;
  /** Purchases that are held for a booker, or whose job waits. */
  readonly held: number;
  readonly states: Readonly<Record<string, number>>;
}

/** Of one shop. */
export interface Books {
  readonly receipts: readonly { readonly receipt: string; readonly cents: number }[];
  readonly grants: readonly (string | null)[];
  /** How many grants the sites are told of. */
  readonly grantsFed: number;
  readonly accounts: Readonly<Record<string, number>>;
}

export interface HubProcess {
  readonly shops: readonly OpenedShop[];
  ask<Answer>(order: HubOrder): Promise<Answer>;
  /** Sends SIGKILL and waits for the end. */
  kill(): Promise<void>;
}

const standsStillMsMax = 240_000;
const lookEveryMs = 250;

export async function startHubProcess(setting: HubSetting): Promise<HubProcess> {
  const hub = await startHubChild<HubProcess["shops"], HubOrder>("test-killed-hub-process.ts", setting);
  return { ...hub, shops: hub.ready };
}

/**
 * Until so many purchases are paid, and nothing that the hub heard waits for it. A job that a killed process had begun is tried again after two minutes: its
 * time must pass, and then be noticed. What it takes in all is the machine's matter: the wait ends when nothing has moved for four minutes.
 */
export async function untilSettled(hub: HubProcess, payments: number): Promise<void> {
  let seen = "";
  for (let untilMs = performance.now() + standsStillMsMax; ; await pause(lookEveryMs)) {
    // A machine that is too busy may refuse one look.
    const progress = await hub.ask<Progress>({ kind: "progress" }).catch((error: Error) => error);
    const now = progress instanceof Error ? progress.message : JSON.stringify(progress);
    if (!(progress instanceof Error)) {
      const { receipts, paid, waiting, held } = progress;
      if (waiting === 0 && held === 0 && receipts >= payments && paid >= payments) return;
      if (now !== seen) untilMs = performance.now() + standsStillMsMax;
      seen = now;
    }
    if (performance.now() > untilMs) throw new Error(`${payments} moved, and nothing moves here: ${now}`);
  }
}
