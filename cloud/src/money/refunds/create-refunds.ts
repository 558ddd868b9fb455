/** The room of refunds: asked for, approved, sent, and settled by the channel's word. */
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { District } from "../../ground/district.ts";
import { ownRefundRoutes } from "./own-refund-routes.ts";
import { refundRoutes } from "./refund-routes.ts";
import type { RefundParts, RefundRow } from "./refund-rows.ts";
import { askRefund } from "./refunds.ts";
import { refundJob, sendRefund } from "./send-refund.ts";

export interface RefundsRoom extends District {
  /** In the caller's transaction; see `refunds.ts`. */
  askRefund(tx: Tx, order: Parameters<typeof askRefund>[2]): Promise<RefundRow>;
}

const jobSchema = z.object({ providerId: z.string(), refundId: z.string() });

export function createRefunds(parts: RefundParts): RefundsRoom {
  return {
    routes: [...refundRoutes(parts), ...ownRefundRoutes(parts)],
    askRefund: (tx, order) => askRefund(parts, tx, order),
    registerJobs: () =>
      parts.jobs.work(refundJob, async (data) => {
        const { providerId, refundId } = jobSchema.parse(data);
        await sendRefund(parts, providerId, refundId);
      }),
  };
}
