/** How much of a used package may be refunded: nothing, its unused part at most, or the amount that a person names. */
export type RefundUsed = "refuse" | "unused-part" | "any";
