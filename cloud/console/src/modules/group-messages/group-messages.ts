/** Messages to groups of customers. */
import type { groupPreview, groupView } from "@karibu/cloud/modules/group-messages/group-routes";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type GroupPreview = z.output<typeof groupPreview>;
export type GroupMessage = z.output<typeof groupView>;

const groupsPath = "/api/v1/group-messages";
export const listGroupMessages = (query: ListQuery): Promise<Page<GroupMessage>> => getList(groupsPath, query);
export const previewGroup = (order: Body<"POST", "/api/v1/group-messages/preview">): Promise<GroupPreview> =>
  post("/api/v1/group-messages/preview", order);
export const sendGroup = (order: Body<"POST", "/api/v1/group-messages">, key: string): Promise<GroupMessage> =>
  post(groupsPath, order, { key });
export const stopGroup = (groupId: string): Promise<GroupMessage> =>
  post(hubPath("/api/v1/group-messages/{groupMessageId}/stop", { groupMessageId: groupId }));
