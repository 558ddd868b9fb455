/**
 * The five steps of a test of the way to a router: the site's own agent walks them, or of a hosted site its host, through the tunnel. The first
 * step that fails ends the test.
 */
import * as z from "zod/mini";

export const routerTestSteps = [
  /** Something takes connections there. */
  "network",
  /** It speaks the API of RouterOS. */
  "handshake",
  /** It knows the user and his password. */
  "log-in",
  /** The user may what the agent needs. */
  "permissions",
  /** What it calls itself, and a version that Karibu knows. */
  "identity",
] as const;
export type RouterTestStep = (typeof routerTestSteps)[number];

/** Each has a remedy in the console, in every language. */
const routerTestProblems = [
  // network
  "no-tunnel",
  "outside",
  "no-host",
  "host-away",
  "unreachable",
  "refused",
  "line-not-pasted",
  // handshake
  "no-api",
  "silent",
  // log-in
  "no-access",
  "wrong-log-in",
  // permissions
  "no-read",
  "missing-rights",
  "device-mode",
  // identity
  "version-too-old",
  "version-unknown",
  "no-answer",
] as const;
export type RouterTestProblem = (typeof routerTestProblems)[number];

/** And what the hub says where a site's own agent walked no step. */
const toldProblems = [
  ...routerTestProblems,
  "agent-away",
  "agent-too-old",
  /** The agent was told of no router. */
  "no-router",
] as const;
type ToldProblem = (typeof toldProblems)[number];

/** Policies of the API user's group that the agent can't do without. */
export const neededPolicies = ["api", "read", "write", "test"] as const;

export const routerTestStepSchema = z.object({
  step: z.enum(routerTestSteps),
  state: z.enum(["todo", "running", "done", "failed"]),
  problem: z.nullable(z.enum(routerTestProblems)),
});
export type RouterTestStepState = z.infer<typeof routerTestStepSchema>;

/** As people read it. */
export const toldTestStepSchema = z.object({
  ...routerTestStepSchema.shape,
  problem: z.nullable(z.enum(toldProblems)),
});
export type ToldTestStep = z.infer<typeof toldTestStepSchema>;

/** What the router says of itself, cut and cleaned where it was read: still hostile text. */
export const testedRouterSchema = z.object({
  identity: z.string().check(z.maxLength(64)),
  version: z.string().check(z.maxLength(40)),
  board: z.string().check(z.maxLength(64)),
  /** The policies that its user lacks. */
  missing: z.array(z.enum(neededPolicies)).check(z.maxLength(neededPolicies.length)),
});
export type TestedRouter = z.infer<typeof testedRouterSchema>;

/** What a test found. */
export const routerProbeSchema = z.object({
  steps: z.array(routerTestStepSchema).check(z.maxLength(routerTestSteps.length)),
  router: z.nullable(testedRouterSchema),
});
export type RouterProbe = z.infer<typeof routerProbeSchema>;

/** The steps before it are done, those after it wait. Without a problem it runs. */
export function stepsAt<Problem extends ToldProblem = never>(
  step: RouterTestStep,
  problem: Problem | null,
): { step: RouterTestStep; state: RouterTestStepState["state"]; problem: Problem | null }[] {
  const place = routerTestSteps.indexOf(step);
  return routerTestSteps.map((one, at) => {
    if (at === place) return { step: one, state: problem === null ? "running" : "failed", problem };
    return { step: one, state: at < place ? "done" : "todo", problem: null };
  });
}

const oldest = [7, 18, 2] as const;

/** `7.22.1 (stable)`. Null: it may be used. */
export function versionProblem(text: string): "version-too-old" | "version-unknown" | null {
  const match = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?(?= |$)/.exec(text);
  if (match === null) return "version-unknown";
  const parts = [match[1], match[2], match[3] ?? "0"].map(Number);
  const differing = oldest.findIndex((part, at) => parts[at] !== part);
  return differing >= 0 && (parts[differing] as number) < (oldest[differing] as number) ? "version-too-old" : null;
}

/**
 * The tunnel's network is 10.89.0.0/16; .0.0 and .0.1 are the hub's own end, and .255.255 is nobody's. Whoever dials a router checks it by
 * himself: a hub that is broken into must not send him to other machines.
 */
export function isRoutersAddress(address: string): boolean {
  const match = /^10\.89\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (match === null) return false;
  const [high, low] = [Number(match[1]), Number(match[2])];
  const host = high * 256 + low;
  return high <= 255 && low <= 255 && host >= 2 && host <= 65_534 && address === `10.89.${high}.${low}`;
}
