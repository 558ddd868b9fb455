/** A router's back-ups: what was kept, what differs, what goes back; and its settings as a file. */
import type { differencesView, routerBackUpView } from "@karibu/cloud/fleet/router-back-ups/back-up-routes";
import type { restoreView } from "@karibu/cloud/fleet/router-back-ups/restore-routes";
import type { scheduleView, siteScheduleView } from "@karibu/cloud/fleet/router-back-ups/schedule-routes";
import type { scriptComparison } from "@karibu/cloud/fleet/router-back-ups/script-routes";
import type { templateAnswer, templateComparison } from "@karibu/cloud/fleet/router-back-ups/template-routes";
import type { z } from "zod";
import { get, getText, openStream, type Page, post, put } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type RouterBackUp = z.output<typeof routerBackUpView>;
export type RouterRestore = z.output<typeof restoreView>;
export type Differences = z.output<typeof differencesView>;
export type BackUpSchedule = z.output<typeof scheduleView>;
export type SiteSchedule = z.output<typeof siteScheduleView>;
export type TemplateAnswer = z.output<typeof templateAnswer>;
export type TemplateComparison = z.output<typeof templateComparison>;
export type ScriptComparison = z.output<typeof scriptComparison>;

const routerPath = (siteId: string) => `/api/v1/routers/${encodeURIComponent(siteId)}`;
const backUpPath = (siteId: string, backUpId: string) =>
  `${routerPath(siteId)}/back-ups/${encodeURIComponent(backUpId)}`;

export const listBackUps = (
  siteId: string,
  query: ListQuery,
  filters: { readonly state?: string; readonly cause?: string } = {},
): Promise<Page<RouterBackUp>> => getList(`${routerPath(siteId)}/back-ups`, query, filters);
export const makeBackUp = (siteId: string): Promise<RouterBackUp> => post(`${routerPath(siteId)}/back-ups`);
export const readDifferences = (siteId: string, backUpId: string): Promise<Differences> =>
  get(`${backUpPath(siteId, backUpId)}/differences`);
export const readExport = (siteId: string, backUpId: string): Promise<string> =>
  getText(`${backUpPath(siteId, backUpId)}/export`);
export const readPassword = (siteId: string, backUpId: string): Promise<{ readonly password: string }> =>
  get(`${backUpPath(siteId, backUpId)}/password`);
export async function readBinary(siteId: string, backUpId: string): Promise<Blob> {
  const answer = await openStream(`${backUpPath(siteId, backUpId)}/binary`, {}, new AbortController().signal);
  return answer.blob();
}

/** The newest one. */
export async function readRestore(siteId: string): Promise<{ readonly newest: RouterRestore | null }> {
  const { items } = await getList<RouterRestore>(`${routerPath(siteId)}/restores`, { cursor: null, limit: 1 });
  return { newest: items[0] ?? null };
}
export const restoreBackUp = (siteId: string, backUpId: string, siteName: string): Promise<RouterRestore> =>
  post(`${routerPath(siteId)}/restores`, { backUpId, siteName });

export const readSchedule = (): Promise<BackUpSchedule> => get("/api/v1/router-back-up-schedule");
export const setSchedule = (schedule: BackUpSchedule): Promise<BackUpSchedule> =>
  put("/api/v1/router-back-up-schedule", schedule);

export const readSiteSchedule = (siteId: string): Promise<SiteSchedule> =>
  get(`${routerPath(siteId)}/back-up-schedule`);
export const setSiteSchedule = (siteId: string, own: SiteSchedule["own"]): Promise<SiteSchedule> =>
  put(`${routerPath(siteId)}/back-up-schedule`, { own });
/** Of many sites. */
export const makeBackUps = (siteIds: readonly string[]): Promise<{ readonly ordered: number }> =>
  post("/api/v1/router-back-ups", { siteIds });

export const readTemplate = (siteId: string): Promise<TemplateAnswer> => get(`${routerPath(siteId)}/template`);
export const compareTemplate = (siteId: string, template: object): Promise<TemplateComparison> =>
  post(`${routerPath(siteId)}/template/compare`, template);
export const compareScript = (siteId: string, script: string): Promise<ScriptComparison> =>
  post(`${routerPath(siteId)}/script/compare`, { script });
