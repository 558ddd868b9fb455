/** Entries about money that has a receipt name it third in their key: `receipt:mpesa:UKL51ZDR4F`. Null: this is none of them. */
export const receiptIn = (entryKey: string): string | null =>
  /^(?:receipt|assigned|restored|reversal|disproof|channel):[^:]+:([^:]+)/.exec(entryKey)?.[1] ?? null;
