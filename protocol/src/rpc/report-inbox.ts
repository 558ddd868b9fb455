/**
 * Agent -> hub: what the SIM of the site's router has received from the sender that the provider named, and whether it can be read at all. The
 * messages stay on the SIM, which is their copy until the hub has them; what was taken once is known again by its receipt.
 */
import * as z from "zod/mini";
import { keySchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

/** Most in one report, oldest first. */
export const inboxMessagesMax = 20;
/** Four parts of a long message. */
export const inboxTextMax = 640;

/**
 * Why there are messages, or none. `reading`; `no-menu`: this RouterOS, or the rights of the agent's user, know no `/tool/sms`; `no-modem`: no
 * modem is chosen there; `not-receiving`: receiving is switched off there; `away`: the router does not answer.
 */
export const inboxStates = ["reading", "no-menu", "no-modem", "not-receiving", "away"] as const;
export type InboxState = (typeof inboxStates)[number];

export const reportInbox = rpc("report-inbox", {
  params: z.object({
    /** One of `inboxStates`; a newer agent may know more. */
    state: keySchema,
    messages: z
      .array(z.object({ sender: z.string().check(z.maxLength(40)), text: z.string().check(z.maxLength(inboxTextMax)) }))
      .check(z.maxLength(inboxMessagesMax)),
  }),
  /** How many of the messages, from the first one on, need not be sent again. Fewer: too many came in an hour. */
  result: z.object({ taken: z.int().check(z.gte(0)) }),
});
