/** Who hears of which alarms: rules, quiet hours, maintenance windows, and what was told. */
import type { noticeView, ruleView } from "@karibu/cloud/operations/alerting/alert-routes";
import type { quietView, windowView } from "@karibu/cloud/operations/alerting/quiet-routes";
import type { z } from "zod";
import { type Page, patch, post, put, remove } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type AlarmRule = z.output<typeof ruleView>;
export type RuleFields = Omit<AlarmRule, "ruleId" | "isFirst" | "createdAtMs">;
export type AlarmNotice = z.output<typeof noticeView>;
export type QuietHours = z.output<typeof quietView>;
export type MaintenanceWindow = z.output<typeof windowView>;

const path = "/api/v1/alarm-rules";
export const quietHoursPath = "/api/v1/alarm-quiet-hours";
const windowsPath = "/api/v1/maintenance-windows";

export const rulePath = (ruleId: string) => hubPath("/api/v1/alarm-rules/{ruleId}", { ruleId });
export const listRules = (query: ListQuery): Promise<Page<AlarmRule>> => getList(path, query);
export const addRule = (rule: RuleFields): Promise<AlarmRule> => post(path, rule);
export const changeRule = (ruleId: string, rule: RuleFields, etag: string | null): Promise<AlarmRule> =>
  patch(rulePath(ruleId), rule, { etag });
export const removeRule = (ruleId: string): Promise<unknown> => remove(rulePath(ruleId));
export const testRule = (ruleId: string): Promise<{ messages: number }> =>
  post(hubPath("/api/v1/alarm-rules/{ruleId}/test", { ruleId }));

export const setQuietHours = (quiet: QuietHours): Promise<QuietHours> => put(quietHoursPath, quiet);

export const listWindows = (query: ListQuery): Promise<Page<MaintenanceWindow>> => getList(windowsPath, query);
export const addWindow = (window: Omit<MaintenanceWindow, "windowId" | "madeBy">): Promise<unknown> =>
  post(windowsPath, window);
export const removeWindow = (windowId: string): Promise<unknown> =>
  remove(hubPath("/api/v1/maintenance-windows/{windowId}", { windowId }));

export const listNotices = (query: ListQuery): Promise<Page<AlarmNotice>> => getList("/api/v1/alarm-notices", query);
