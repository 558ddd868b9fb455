/**
 * Whether this browser shows alarms: what the browser allows, what the hub knows, and the switch. The hub forgets a browser with its log-in;
 * so that a person who logs in again need not switch it on again, this browser remembers for whom it was on.
 */
import { get, post, put, remove } from "../../hub/api.ts";
import type { Body } from "../../hub/hub-path.ts";
import { type Locale, locale } from "../../strings/strings.ts";
import { keepPushOwner } from "./push-owner.ts";

/** `install-first`: an iPhone shows pushes to what stands on its home screen alone. */
export type PushState = "unsupported" | "install-first" | "denied" | "off" | "on";

const statePath = "/api/v1/user/push";
const path = "/api/v1/user/push-subscription";
const ownerKey = "karibu-push-of";
const logOutPatienceMs = 2_000;

interface HubSide {
  readonly publicKey: string;
  readonly isOn: boolean;
  readonly locale: Locale | null;
}

export async function readPushState(): Promise<PushState> {
  const registration = await registrationHere();
  if (registration === null) return isPhoneOfApple() ? "install-first" : "unsupported";
  if (Notification.permission === "denied") return "denied";
  const [subscription, { isOn }] = await Promise.all([registration.pushManager.getSubscription(), get(statePath)]);
  return Notification.permission === "granted" && subscription !== null && isOn ? "on" : "off";
}

/** Asks the person, so only at a press. Resolves to the new state. */
export async function switchPushOn(userId: string): Promise<PushState> {
  const registration = await registrationHere();
  if (registration === null) return "unsupported";
  // First of all: a browser asks only in the moment of the press.
  const permission = await Notification.requestPermission();
  if (permission !== "granted") return permission === "denied" ? "denied" : "off";
  await subscribe(registration, await get(statePath));
  await keepOwner(userId);
  return "on";
}

export async function switchPushOff(): Promise<PushState> {
  await remove(path);
  await goesOut();
  return "off";
}

export const testPush = (): Promise<unknown> =>
  post("/api/v1/user/push-subscription/test", { locale: locale() satisfies Locale });

/** After a log-in, and in another language: on again for whom it was on, in the language that they read; off for anybody else, who must not see another person's alarms. */
export async function cameIn(userId: string): Promise<void> {
  const owner = ownerOf();
  if (owner === null) return;
  if (owner !== userId) return goesOut();
  await keepPushOwner(userId);
  const registration = await registrationHere();
  if (registration === null || Notification.permission !== "granted") return;
  const hub = await get(statePath);
  const known = await registration.pushManager.getSubscription();
  if (!hub.isOn || known === null || hub.locale !== locale()) await subscribe(registration, hub);
}

/** At a log-out: nothing is shown here any more, and what is shown goes. Does not wait for ever. */
export async function goesOut(): Promise<void> {
  if (ownerOf() === null) return;
  const end = async () => {
    await keepOwner(null);
    await nobodyIn();
    await (await (await registrationHere())?.pushManager.getSubscription())?.unsubscribe();
  };
  await Promise.race([end().catch(() => {}), new Promise((resolve) => setTimeout(resolve, logOutPatienceMs))]);
}

/** Nobody is logged in: what is shown goes, and what was on its way is shown without words, until the person logs in again. */
export async function nobodyIn(): Promise<void> {
  await keepPushOwner(null);
  for (const shown of (await (await registrationHere())?.getNotifications()) ?? []) shown.close();
}

async function subscribe(registration: ServiceWorkerRegistration, { publicKey }: HubSide): Promise<void> {
  const options = { userVisibleOnly: true, applicationServerKey: publicKey };
  const subscribed = await registration.pushManager.subscribe(options).catch(async () => {
    // With another key, of a hub that had lost its own.
    await (await registration.pushManager.getSubscription())?.unsubscribe();
    return registration.pushManager.subscribe(options);
  });
  const { endpoint, keys } = subscribed.toJSON() as Body<"PUT", "/api/v1/user/push-subscription">;
  await put(path, { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth }, locale: locale() });
}

/** Null: this browser has no push, or no worker. */
async function registrationHere(): Promise<ServiceWorkerRegistration | null> {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return null;
  return (await navigator.serviceWorker.getRegistration()) ?? null;
}

const isPhoneOfApple = (): boolean =>
  "standalone" in navigator && navigator.standalone === false && /iPhone|iPad/.test(navigator.userAgent);

function ownerOf(): string | null {
  try {
    return localStorage.getItem(ownerKey);
  } catch {
    return null;
  }
}

function keepOwner(userId: string | null): Promise<void> {
  try {
    if (userId === null) localStorage.removeItem(ownerKey);
    else localStorage.setItem(ownerKey, userId);
  } catch {
    // Without storage it is switched on again after each log-in.
  }
  return keepPushOwner(userId);
}
