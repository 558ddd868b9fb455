/** The hub's own back-ups, for platform admins. */
import type { restoreOrderView, restorePreviewView } from "@karibu/cloud/operations/back-ups/restore-order-routes";
import type { backupStandingView, backupView } from "@karibu/cloud/operations/back-ups/stored-backup-routes";
import type { z } from "zod";
import { get, openStream, type Page, post } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Backup = z.output<typeof backupView>;
export type BackupStanding = z.output<typeof backupStandingView>;
export type RestoreOrder = z.output<typeof restoreOrderView>;
export type RestorePreview = z.output<typeof restorePreviewView>;

const path = "/api/v1/platform/backups";
export const listBackups = (query: ListQuery): Promise<Page<Backup>> => getList(path, query);
export const readBackupStanding = (): Promise<BackupStanding> => get("/api/v1/platform/backups/standing");
export const newestRestoreOrderPath = "/api/v1/platform/restore-orders/newest";
export const restorePreviewPath = (backupId: string) =>
  hubPath("/api/v1/platform/backups/{backupId}/restore-preview", { backupId });
/** The hub then restarts, and this log-in ends. */
export const orderRestore = (backupId: string, name: string): Promise<RestoreOrder> =>
  post(hubPath("/api/v1/platform/backups/{backupId}/restore", { backupId }), { name });
export const takeBackup = (): Promise<Backup> => post(path);
export const proveBackup = (backupId: string): Promise<Backup> =>
  post(hubPath("/api/v1/platform/backups/{backupId}/prove", { backupId }));

/** The sealed file, whole. A link could not send the token. */
export async function downloadBackup(backupId: string): Promise<Blob> {
  const address = hubPath("/api/v1/platform/backups/{backupId}/file", { backupId });
  const answer = await openStream(address, {}, new AbortController().signal);
  return answer.blob();
}
