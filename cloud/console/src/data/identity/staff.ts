import type { tokenView } from "@karibu/cloud/identity/api-tokens/token-routes";
import type { auditView } from "@karibu/cloud/identity/audit/audit-routes";
import type { roleView } from "@karibu/cloud/identity/roles/role-routes";
import type { invitationView } from "@karibu/cloud/identity/users/invitation-routes";
import type { staffView } from "@karibu/cloud/identity/users/user-routes";
import type { z } from "zod";
import { get, type Page, patch, post, remove } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type Person = z.output<typeof staffView>;
export type Role = z.output<typeof roleView>;
export type Token = z.output<typeof tokenView>;
export type Invitation = z.output<typeof invitationView>;
export type AuditEntry = z.output<typeof auditView>;

const pageAt = <Row>(path: string, cursor: string | null, more = {}): Promise<Page<Row>> =>
  get(listPath(path, { limit: 50, cursor, ...more }));

export const listPeople = (cursor: string | null, sort: string | null = null) =>
  pageAt<Person>("/api/v1/users", cursor, { sort });
export const listInvitations = (cursor: string | null) => pageAt<Invitation>("/api/v1/invitations", cursor);
export const listTokens = (cursor: string | null, sort: string | null) =>
  pageAt<Token>("/api/v1/tokens", cursor, { sort });
export const listAudit = (cursor: string | null, q: string) =>
  pageAt<AuditEntry>("/api/v1/audit", cursor, { q: q === "" ? null : q });

export const listRoles = (): Promise<{ items: Role[]; permissions: string[] }> => get("/api/v1/roles");
export const addRole = (name: string, permissions: readonly string[]): Promise<Role> =>
  post("/api/v1/roles", { name, permissions });
export const removeRole = (role: string) => remove(`/api/v1/roles/${encodeURIComponent(role)}`);

export const changePerson = (userId: string, change: { active?: boolean; role?: string }): Promise<Person> =>
  patch(`/api/v1/users/${encodeURIComponent(userId)}`, change);
export const unlockPerson = (userId: string): Promise<Person> =>
  post(`/api/v1/users/${encodeURIComponent(userId)}/unlock`);
export const resetSecondFactor = (userId: string): Promise<Person> =>
  post(`/api/v1/users/${encodeURIComponent(userId)}/reset-second-factor`);
export const removeInvitation = (invitationId: string): Promise<unknown> =>
  remove(`/api/v1/invitations/${encodeURIComponent(invitationId)}`);
export const invite = (who: object): Promise<{ invitation: Invitation; link: string }> =>
  post("/api/v1/invitations", who);

export const addToken = (token: object): Promise<Token & { token: string }> => post("/api/v1/tokens", token);
export const revokeToken = (tokenId: string): Promise<Token> =>
  post(`/api/v1/tokens/${encodeURIComponent(tokenId)}/revoke`);
