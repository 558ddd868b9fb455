/**
 * Why a further router's new secret is not in use yet. `unclaimed`: no router has asked with the key of its script. `waiting`: the router has not
 * asked for it. `unknown-router`: the agent does not know it yet: the first
 * router's script was not imported. `old-agent`, `silent`: as with the first router's.
 */
export const furtherSecretProblems = [
  "unclaimed",
  "waiting",
  "unknown-router",
  "old-agent",
  "refused",
  "silent",
] as const;
export type FurtherSecretProblem = (typeof furtherSecretProblems)[number];
