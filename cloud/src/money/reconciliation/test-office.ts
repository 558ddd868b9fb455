/** The office of a provider with a paybill, whose statements tests write. */
import { askerOf } from "../../test-asking.ts";
import type { TestHub } from "../../test-hub.ts";

const dayMs = 86_400_000;
const eastAfricaMs = 3 * 3_600_000;

/** In East Africa, as statements have it. */
export const stamp = (atMs: number) => new Date(atMs + eastAfricaMs).toISOString().slice(0, 19).replace("T", " ");

const secrets = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };

export async function openPaybillOffice(hub: TestHub, name: string) {
  const { token, providerId } = await hub.makeProvider(name);
  const call = askerOf(hub, () => token);
  const channel = { kind: "mpesa-paybill", shortcode: "600100", environment: "sandbox", ...secrets };
  const channelId = (await call("POST", "/channels", channel)).body.id as string;
  const nowMs = hub.world.clock.wall().atMs;
  const todayMs = Math.floor((nowMs + eastAfricaMs) / dayMs) * dayMs - eastAfricaMs;
  return { token, providerId, call, channelId, secrets, nowMs, todayMs };
}
