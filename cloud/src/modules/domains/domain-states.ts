/**
 * `waiting`: not proved yet. `proved`: customers find their page there. `lost`: its proof is missing, and it works for some days more. `shut`: its
 * proof was missing for too long, and it works no longer.
 */
export const domainStates = ["waiting", "proved", "lost", "shut"] as const;
export type DomainState = (typeof domainStates)[number];
