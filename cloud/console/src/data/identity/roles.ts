import type { roleView } from "@karibu/cloud/identity/roles/role-routes";
import type { z } from "zod";
import { get, post, put, remove } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";

export type Role = z.output<typeof roleView>;

export const listRoles = (): Promise<{ items: Role[]; permissions: string[] }> => get("/api/v1/roles");
export const addRole = (name: string, permissions: Body<"POST", "/api/v1/roles">["permissions"]): Promise<Role> =>
  post("/api/v1/roles", { name, permissions });
export const demandSecondFactor = (role: string, needed: boolean): Promise<Role> =>
  put(hubPath("/api/v1/roles/{role}/second-factor", { role }), { needed });
export const removeRole = (role: string): Promise<unknown> => remove(hubPath("/api/v1/roles/{role}", { role }));
