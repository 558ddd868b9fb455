/** Who may make a provider: `open` anybody, `invitation` whom a platform admin invited by mail, `closed` platform admins alone. */
import { Problem } from "../../ground/http/problem.ts";

export const signUpPolicies = ["open", "invitation", "closed"] as const;
export type SignUpPolicy = (typeof signUpPolicies)[number];

/** Throws a Problem 403 "sign-up-closed" or "sign-up-by-invitation" where this way to a provider is not open. */
export function refuseSignUp(policy: SignUpPolicy, way: "public" | "invited"): void {
  if (policy === "closed")
    throw new Problem(403, "sign-up-closed", "Nobody can sign up here. The platform's people make new providers.");
  if (policy === "invitation" && way === "public")
    throw new Problem(403, "sign-up-by-invitation", "Only who was invited can sign up. Ask the platform's people.");
}
