import type { invitationView } from "@karibu/cloud/identity/users/invitation-routes";
import type { staffView } from "@karibu/cloud/identity/users/user-routes";
import type { z } from "zod";
import { type Page, patch, post, remove } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type StaffMember = z.output<typeof staffView>;
export type Invitation = z.output<typeof invitationView>;

const path = "/api/v1/users";
const at = (userId: string) => hubPath("/api/v1/users/{userId}", { userId });
export const listStaff = (query: ListQuery): Promise<Page<StaffMember>> => getList(path, query);
export const changeUser = (userId: string, change: { active?: boolean; role?: string }): Promise<StaffMember> =>
  patch(at(userId), change);
export const unlockUser = (userId: string): Promise<StaffMember> =>
  post(hubPath("/api/v1/users/{userId}/unlock", { userId }));
export const resetSecondFactor = (userId: string): Promise<StaffMember> =>
  post(hubPath("/api/v1/users/{userId}/reset-second-factor", { userId }), {});

const invitationsPath = "/api/v1/invitations";
export const listInvitations = (query: ListQuery): Promise<Page<Invitation>> => getList(invitationsPath, query);
export const invite = (
  invitation: Body<"POST", "/api/v1/invitations">,
): Promise<{ invitation: Invitation; link: string }> => post(invitationsPath, invitation);
export const removeInvitation = (invitationId: string): Promise<unknown> =>
  remove(hubPath("/api/v1/invitations/{invitationId}", { invitationId }));
