/** What a customer has said about messages, and what staff enter for them. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Parties, Party } from "../ground/amounts/parties.ts";
import type { Tx } from "../ground/db/database.ts";
import { notFound, refusal } from "../ground/http/problem.ts";
import { route } from "../ground/http/route.ts";
import { type ConsentRow, readAllowed, writeConsent } from "./consents.ts";
import { messageChannels } from "./message-states.ts";
import { maskEmail, partyOfAddress } from "./messages.ts";

const params = z.object({ customerId: z.string().min(1).max(128) });
const askedClass = z.enum(["service", "marketing"]);

const consentView = z.object({
  channel: z.enum(messageChannels),
  class: askedClass,
  allowed: z.boolean(),
  how: z.enum(["reply", "link", "staff", "customer"]),
  who: z.string(),
  said: z.string().nullable(),
  atMs: z.int(),
});
export const consentsView = z.object({
  /** What holds now, of each way on which they can be reached. `allowed` null: they said nothing, which is a yes to service by SMS and e-mail alone. */
  now: z.array(
    z.object({ channel: z.enum(messageChannels), class: askedClass, allowed: z.boolean().nullable(), to: z.string() }),
  ),
  /** Each change, newest first, at most 50. */
  log: z.array(consentView),
});

interface Reachable {
  readonly channel: ConsentRow["channel"];
  readonly party: Party;
  readonly masked: string;
}

export function consentRoutes(parts: { readonly world: World; readonly parties: Parties }) {
  const view = async (tx: Tx, providerId: string, customerId: string): Promise<z.input<typeof consentsView>> => {
    const now = [];
    for (const { channel, party, masked } of await waysTo(parts, tx, providerId, customerId))
      for (const kind of askedClass.options) {
        if (channel === "whatsapp" && kind === "marketing") continue;
        const allowed = await readAllowed(tx, { providerId, to: party, channel, class: kind });
        now.push({ channel, class: kind, allowed, to: masked });
      }
    const log = await tx
      .selectFrom("message_consents")
      .selectAll()
      .where("providerId", "=", providerId)
      .where("customerId", "=", customerId)
      .orderBy("consentId", "desc")
      .limit(50)
      .execute();
    return { now, log };
  };
  return [
    route({
      method: "GET",
      path: "/api/v1/customers/{customerId}/consents",
      summary: "Which messages a customer wants, and how they said so",
      permission: "customers.read",
      params,
      response: consentsView,
      handle: ({ params: { customerId }, providerId, transact }) => transact((tx) => view(tx, providerId, customerId)),
    }),
    route({
      method: "POST",
      path: "/api/v1/customers/{customerId}/consents",
      summary: "Enter what a customer said: agreed to marketing, or wants no more messages of a kind",
      permission: "messages.manage",
      params,
      body: z.strictObject({
        channel: z.enum(messageChannels),
        class: askedClass,
        allowed: z.boolean(),
        /** How they said it: at the counter, by phone, on a form. */
        said: z.string().trim().min(1).max(200),
      }),
      response: consentsView,
      handle: ({ params: { customerId }, body, providerId, actor, transact }) =>
        transact(async (tx) => {
          const way = (await waysTo(parts, tx, providerId, customerId)).find(({ channel }) => channel === body.channel);
          if (way === undefined) throw refusal("not-reachable", { field: "channel" });
          await writeConsent(parts.world, tx, {
            providerId,
            toHash: way.party,
            toMasked: way.masked,
            customerId,
            channel: body.channel,
            class: body.class,
            allowed: body.allowed,
            how: "staff",
            who: actor.name,
            said: body.said,
          });
          return view(tx, providerId, customerId);
        }),
    }),
  ];
}

/** Throws a Problem 404. */
async function waysTo(
  parts: { readonly parties: Parties },
  tx: Tx,
  providerId: string,
  customerId: string,
): Promise<Reachable[]> {
  const row = await tx
    .selectFrom("customers")
    .select(["phoneHash", "phoneMasked", "email"])
    .where("customerId", "=", customerId)
    .where("deletedAtMs", "is", null)
    .executeTakeFirst();
  if (row === undefined) throw notFound("customer");
  const ways: Reachable[] = [];
  if (row.phoneHash !== null)
    for (const channel of ["sms", "whatsapp"] as const)
      ways.push({ channel, party: row.phoneHash, masked: row.phoneMasked ?? "" });
  if (row.email !== null)
    ways.push({ channel: "email", party: partyOfAddress(parts, providerId, row.email), masked: maskEmail(row.email) });
  return ways;
}
