import type { SignUpPolicy } from "@karibu/cloud/operations/provider-life/sign-up-policy";
import { getWithoutLogIn } from "../../hub/api.ts";

export type { SignUpPolicy };

/** Who may sign up at this hub. A hub that does not answer says so when somebody tries. */
export async function readSignUpPolicy(): Promise<SignUpPolicy> {
  const read = (await getWithoutLogIn("/api/v1/sign-up").catch(() => ({ policy: "open" }))) as { policy: SignUpPolicy };
  return read.policy;
}
