/**
 * Where and when the hub backs itself up, from the environment. The store's keys stand there and not in the database: a restore needs
 * them before there is a database, and so no back-up holds the keys to its own store.
 */
import { join, resolve } from "node:path";
import type { BackupPlan } from "./back-ups.ts";
import { defaultKeepScheme, type KeepScheme } from "./choose-kept.ts";
import { proveInThread } from "./proof-thread.ts";
import type { BackupStore } from "./stores/backup-store.ts";
import { type BucketSettings, createBucketStore } from "./stores/bucket-store.ts";
import { createFolderStore } from "./stores/folder-store.ts";

export interface BackupSettings {
  readonly store: { readonly folder: string } | { readonly bucket: BucketSettings };
  readonly hour: number;
  readonly keep: KeepScheme;
  readonly provedMsMax: number;
}

type Text = (name: string) => string | null;
type Complain = (name: string, what: string) => null;

const hourMs = 3_600_000;
/** 3 in the morning in Nairobi, Kampala and Dar es Salaam. */
const defaultHour = 0;
const defaultProvedHours = 36;

/** @param web a setting that is a web address, without a slash at its end */
export function readBackupSettings(text: Text, web: Text, complain: Complain): BackupSettings | null {
  const folder = text("KARIBU_BACKUP_FOLDER");
  const bucket = readBucket(web("KARIBU_BACKUP_BUCKET"), text, complain);
  const number = (name: string, max: number, otherwise: number): number => {
    const value = text(name);
    if (value === null) return otherwise;
    if (/^\d{1,4}$/.test(value) && Number(value) <= max) return Number(value);
    complain(name, `"${value}" is not a number from 0 to ${max}`);
    return otherwise;
  };
  const settings = {
    hour: number("KARIBU_BACKUP_HOUR", 23, defaultHour),
    keep: readKeep(text("KARIBU_BACKUP_KEPT"), complain),
    provedMsMax: number("KARIBU_BACKUP_PROVED_HOURS", 1000, defaultProvedHours) * hourMs,
  };
  if (folder !== null && bucket !== null)
    return complain("KARIBU_BACKUP_BUCKET", "KARIBU_BACKUP_FOLDER is set too: take one of them");
  if (folder !== null) return { store: { folder: resolve(folder) }, ...settings };
  return bucket === null ? null : { store: { bucket }, ...settings };
}

function readBucket(url: string | null, text: Text, complain: Complain): BucketSettings | null {
  const region = text("KARIBU_BACKUP_REGION") ?? "us-east-1";
  const keyId = text("KARIBU_BACKUP_KEY_ID");
  const keySecret = text("KARIBU_BACKUP_KEY_SECRET");
  if (url === null) return null;
  const { pathname, username, search } = new URL(url);
  if (!/^(\/[a-z0-9][a-z0-9._-]*)+$/i.test(pathname) || username !== "" || search !== "")
    return complain(
      "KARIBU_BACKUP_BUCKET",
      "is not an address with the bucket behind it (https://s3.example.com/bucket)",
    );
  if (keyId === null) return complain("KARIBU_BACKUP_KEY_ID", "is missing, and KARIBU_BACKUP_BUCKET is set");
  if (keySecret === null) return complain("KARIBU_BACKUP_KEY_SECRET", "is missing, and KARIBU_BACKUP_BUCKET is set");
  return { url, region, keyId, keySecret };
}

function readKeep(value: string | null, complain: Complain): KeepScheme {
  if (value === null) return defaultKeepScheme;
  const [, days, weeks, months] = /^(\d{1,3})\/(\d{1,3})\/(\d{1,3})$/.exec(value) ?? [];
  if (days === undefined || Number(days) === 0) {
    complain("KARIBU_BACKUP_KEPT", `"${value}" is not days/weeks/months, as 7/5/12, with at least one day`);
    return defaultKeepScheme;
  }
  return { days: Number(days), weeks: Number(weeks), months: Number(months) };
}

export function openBackupStore(store: BackupSettings["store"]): BackupStore {
  return "folder" in store ? createFolderStore(store.folder) : createBucketStore(store.bucket);
}

/** @param dataDir the hub's data folder: the work folder of back-ups lies in it */
export function backupPlanOf({ store, ...plan }: BackupSettings, dataDir: string): BackupPlan {
  return {
    store: openBackupStore(store),
    workFolder: resolve(join(dataDir, "backup-work")),
    ...plan,
    prove: proveInThread,
  };
}
