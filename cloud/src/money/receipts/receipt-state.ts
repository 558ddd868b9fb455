/**
 * Where a receipt's money stands. `suspense`: no owner yet, or held for the purchase that it names until it is proved. `credit`: a
 * customer's, no purchase. `frozen`: two sources disagree.
 */
export type ReceiptState = "booked" | "credit" | "suspense" | "reversed" | "disproved" | "frozen";
