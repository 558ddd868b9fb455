/** For platform admins: the providers. */
import type { signUpInvitationView } from "@karibu/cloud/operations/provider-life/sign-up-invitation-routes";
import type { providerView } from "@karibu/cloud/tenancy/providers/provider-view";
import type { z } from "zod";
import { getText, type Page, post, remove } from "../../hub/api.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type Provider = z.output<typeof providerView>;

const path = "/api/v1/providers";
export const providerPath = (id: string) => `${path}/${encodeURIComponent(id)}`;
export const listProviders = (query: ListQuery): Promise<Page<Provider>> => getList(path, query);
export const addProvider = (provider: object): Promise<Provider> => post(path, provider);
export const suspendProvider = (id: string, graceDays: number): Promise<Provider> =>
  post(`${providerPath(id)}/suspend`, { graceDays });
export const reactivateProvider = (id: string): Promise<Provider> => post(`${providerPath(id)}/reactivate`);
export const restoreProvider = (id: string): Promise<Provider> => post(`${providerPath(id)}/restore`);
export const removeProvider = (id: string, graceDays: number): Promise<Provider> =>
  remove(withQuery(providerPath(id), { graceDays }));
/** All data of a provider, one JSON object a line. */
export const exportProvider = (id: string): Promise<string> => getText(`${providerPath(id)}/export`);

export type SignUpInvitation = z.output<typeof signUpInvitationView>;

const invitationsPath = "/api/v1/sign-up-invitations";
export const listSignUpInvitations = (query: ListQuery): Promise<Page<SignUpInvitation>> =>
  getList(invitationsPath, query);
/** The link is in the answer, once. */
export const inviteToSignUp = (invitation: object): Promise<{ invitation: SignUpInvitation; link: string }> =>
  post(invitationsPath, invitation);
export const removeSignUpInvitation = (invitationId: string): Promise<unknown> =>
  remove(`${invitationsPath}/${encodeURIComponent(invitationId)}`);
