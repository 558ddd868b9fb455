/** In which vendor's attributes a NAS reads speed and byte limits. `wispr`: WISPr and ChilliSpot, as OpenWrt (uspot) and CoovaChilli do. */
export const dialects = ["mikrotik", "wispr"] as const;
export type Dialect = (typeof dialects)[number];
