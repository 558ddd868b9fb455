import type { roleView } from "@karibu/cloud/identity/roles/role-routes";
import type { z } from "zod";
import { get, post, put, remove } from "../../hub/api.ts";

export type Role = z.output<typeof roleView>;

export const listRoles = (): Promise<{ items: Role[]; permissions: string[] }> => get("/api/v1/roles");
export const addRole = (name: string, permissions: readonly string[]): Promise<Role> =>
  post("/api/v1/roles", { name, permissions });
export const demandSecondFactor = (role: string, needed: boolean): Promise<Role> =>
  put(`/api/v1/roles/${encodeURIComponent(role)}/second-factor`, { needed });
export const removeRole = (role: string): Promise<unknown> => remove(`/api/v1/roles/${encodeURIComponent(role)}`);
