/** The user's own account: password, two-step log-in, open log-ins. */
import type { loginView } from "@karibu/cloud/identity/users/account-routes";
import type { z } from "zod";
import { type Page, post, remove } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getAll } from "../../hub/list.ts";

export type Login = z.output<typeof loginView>;
export interface SecondFactor {
  readonly on: boolean;
  /** The person's role must have one. */
  readonly required: boolean;
  readonly recoveryCodesLeft: number;
}

export const changePassword = (currentPassword: string, newPassword: string): Promise<unknown> =>
  post("/api/v1/user/password", { currentPassword, newPassword });
export const secondFactorPath = "/api/v1/user/second-factor";
export const beginSecondFactor = (password: string): Promise<{ secret: string; uri: string }> =>
  post("/api/v1/user/second-factor/begin", { password });
export const confirmSecondFactor = (code: string): Promise<{ recoveryCodes: string[] }> =>
  post("/api/v1/user/second-factor/confirm", { code });
export const proveSecondFactor = (code: string): Promise<unknown> =>
  post("/api/v1/user/second-factor/prove", { code: code.replaceAll(/\s/g, "") });
export const endSecondFactor = (password: string): Promise<unknown> =>
  post("/api/v1/user/second-factor/end", { password });
export const listLogins = (): Promise<Page<Login>> => getAll("/api/v1/user/logins");
export const endLogin = (loginId: string): Promise<unknown> =>
  remove(hubPath("/api/v1/user/logins/{loginId}", { loginId }));
