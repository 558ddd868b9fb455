/** The steps from the pasted line to a selling site, in their order, and what may go wrong in each. Router, hub and console use these words. */
import * as z from "zod/mini";

export const setUpSteps = [
  /** The line ran; the hub has the router's facts. */
  "facts",
  /** A person chooses disk, guest ports and network in the console. */
  "choices",
  /** Package `container` of the router's own version. Left out at a hosted site, as are `disk`, `image` and `container`. */
  "package",
  "device-mode",
  "disk",
  /** The tunnel to the hub. */
  "tunnel",
  /** Guest network, hotspot, RADIUS, firewall: the set-up script. */
  "configuration",
  "image",
  /** Unpacked and running. */
  "container",
  /** The agent has its link to the hub. */
  "link",
  /** Verified: the site can sell. */
  "verified",
] as const;
export type SetUpStep = (typeof setUpSteps)[number];

/** Each has a remedy in the console, in every language. */
export const setUpProblems = [
  "version-too-old",
  "version-unknown",
  "device-mode",
  "device-mode-not-confirmed",
  "flagged",
  "no-disk",
  "disk-too-small",
  "disk-not-formatted",
  "clock",
  "certificate",
  "no-internet",
  "package-missing",
  "package-other-version",
  "address-clash",
  "licence",
  "too-little-memory",
  "image-damaged",
  "image-no-room",
  "container-stopped",
  "tunnel-silent",
  "script-failed",
  "other-router",
  /** The board can't run the agent, and this hub has no host for it. */
  "no-host",
] as const;
export type SetUpProblem = (typeof setUpProblems)[number];

/** What the router posts after each step. `detail`: RouterOS' own words, hostile text. */
export const setUpReportSchema = z.object({
  step: z.enum(setUpSteps),
  state: z.enum(["running", "done", "waiting", "failed"]),
  problem: z.optional(z.enum(setUpProblems)),
  detail: z.optional(z.string().check(z.maxLength(500))),
});
export type SetUpReport = z.infer<typeof setUpReportSchema>;
