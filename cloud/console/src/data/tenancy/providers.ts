/** For platform admins: the providers. */
import type { signUpInvitationView } from "@karibu/cloud/operations/provider-life/sign-up-invitation-routes";
import type { providerView } from "@karibu/cloud/tenancy/providers/provider-view";
import type { z } from "zod";
import { getText, type Page, post, remove } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type Provider = z.output<typeof providerView>;

const path = "/api/v1/providers";
export const providerPath = (id: string) => hubPath("/api/v1/providers/{providerId}", { providerId: id });
export const listProviders = (query: ListQuery): Promise<Page<Provider>> => getList(path, query);
export const addProvider = (provider: Body<"POST", "/api/v1/providers">): Promise<Provider> => post(path, provider);
export const suspendProvider = (id: string, graceDays: number): Promise<Provider> =>
  post(hubPath("/api/v1/providers/{providerId}/suspend", { providerId: id }), { graceDays });
export const reactivateProvider = (id: string): Promise<Provider> =>
  post(hubPath("/api/v1/providers/{providerId}/reactivate", { providerId: id }));
export const restoreProvider = (id: string): Promise<Provider> =>
  post(hubPath("/api/v1/providers/{providerId}/restore", { providerId: id }));
export const removeProvider = (id: string, graceDays: number): Promise<Provider> =>
  remove(withQuery(providerPath(id), { graceDays }));
/** All data of a provider, one JSON object a line. */
export const exportProvider = (id: string): Promise<string> =>
  getText(hubPath("/api/v1/providers/{providerId}/export", { providerId: id }));

export type SignUpInvitation = z.output<typeof signUpInvitationView>;

const invitationsPath = "/api/v1/sign-up-invitations";
export const listSignUpInvitations = (query: ListQuery): Promise<Page<SignUpInvitation>> =>
  getList(invitationsPath, query);
/** The link is in the answer, once. */
export const inviteToSignUp = (
  invitation: Body<"POST", "/api/v1/sign-up-invitations">,
): Promise<{ invitation: SignUpInvitation; link: string }> => post(invitationsPath, invitation);
export const removeSignUpInvitation = (invitationId: string): Promise<unknown> =>
  remove(hubPath("/api/v1/sign-up-invitations/{invitationId}", { invitationId }));
