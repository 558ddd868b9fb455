/** The API of "I already paid". */
import { z } from "zod";
import { ownRule } from "../../ground/http/own-rules.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { refuseUnknownPayment } from "../matching/assign-routes.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { claimPhone, closeClaim, noteLinked } from "./claim-log.ts";
import { lockClaim, readClaim } from "./claim-review.ts";
import type { Claiming } from "./claiming.ts";

const id = z.string().min(1).max(128);

export function claimRoutes(parts: Pick<PurchaseParts, "world" | "envelope">, claiming: Claiming) {
  return [
    route({
      method: "POST",
      path: "/api/v1/payments/claims",
      summary:
        "I already paid: settle a receipt, or a phone and an amount; what is not in the books is asked of the channel",
      permission: "payments.verify",
      needsKey: true,
      body: z
        .strictObject({
          receipt: z.string().min(6).max(600).optional(),
          phone: z.string().min(7).max(20).optional(),
          amountCents: z.int().min(1).max(1_000_000_000).optional(),
          paymentId: id.optional(),
          /** A customer's claim that this answers: it is settled with it. */
          claimId: id.optional(),
        })
        .refine((body) => body.receipt !== undefined || (body.phone !== undefined && body.amountCents !== undefined), {
          path: ["receipt"],
          message: ownRule("receipt-or-phone", "give a receipt, or a phone and an amountCents"),
        }),
      status: 201,
      response: z.object({
        /** `noted`: no channel can be asked; it is settled when its money is seen. */
        outcome: z.enum(["settled", "known", "asked", "noted"]),
        claimId: z.string(),
        paymentId: z.string().nullable(),
      }),
      handle: async ({ body, providerId, actor, transact, auditTarget }) => {
        const { claimId } = body;
        const result = await transact(async (tx) => {
          if (body.paymentId !== undefined) await refuseUnknownPayment(tx, providerId, body.paymentId);
          // Before the money is locked; and a claim that is not there settles nothing.
          const answered = claimId === undefined ? null : await lockClaim(tx, providerId, claimId, "claimId");
          const taken = await claiming.take(tx, {
            providerId,
            receipt: body.receipt ?? null,
            amountCents: body.amountCents ?? null,
            // What the customer said counts where the person who answers says nothing else.
            phone: body.phone ?? (answered === null ? null : claimPhone(parts.envelope, answered)),
            siteId: answered?.siteId ?? null,
            // Who may not move money claims as the customer does: the payer must fit.
            userId: actor.may("payments.manage") ? actor.userId : null,
            purchaseId: body.paymentId ?? answered?.purchaseId ?? null,
          });
          const isFound = taken.kind === "settled" || taken.kind === "known";
          if (isFound && (answered?.state === "open" || answered?.state === "asked")) {
            await closeClaim(tx, parts.world, answered, "settled", "a person found its money");
            // The page that claims again gets it too.
            const { receipt } = await readClaim(tx, providerId, taken.claimId);
            if (taken.kind === "settled" && receipt !== null) await noteLinked(tx, answered, receipt);
          }
          return taken;
        });
        if (result.kind === "refused")
          throw refusal(result.reason, { field: result.reason === "bad-phone" ? "phone" : "receipt" });
        auditTarget(result.claimId);
        await claiming.followUp(providerId, result);
        const isOnlyNoted = result.kind === "asked" && !(await claiming.canAsk(providerId, result));
        return {
          outcome: isOnlyNoted ? ("noted" as const) : result.kind,
          claimId: result.claimId,
          paymentId: result.kind === "asked" ? null : result.paymentId,
        };
      },
    }),
  ];
}
