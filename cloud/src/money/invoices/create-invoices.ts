/** The room of invoices. */

import type { District } from "../../ground/district.ts";
import type { PromptParts } from "../matching/send-prompt.ts";
import { invoiceListRoutes } from "./invoice-list.ts";
import { promptRoutes } from "./invoice-prompt-routes.ts";
import { type InvoiceParts, invoiceRoutes } from "./invoice-routes.ts";
import { type InvoiceJobParts, registerInvoiceJobs } from "./settle-invoices.ts";

export function createInvoices(parts: InvoiceParts & PromptParts & InvoiceJobParts): District {
  return {
    routes: [...invoiceListRoutes(), ...invoiceRoutes(parts), ...promptRoutes(parts)],
    registerJobs: () => registerInvoiceJobs(parts),
  };
}
