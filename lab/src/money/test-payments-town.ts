/** A simulated Daraja and a hub that is paid through it, for a suite or for one test: both end by themselves. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { Database } from "@karibu/cloud/ground/db/database";
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";
import { type TestEngine, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import type { DarajaOptions } from "../daraja/daraja-http.ts";
import {
  openChannel,
  openShop,
  type PaymentsHub,
  type RunningDaraja,
  readBooks,
  startDaraja,
  startHub,
} from "./payments-hub.ts";

export type HubOptions = Partial<Parameters<typeof startHub>[2]>;
type ChannelKeys = Parameters<typeof openChannel>[3];

export const masterKey = new Uint8Array(randomBytes(32));
const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const certificate = publicKey.export({ type: "spki", format: "pem" }) as string;
/** Who asks M-Pesa about transactions. */
export const initiator = { initiatorName: "karibu", initiatorPassword: "lab-initiator-1", certificate };

/** Both for a whole suite: they are there inside tests and hooks. */
export function usePayments(
  engine: TestEngine,
  darajaOptions: DarajaOptions,
  hubOptions: HubOptions | ((database: OpenDatabase) => HubOptions) = {},
) {
  const database = useDatabase(engine);
  let daraja: RunningDaraja;
  let hub: PaymentsHub;
  beforeAll(async () => {
    daraja = await startDaraja(darajaOptions);
    const options = typeof hubOptions === "function" ? hubOptions(database.current()) : hubOptions;
    hub = await startHub(database.current(), daraja, { masterKey, ...options });
  });
  afterAll(async () => {
    await hub?.stop();
    await daraja?.stop();
  });
  return {
    database,
    get daraja() {
      return daraja;
    },
    get hub() {
      return hub;
    },
  };
}

/** Both for the test that asks, with a shop whose channel has no address for confirmations yet. */
export async function startPayments(
  database: Database,
  darajaOptions: DarajaOptions,
  hubOptions: HubOptions = {},
  channelKeys: ChannelKeys = {},
) {
  const daraja = await startDaraja(darajaOptions);
  onTestFinished(() => daraja.stop());
  const hub = await startHub(database, daraja, { masterKey, ...hubOptions });
  onTestFinished(() => hub.stop());
  const shop = await openShop(database);
  const { providerId } = shop;
  const channelId = await openChannel(hub, database, providerId, channelKeys);
  const register = () => hub.register(providerId, channelId);
  return { daraja, hub, shop, providerId, channelId, register, books: () => readBooks(database, providerId) };
}
