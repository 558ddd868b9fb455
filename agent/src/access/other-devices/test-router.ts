/** A router in memory, for devices that somebody else puts online: it asks the site as RADIUS does, and reports what it let in. */
import type { RouterControl } from "../../ground/router-control.ts";
import { type createTestSite, logInRequest, reportOf } from "../test-site.ts";

/** @param site when the router is asked; it is made after it */
export function createTestRouter(
  site: () => ReturnType<typeof createTestSite>,
  hosts: NonNullable<RouterControl["hosts"]>,
) {
  const [loggedIn, disconnected, logInAddresses]: [string[], string[], string[]] = [[], [], []];
  const router: RouterControl = {
    activeSessions: async () => [],
    removeSession: async () => {},
    removeCookies: async () => {},
    hosts,
    logIn: async ({ user, password, address, mac }) => {
      const decision = site().access.logIn(logInRequest(user, password, { address, mac }));
      if (decision.kind === "reject") throw new Error(decision.message);
      loggedIn.push(mac ?? "");
      logInAddresses.push(address);
      const sessionId = `9000000${loggedIn.length}`;
      await site().access.account(reportOf("start", { sessionId, user, grantId: decision.grantId, address, mac }));
    },
  };
  const coa = {
    disconnect: async ({ mac }: { readonly mac: string | null }) => {
      disconnected.push(mac ?? "");
      return "ack" as const;
    },
  };
  return { router, coa, loggedIn, disconnected, logInAddresses };
}
