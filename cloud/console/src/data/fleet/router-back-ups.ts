/** A router's back-ups: what was kept, what differs, what goes back; and its settings as a file. */
import type { differencesView, routerBackUpView } from "@karibu/cloud/fleet/router-back-ups/back-up-routes";
import type { restoreView } from "@karibu/cloud/fleet/router-back-ups/restore-routes";
import type { scheduleView, siteScheduleView } from "@karibu/cloud/fleet/router-back-ups/schedule-routes";
import type { scriptComparison } from "@karibu/cloud/fleet/router-back-ups/script-routes";
import type { templateAnswer, templateComparison } from "@karibu/cloud/fleet/router-back-ups/template-routes";
import type { z } from "zod";
import { get, getText, openStream, type Page, post, put } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type RouterBackUp = z.output<typeof routerBackUpView>;
export type RouterRestore = z.output<typeof restoreView>;
export type Differences = z.output<typeof differencesView>;
export type BackUpSchedule = z.output<typeof scheduleView>;
export type SiteSchedule = z.output<typeof siteScheduleView>;
export type TemplateAnswer = z.output<typeof templateAnswer>;
export type TemplateComparison = z.output<typeof templateComparison>;
export type ScriptComparison = z.output<typeof scriptComparison>;

export const listBackUps = (
  siteId: string,
  query: ListQuery,
  filters: { readonly state?: string; readonly cause?: string } = {},
): Promise<Page<RouterBackUp>> => getList(hubPath("/api/v1/routers/{siteId}/back-ups", { siteId }), query, filters);
export const makeBackUp = (siteId: string): Promise<RouterBackUp> =>
  post(hubPath("/api/v1/routers/{siteId}/back-ups", { siteId }));
export const readDifferences = (siteId: string, backUpId: string): Promise<Differences> =>
  get(hubPath("/api/v1/routers/{siteId}/back-ups/{backUpId}/differences", { siteId, backUpId }));
export const readExport = (siteId: string, backUpId: string): Promise<string> =>
  getText(hubPath("/api/v1/routers/{siteId}/back-ups/{backUpId}/export", { siteId, backUpId }));
export const readPassword = (siteId: string, backUpId: string): Promise<{ readonly password: string }> =>
  get(hubPath("/api/v1/routers/{siteId}/back-ups/{backUpId}/password", { siteId, backUpId }));
export async function readBinary(siteId: string, backUpId: string): Promise<Blob> {
  const answer = await openStream(
    hubPath("/api/v1/routers/{siteId}/back-ups/{backUpId}/binary", { siteId, backUpId }),
    {},
    new AbortController().signal,
  );
  return answer.blob();
}

/** The newest one. */
export async function readRestore(siteId: string): Promise<{ readonly newest: RouterRestore | null }> {
  const { items } = await getList(hubPath("/api/v1/routers/{siteId}/restores", { siteId }), { cursor: null, limit: 1 });
  return { newest: items[0] ?? null };
}
export const restoreBackUp = (siteId: string, backUpId: string, siteName: string): Promise<RouterRestore> =>
  post(hubPath("/api/v1/routers/{siteId}/restores", { siteId }), { backUpId, siteName });

export const readSchedule = (): Promise<BackUpSchedule> => get("/api/v1/router-back-up-schedule");
export const setSchedule = (schedule: BackUpSchedule): Promise<BackUpSchedule> =>
  put("/api/v1/router-back-up-schedule", schedule);

export const readSiteSchedule = (siteId: string): Promise<SiteSchedule> =>
  get(hubPath("/api/v1/routers/{siteId}/back-up-schedule", { siteId }));
export const setSiteSchedule = (siteId: string, own: SiteSchedule["own"]): Promise<SiteSchedule> =>
  put(hubPath("/api/v1/routers/{siteId}/back-up-schedule", { siteId }), { own });
/** Of many sites. */
export const makeBackUps = (siteIds: readonly string[]): Promise<{ readonly ordered: number }> =>
  post("/api/v1/router-back-ups", { siteIds });

export const readTemplate = (siteId: string): Promise<TemplateAnswer> =>
  get(hubPath("/api/v1/routers/{siteId}/template", { siteId }));
export const compareTemplate = (
  siteId: string,
  template: Body<"POST", "/api/v1/routers/{siteId}/template/compare">,
): Promise<TemplateComparison> => post(hubPath("/api/v1/routers/{siteId}/template/compare", { siteId }), template);
export const compareScript = (siteId: string, script: string): Promise<ScriptComparison> =>
  post(hubPath("/api/v1/routers/{siteId}/script/compare", { siteId }), { script });
