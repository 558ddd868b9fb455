/** What came in or was proved may pay an invoice of this customer. `invoices/settle-invoices.ts` does it. */
export const settleInvoicesJob = "payments.settle-invoices";
/** An invoice of the platform to one of its providers was paid. `operations/platform-billing` opens what was shut. */
export const platformInvoicePaidJob = "subscriptions.platform-invoice-paid";
