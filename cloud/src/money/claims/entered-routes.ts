/** The API of payments that a person enters. */
import { z } from "zod";
import { instantMs } from "../../ground/amounts/instants.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { ownRule } from "../../ground/http/own-rules.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { readChannel } from "../channels/channel-rows.ts";
import { stateOfEvidence } from "../evidence/evidence-rows.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { provenanceOf, receiptView } from "../receipts/receipt-routes.ts";
import { type ReceiptRow, readReceipt, tooMuchUnverified, waitsForPrompt } from "../receipts/receipt-rows.ts";
import { spellings } from "../receipts/spellings.ts";
import { readClaim } from "./claim-review.ts";
import type { AskChannels } from "./claiming.ts";
import { type Entering, entryChannels, storeEntered } from "./enter-payment.ts";
import { readMessage } from "./pasted-message.ts";
import { takeInflow } from "./take-inflow.ts";

const id = z.string().min(1).max(128);

export const entryChannel = z.object({
  id: z.string(),
  name: z.string(),
  /** The hub can ask it about a receipt, or reads its list: what is entered is proved soon. */
  canBeAsked: z.boolean(),
});

export const enteredView = z.object({
  /**
   * `paid`: it opened a payment. `credit`: it is a customer's credit. `suspense`: it waits for an owner. `waits`: its owner gets it
   * once it is proved, for too much is unverified, or the channel said that it is not there. `known`: it was in the books before; nothing changed. `kept`: it could not be
   * booked now, and is tried again.
   */
  outcome: z.enum(["paid", "credit", "suspense", "waits", "known", "kept"]),
  receipt: z.string(),
  state: receiptView.shape.state.nullable(),
  amountCents: z.int(),
  paymentId: z.string().nullable(),
  provenance: receiptView.shape.provenance,
});

const enteredBody = z
  .strictObject({
    channelId: id,
    receipt: z.string().min(1).max(40).optional(),
    amountCents: z.int().min(1).max(1_000_000_000).optional(),
    /** M-Pesa's own message, whole: what its known forms say need not be typed. */
    message: z.string().trim().min(10).max(600).optional(),
    /** The payer's. */
    phone: phoneField.optional(),
    /** What the payer typed as the account. */
    accountNumber: id.optional(),
    paidAtMs: instantMs.optional(),
    /** The claim that it settles. */
    claimId: id.optional(),
    /** Why, for who looks at the payment later. */
    note: z.string().trim().min(1).max(300).optional(),
  })
  .refine((body) => body.receipt !== undefined || body.message !== undefined, {
    path: ["receipt"],
    message: ownRule("receipt-or-message", "give the receipt, or the whole message"),
  });

export function enteredRoutes(
  parts: PurchaseParts & { readonly database: Database },
  ask: Pick<AskChannels, "askStatus">,
) {
  return [
    route({
      method: "GET",
      path: "/api/v1/entry-channels",
      summary: "Channels where money can be entered that a person saw",
      permission: "payments.manage",
      response: z.object({ channels: z.array(entryChannel) }),
      handle: ({ providerId, transact }) =>
        transact(async (tx) => ({ channels: await entryChannels(parts, tx, providerId) })),
    }),
    route({
      method: "POST",
      path: "/api/v1/payments/entered",
      summary:
        "Enter money that a person saw at a channel like M-Pesa; it counts as entered until the channel proves it",
      permission: "payments.manage",
      notForSupport: "way-of-money",
      needsKey: true,
      body: enteredBody,
      status: 201,
      response: enteredView,
      handle: async ({ body, providerId, actor, transact, auditTarget }) => {
        const { claimId = null } = body;
        const typed = readTyped(body);
        const entering = await transact(async (tx) => {
          const country = await countryOfProvider(tx, providerId);
          const stored = await storeEntered(parts, tx, {
            providerId,
            userId: actor.userId,
            channelId: body.channelId,
            claimId,
            ...typed,
            phone: body.phone === undefined ? null : readPhone(body.phone, country),
            paidAtMs: body.paidAtMs ?? null,
            note: body.note ?? null,
          });
          auditTarget(stored.kind === "known" ? stored.row.receipt : stored.receipt);
          return stored;
        });
        if (entering.kind === "stored")
          await takeInflow(parts, providerId, (tx) => waitsToBeTaken(tx, providerId, entering.evidenceId));
        const answer = await transact((tx) => answerTo(tx, providerId, entering, { ...typed, claimId }));
        if (answer.outcome !== "known" && answer.provenance !== "proved") {
          const channel = await transact((tx) => readChannel(tx, providerId, body.channelId));
          await ask.askStatus(channel, answer.receipt);
        }
        return answer;
      },
    }),
  ];
}

/** What was typed, and what the message says besides. Throws Problems that name the field. */
function readTyped(body: z.output<typeof enteredBody>) {
  const { message = null } = body;
  const said = message === null ? null : readMessage(message);
  const receipt = body.receipt ?? said?.receipt ?? null;
  if (receipt === null) throw refusal("no-receipt-in-it", { field: "message" });
  const isOther = said?.receipt != null && !spellings(said.receipt).includes(receipt.toUpperCase().trim());
  if (isOther) throw refusal("message-differs", { field: "receipt" });
  const amountCents = body.amountCents ?? said?.amountCents ?? null;
  if (amountCents === null) throw refusal("amount-needed", { field: "amountCents" });
  if (said?.amountCents != null && said.amountCents !== amountCents)
    throw refusal("message-differs", { field: "amountCents" });
  return { receipt, amountCents, accountText: body.accountNumber ?? said?.accountText ?? null, message };
}

/** Judged once, by us or by who found it left over. */
async function waitsToBeTaken(tx: Tx, providerId: string, evidenceId: string): Promise<string | null> {
  return (await stateOfEvidence(tx, providerId, evidenceId)) === "new" ? evidenceId : null;
}

async function answerTo(
  tx: Tx,
  providerId: string,
  entering: Entering,
  said: { readonly amountCents: number; readonly claimId: string | null },
): Promise<z.input<typeof enteredView>> {
  const receipt = entering.kind === "known" ? entering.row.receipt : entering.receipt;
  const row = await readReceipt(tx, providerId, receipt);
  if (row === null) {
    const { amountCents } = said;
    return { outcome: "kept", receipt, state: null, amountCents, paymentId: null, provenance: "entered" };
  }
  const claim = said.claimId === null ? null : await readClaim(tx, providerId, said.claimId);
  const isSettled = claim?.state === "settled" && claim.linkedReceipt === receipt;
  const isKnown = entering.kind === "known" && !isSettled && row.state !== "disproved";
  const outcome = isKnown ? "known" : outcomeOf(row, claim?.state === "asked");
  return {
    outcome,
    receipt,
    state: row.state,
    amountCents: row.amountCents,
    paymentId: row.purchaseId,
    provenance: provenanceOf({ verified: row.corroborated, source: row.source }),
  };
}

function outcomeOf({ state, note }: ReceiptRow, isAsked: boolean): "paid" | "credit" | "suspense" | "waits" {
  if (state === "credit") return "credit";
  // It is not there, as far as the channel has said: it is asked again.
  if (state === "disproved") return "waits";
  if (state !== "suspense") return "paid";
  return isAsked || note === tooMuchUnverified || note === waitsForPrompt ? "waits" : "suspense";
}
