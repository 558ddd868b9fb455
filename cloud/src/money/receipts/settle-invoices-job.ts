/** What came in or was proved may pay an invoice of this customer. `invoices/settle-invoices.ts` does it. */
export const settleInvoicesJob = "payments.settle-invoices";
