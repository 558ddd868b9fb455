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
  return { phoneSealed: envelope.seal(Buffer.from(phone), phoneContext(id)), phoneMasked: maskPhone(phone) };
}

/** The MSISDN; null: none were entered. */
export function openInvoicePhone(
  envelope: Envelope,
  row: { readonly providerId: string; readonly invoiceId: string; readonly phoneSealed: Buffer | null },
): string | null {
  const id = { providerId: row.providerId, invoiceId: row.invoiceId };
  return row.phoneSealed === null ? null : envelope.open(row.phoneSealed, phoneContext(id)).toString("utf8");
}
