/**
 * Gets a device online that has a grant: over the router's API where there is one, else by the page's own form post. Both end
 * in a RADIUS request that the site's rules answer; nothing is decided here.
 */
import type { LogIn } from "@karibu/protocol/portal-api";
import type { World } from "@karibu/protocol/world";
import type { Device } from "../../access/portal-access.ts";
import type { RouterControl } from "../../ground/router-control.ts";
import { problem } from "../http/problems.ts";
import type { PortalParts } from "../portal-parts.ts";

export interface LogInWay {
  /** Already checked (login-url-policy.ts); null: not known. */
  readonly loginUrl: string | null;
  /** False: the router's API was tried already and the phone is still not online. */
  readonly byRouter: boolean;
}

export async function logInDevice(
  world: World,
  parts: Pick<PortalParts, "desk" | "router">,
  grantId: string,
  device: Device,
  way: LogInWay,
): Promise<LogIn> {
  if (parts.desk.view(device).online !== null && (await routerKnows(world, parts.router, device, way))) {
    return { kind: "done" };
  }
  const { username, password } = parts.desk.issueLogIn(grantId, device);
  if (way.byRouter && parts.router !== null && device.address !== null) {
    try {
      await parts.router.logIn({ user: username, password, address: device.address, mac: device.mac });
      return { kind: "done" };
    } catch (error) {
      world.log.warn("router-log-in-failed", { error: String(error) });
    }
  }
  if (way.loginUrl !== null) return { kind: "post", url: way.loginUrl, username, password };
  return { kind: "refused", reason: "no-log-in-page", message: problem("no-log-in-page").title };
}

/**
 * We believe that this device is online; does its router? After a router's restart, or a Stop that got lost, it does not,
 * and sends the phone here. Its own list has the last word. Where that can't be read, a phone that was sent here (the
 * redirect named the log-in URL) is believed: a log-in too many harms nobody, and one too few leaves a customer outside.
 */
async function routerKnows(
  world: World,
  router: RouterControl | null,
  device: Device,
  way: LogInWay,
): Promise<boolean> {
  if (router !== null && device.address !== null) {
    try {
      return (await router.activeSessions()).some(({ address }) => address === device.address);
    } catch (error) {
      world.log.warn("router-list-unread", { error: String(error) });
    }
  }
  return way.loginUrl === null;
}

/** Ends what the router's own list shows for this host, and forgets its MAC cookie: it must not be silently back. */
export async function logOutDevice(router: RouterControl, device: Device): Promise<boolean> {
  const sessions = (await router.activeSessions()).filter((session) =>
    device.address !== null ? session.address === device.address : device.mac !== null && session.mac === device.mac,
  );
  for (const session of sessions) {
    await router.removeCookies({ mac: session.mac, user: session.user });
    await router.removeSession(session.id);
  }
  return sessions.length > 0;
}
