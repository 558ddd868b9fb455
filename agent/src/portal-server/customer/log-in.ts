/**
 * Brings a device with a grant online: by the router's API where there is one, else by the page's form post. Both end in a RADIUS
 * request that the site decides; nothing is decided here.
 */
import type { DeviceHint, LogIn } from "@karibu/protocol/portal-api";
import type { World } from "@karibu/protocol/world";
import type { Device, PortalAccess } from "../../access/portal-access.ts";
import type { ActiveSession, RouterControl } from "../../ground/router-control.ts";
import { problem } from "../http/problems.ts";
import { formPassword } from "./chap-answer.ts";
import type { CustomerParts } from "./customer-parts.ts";

export interface LogInWay {
  /** Checked by `login-url-policy.ts`; null: not known. */
  readonly loginUrl: string | null;
  /** What the hotspot's redirect said: see `chap-answer.ts`. */
  readonly hint: DeviceHint;
  /** False: the router's API was tried, and the phone is still not online. */
  readonly byRouter: boolean;
}

export async function logInDevice(
  world: World,
  parts: Pick<CustomerParts, "access" | "router" | "free">,
  grantId: string,
  device: Device,
  way: LogInWay,
): Promise<LogIn> {
  // The router takes no second log-in of a host that it has online.
  await parts.free?.endWindow(device, grantId);
  const isOnline = parts.access.view(device).online !== null;
  if (isOnline && (await isOnlineAtRouter(world, parts.router, device, way))) return { kind: "done" };
  const { username, password } = parts.access.issueLogIn(grantId, device);
  if (way.byRouter && parts.router !== null && device.address !== null && device.isElsewhere !== true) {
    try {
      await parts.router.logIn({ user: username, password, address: device.address, mac: device.mac });
      return { kind: "done" };
    } catch (error) {
      world.log.warn("router-log-in-failed", { error: String(error) });
    }
  }
  if (way.loginUrl !== null)
    return { kind: "post", url: way.loginUrl, username, password: formPassword(password, way.hint) };
  return { kind: "refused", reason: "no-log-in-page", message: problem("no-log-in-page").title };
}

/**
 * The agent counts this device as online; does the router? After the router's restart, or a lost Stop, it does not and sends the
 * phone to the portal. The router's list decides. When the list can't be read, a phone that the hotspot redirected here (with its
 * log-in URL) counts as offline: one log-in too many does no harm, one too few leaves a customer offline.
 */
async function isOnlineAtRouter(
  world: World,
  router: RouterControl | null,
  device: Device,
  way: LogInWay,
): Promise<boolean> {
  if (router !== null && device.address !== null && device.isElsewhere !== true) {
    try {
      return (await router.activeSessions()).some(({ address }) => address === device.address);
    } catch (error) {
      world.log.warn("router-list-unread", { error: String(error) });
    }
  }
  return way.loginUrl === null;
}

/**
 * Ends this host's sessions at the router whose API the agent has, and removes its MAC cookie, so that the router does not log it in again. Who
 * merely names an address, or a MAC without one, ends what its own token has there, and nobody else's: for the rest the hotspot itself knows who asks.
 */
export async function logOutDevice(
  router: RouterControl,
  device: Device,
  access: Pick<PortalAccess, "ownsSession">,
): Promise<boolean> {
  const isNamed = device.claims === "address" || device.claims === "mac-and-address";
  const isAsked = ({ address, mac }: ActiveSession): boolean =>
    (device.address !== null ? address === device.address : device.mac !== null && mac === device.mac) &&
    (!isNamed || (mac !== null && access.ownsSession?.(device, mac) === true));
  const listed = async () => (await router.activeSessions()).filter(isAsked);
  const sessions = await listed();
  if (sessions.length === 0) return false;
  for (const session of sessions) await router.removeCookies(session);
  // Cookies take their time, and a router that was restarted meanwhile has given the rows' ids to others.
  for (const session of await listed()) await router.removeSession(session);
  return true;
}
