/** `POST /api/v1/customers/{customerId}/disconnect`: everything that a customer has online, at all sites, is ended. */
import { z } from "zod";
import { readCustomer } from "../../catalogue/customers/customers.ts";
import { endSession } from "../../catalogue/sessions/end-session.ts";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { route } from "../../ground/http/route.ts";
import { readOpenSessions } from "./open-sessions.ts";

export const disconnectedView = z.object({
  /** Each session that was open; none: nobody was online. */
  sessions: z.array(
    z.object({
      siteId: z.string(),
      siteName: z.string(),
      sessionKey: z.string(),
      mac: z.string().nullable(),
      /** `ending`: the site is at it. `not-open`: it had ended already. `away`: the site did not answer. `refused`: it would not. */
      result: z.enum(["ending", "not-open", "away", "refused"]),
    }),
  ),
});

/** Who is disconnected may log in again: who must not is suspended. */
export function disconnectRoutes({ callSite, emit }: { readonly callSite: CallSite; readonly emit: Emit }) {
  return [
    route({
      method: "POST",
      path: "/api/v1/customers/{customerId}/disconnect",
      summary: "End all sessions of a customer now, of all their devices at all sites; they may log in again",
      permission: "sessions.manage",
      params: z.object({ customerId: z.string().min(1).max(64) }),
      body: null,
      response: disconnectedView,
      handle: async ({ params: { customerId }, providerId, transact }) => {
        const open = await transact(async (tx) => {
          const { phoneHash: party } = await readCustomer(tx, customerId);
          await emit(tx, providerId, { topic: "customer", id: customerId, action: "disconnected" });
          return readOpenSessions(tx, { providerId, customerId, party });
        });
        const sessions = await Promise.all(
          open.map(async ({ siteId, siteName, sessionKey, mac }) => {
            const { kind: result } = await endSession(callSite, siteId, sessionKey);
            return { siteId, siteName, sessionKey, mac, result };
          }),
        );
        return { sessions };
      },
    }),
  ];
}
