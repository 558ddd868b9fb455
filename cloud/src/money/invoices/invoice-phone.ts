/** The phone that was entered with an invoice: sealed, and half hidden for lists. */
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";

interface InvoiceId {
  readonly providerId: string;
  readonly invoiceId: string;
}

const phoneContext = ({ providerId, invoiceId }: InvoiceId): string => `invoice/${providerId}/${invoiceId}`;

/** @param phone an MSISDN */
export function sealInvoicePhone(envelope: Envelope, id: InvoiceId, phone: string) {
  return { phone_sealed: envelope.seal(Buffer.from(phone), phoneContext(id)), phone_masked: maskPhone(phone) };
}

/** The MSISDN; null: none were entered. */
export function openInvoicePhone(
  envelope: Envelope,
  row: { readonly provider_id: string; readonly invoice_id: string; readonly phone_sealed: Buffer | null },
): string | null {
  const id = { providerId: row.provider_id, invoiceId: row.invoice_id };
  return row.phone_sealed === null ? null : envelope.open(row.phone_sealed, phoneContext(id)).toString("utf8");
}
