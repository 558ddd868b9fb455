/** Who may make a provider: `open` anybody, `invitation` whom a platform admin invited by mail, `closed` platform admins alone. */
import { refusal } from "../../ground/http/problem.ts";

export const signUpPolicies = ["open", "invitation", "closed"] as const;
export type SignUpPolicy = (typeof signUpPolicies)[number];

/** Throws a Problem 403 "sign-up-closed" or "sign-up-by-invitation" where this way to a provider is not open. */
export function refuseSignUp(policy: SignUpPolicy, way: "public" | "invited"): void {
  if (policy === "closed") throw refusal("sign-up-closed");
  if (policy === "invitation" && way === "public") throw refusal("sign-up-by-invitation");
}
