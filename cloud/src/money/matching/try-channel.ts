/**
 * A person asks their own phone for the smallest sum that the channel takes: only that shows that all its keys fit. What is paid is the credit of
 * that phone's customer, so no shilling leaves the books. Who attacks: somebody of the provider who lets a stranger's phone ring. Five tries a day
 * of a channel, never two prompts at once on one phone, and the audit log says who asked.
 */
import { z } from "zod";
import { customersOf, insertCustomer } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { countryOfProvider, currencyOfProvider } from "../../tenancy/providers/provider-country.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { lockChannel, readChannel } from "../channels/channel-rows.ts";
import { sellsNow } from "../channels/selling-channel.ts";
import { openCustomerNumber } from "./customer-numbers.ts";
import type { InvoicePromptRow } from "./invoice-prompts.ts";
import { promptView, viewOfPrompt } from "./prompt-view.ts";
import { insertPromptOf, type PromptParts, phoneIsAsked, sendPrompt, type WrittenPrompt } from "./send-prompt.ts";

const triesMax = 5;
const dayMs = 86_400_000;
/** On the phone's screen: at most 13 signs at M-Pesa. */
const description = "Test";

const idParams = z.object({ id: z.string().min(1).max(128) });
const purposeOf = (channelId: string) => `try/${channelId}`;

interface Try {
  readonly phone: string;
  readonly key: string;
  /** Of who asks: the customer's name, where the phone is nobody's yet. */
  readonly name: string;
}

export function tryRoutes(parts: PromptParts) {
  return [
    route({
      method: "POST",
      path: "/api/v1/channels/{id}/try",
      summary: "Ask a phone for the smallest sum, to see that all keys fit; what is paid is that phone's credit",
      permission: "channels.manage",
      needsKey: true,
      params: idParams,
      body: z.strictObject({ phone: phoneField }),
      status: 201,
      response: promptView,
      handle: async ({ params, body, providerId, actor, key, transact }) => {
        const { written, phone } = await transact(async (tx) => {
          const channel = await readChannel(tx, providerId, params.id);
          const phone = readPhone(body.phone, await countryOfProvider(tx, providerId));
          return { written: await writeTry(parts, tx, channel, { phone, key, name: actor.name }), phone };
        });
        return viewOfPrompt(await sendPrompt(parts, written, { phone, description }));
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/channels/{id}/try/{promptId}",
      summary: "What became of such a prompt",
      permission: "channels.read",
      params: idParams.extend({ promptId: z.string().min(1).max(64) }),
      response: promptView,
      handle: ({ params, providerId, transact }) =>
        transact(async (tx) => {
          const row = await triesOf(tx, providerId, params.id)
            .selectAll()
            .where("promptId", "=", params.promptId)
            .executeTakeFirst();
          if (row === undefined) throw notFound("prompt");
          return viewOfPrompt(row);
        }),
    }),
  ];
}

const triesOf = (tx: Tx, providerId: string, channelId: string) =>
  tx
    .selectFrom("invoice_prompts")
    .where("providerId", "=", providerId)
    .where("askedBy", "=", purposeOf(channelId))
    .where("channelId", "=", channelId);

async function writeTry(parts: PromptParts, tx: Tx, channel: ChannelRow, asked: Try): Promise<WrittenPrompt> {
  const { world, kinds, parties } = parts;
  const { providerId, channelId } = channel;
  const idempotencyKey = `${purposeOf(channelId)}/${asked.key}`;
  const party = parties.ofPhone(providerId, asked.phone);
  // In turns: how many there were, and whether one is open, are as they are when this one is written.
  await lockChannel(tx, providerId, channelId);
  const same: InvoicePromptRow | undefined = await triesOf(tx, providerId, channelId)
    .selectAll()
    .where("idempotencyKey", "=", idempotencyKey)
    .executeTakeFirst();
  if (same !== undefined) {
    if (same.phoneHash === party) return { row: same, send: null };
    throw refusal("key-reused", { field: "Idempotency-Key" });
  }
  const currency = kinds.currencyOf(channel) ?? (await currencyOfProvider(tx, providerId));
  const amountCents = kinds.smallestCents(channel, currency);
  if (kinds.asksBy(channel.kind, { amountCents, currency }) !== "phone")
    throw refusal("no-channel", { status: 409, rule: "asks-no-phone" });
  if (!sellsNow(kinds, channel)) throw refusal("channel-off", { status: 409 });
  if (await phoneIsAsked(world, tx, providerId, party)) throw refusal("prompt-already-open", { field: "phone" });
  const { count } = await triesOf(tx, providerId, channelId)
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("createdAtMs", ">", world.clock.wall().atMs - dayMs)
    .executeTakeFirstOrThrow();
  if (Number(count) >= triesMax) throw refusal("asked-too-often");
  const customer =
    (await customersOf(tx, providerId, [party]))[0] ??
    (await insertCustomer(parts, tx, providerId, {
      name: asked.name,
      phone: asked.phone,
      email: null,
      siteId: null,
      note: null,
      active: true,
    }));
  const account = await openCustomerNumber(world, tx, { providerId, customerId: customer.customerId });
  return insertPromptOf(parts, tx, channel, {
    providerId,
    of: "credit",
    account,
    amountCents,
    currency,
    phone: asked.phone,
    askedBy: purposeOf(channelId),
    idempotencyKey,
  });
}
