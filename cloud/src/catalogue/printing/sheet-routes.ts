/**
 * `/api/v1/vouchers/batches/{batchId}/sheet`: vouchers for the printer, as a PDF. Each is cash until it is used: only who may see unused codes gets
 * one, and each reading stands in the audit log.
 */
import { z } from "zod";
import { refusal } from "../../ground/http/problem.ts";
import { rawRoute } from "../../ground/http/route.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import { madeInTurn } from "../../ground/lists/made-in-turn.ts";
import { readBatch, type VoucherShop } from "../vouchers/batches.ts";
import { goneOf } from "../vouchers/voucher-owners.ts";
import { readVouchers, serialsAfter, type Voucher } from "../vouchers/vouchers.ts";
import { drawSheet, newDocument, type PrintedVoucher } from "./draw-sheet.ts";
import { codeAddress, type PortalAddressOf, readPortalAddress } from "./portal-addresses.ts";
import { sheetLayoutNames, sheetLayouts } from "./sheet-layout.ts";
import { readLook, withoutPicture } from "./voucher-design.ts";

/** Codes of one file: a batch may have 100,000. */
const codesPerFile = 500;
const partsMax = 100_000 / codesPerFile;

export function sheetRoutes(shop: VoucherShop, ofSetUp: PortalAddressOf) {
  return [
    rawRoute({
      method: "GET",
      path: "/api/v1/vouchers/batches/{batchId}/sheet",
      summary: "Vouchers of a batch that can still be sold, for A4 or thermal paper, as a PDF; 500 codes a part",
      permission: revealsCodes,
      reveals: revealsCodes,
      params: z.object({ batchId: z.string().min(1).max(128) }),
      query: z.object({
        layout: z.enum(sheetLayoutNames).default("a4-21"),
        /** The first part is 1. */
        part: z.coerce.number().int().min(1).max(partsMax).default(1),
      }),
      produces: "application/pdf",
      respond: (call, _request, response) =>
        madeInTurn(call.providerId, async () => {
          const { batchId } = call.params;
          const { layout: name, part } = call.query;
          if (!(await call.isStillLet())) return void response.destroy();
          const sheet = await call.transact(
            async (tx) => {
              const batch = await readBatch(tx, batchId);
              if (batch.state !== "ready") throw refusal("batch-not-ready");
              const serials = serialsAfter(batch, -1, part * codesPerFile).slice((part - 1) * codesPerFile);
              const gone = await goneOf(tx, batchId, serials);
              const vouchers = await readVouchers(
                shop,
                tx,
                batch,
                serials.filter((serial) => !gone.has(serial)),
              );
              const look = await readLook(tx, call.providerId);
              const isScanned = look.showsQr && batch.homeSiteId !== null;
              const portal = isScanned ? await readPortalAddress(tx, batch.homeSiteId as string, ofSetUp) : null;
              return {
                look: portal === null ? withoutPicture(look) : look,
                vouchers: vouchers.filter(({ state }) => state === "active").map(printedOf(portal)),
              };
            },
            { holdsOthersUp: true },
          );
          if (sheet.vouchers.length === 0) throw refusal("nothing-to-print");
          const layout = sheetLayouts[name];
          const document = newDocument(layout, sheet.look.title);
          response.setHeader("Cache-Control", "no-store");
          response.setHeader("Content-Disposition", `attachment; filename="vouchers-${batchId}-${name}-${part}.pdf"`);
          response.type("application/pdf");
          document.pipe(response);
          await drawSheet(shop.world.clock, document, { layout, ...sheet });
        }),
    }),
  ];
}

const printedOf =
  (portal: string | null) =>
  ({ code, pin, planName, priceCents, currency }: Voucher): PrintedVoucher => ({
    code,
    pin,
    planName,
    priceCents,
    currency,
    address: portal === null ? null : codeAddress(portal, code, pin),
  });
