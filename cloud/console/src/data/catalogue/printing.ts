/** Vouchers on paper: how they look, and where a scanned one leads. */
import type { designView, portalAddressView } from "@karibu/cloud/catalogue/printing/design-routes";
import type { SheetLayoutName } from "@karibu/cloud/catalogue/printing/sheet-layout";
import type { z } from "zod";
import { get, put } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { withQuery } from "../../hub/list.ts";

export type VoucherDesign = z.output<typeof designView>;
export type PortalAddress = z.output<typeof portalAddressView>;
export type PaperName = SheetLayoutName;

/** A test of the hub's layouts compares them. */
export const papers = ["a4-10", "a4-21", "a4-40", "thermal-58", "thermal-80"] as const satisfies PaperName[];
/** Codes of one file. */
export const codesPerFile = 500;

export const designPath = "/api/v1/voucher-design";
export const readDesign = (): Promise<VoucherDesign> => get(designPath);
export const saveDesign = (design: VoucherDesign, etag: string | null): Promise<VoucherDesign> =>
  put(designPath, design, { etag });

const portalPath = (siteId: string) => hubPath("/api/v1/sites/{siteId}/portal-address", { siteId });
export const readPortalAddress = (siteId: string): Promise<PortalAddress> => get(portalPath(siteId));
export const savePortalAddress = (siteId: string, portalAddress: string | null): Promise<PortalAddress> =>
  put(portalPath(siteId), { portalAddress });

/** A PDF. The first part is 1. */
export const sheetPath = (batchId: string, layout: PaperName, part: number) =>
  withQuery(hubPath("/api/v1/vouchers/batches/{batchId}/sheet", { batchId }), { layout, part });
