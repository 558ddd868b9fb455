import { expect, test } from "vitest";
import { readSettings } from "./settings.ts";

const key = Buffer.alloc(32, 7).toString("base64");

test("[SYS-18] with nothing set, the hub runs on port 8000 with the embedded database", () => {
  expect(readSettings({ PATH: "/bin" })).toMatchObject({
    settings: { port: 8000, databaseUrl: null, masterKeys: [], admin: null, logLevel: "info" },
  });
});

test("[SYS-18] what is set is read", () => {
  const read = readSettings({
    PORT: "9000",
    DATABASE_URL: "postgresql://u@h/d",
    KARIBU_PUBLIC_URL: "https://hub.example/",
    KARIBU_DATA: "/d",
    KARIBU_MASTER_KEY: `${key}, ${key}`,
    KARIBU_ADMIN_EMAIL: "a@b.ke",
    KARIBU_ADMIN_PASSWORD: "long enough",
    KARIBU_HTTP_PORT: "80",
  });
  expect(read).toMatchObject({
    settings: {
      port: 9000,
      publicUrl: "https://hub.example",
      dataDir: "/d",
      databaseUrl: "postgresql://u@h/d",
      admin: { email: "a@b.ke", password: "long enough" },
      masterKeys: [Buffer.alloc(32, 7), Buffer.alloc(32, 7)],
    },
  });
});

test("[SYS-18] a secret may stand in a file: keys to the store of back-ups, the master key, passwords", () => {
  const files: Record<string, string> = { "/run/key": `${key}\n`, "/run/s3": "the secret\n", "/run/none": "\n" };
  const read = (environment: Record<string, string>) =>
    readSettings(environment, (path) => {
      const content = files[path];
      if (content === undefined) throw Object.assign(new Error(path), { code: "ENOENT" });
      return content;
    });
  const bucket = { KARIBU_BACKUP_BUCKET: "https://s3.example/b", KARIBU_BACKUP_KEY_ID: "id" };
  expect(
    read({ ...bucket, KARIBU_BACKUP_KEY_SECRET_FILE: "/run/s3", KARIBU_MASTER_KEY_FILE: "/run/key" }),
  ).toMatchObject({
    settings: {
      masterKeys: [Buffer.alloc(32, 7)],
      backups: { store: { bucket: { keyId: "id", keySecret: "the secret" } } },
    },
  });
  // What can't be read is no setting that is absent: the hub would make itself another key.
  const complaintsOf = (environment: Record<string, string>) =>
    (read(environment) as { complaints?: string[] }).complaints ?? [];
  expect(complaintsOf({ KARIBU_MASTER_KEY_FILE: "/gone" })).toEqual([expect.stringMatching(/_FILE: .*ENOENT/)]);
  expect(complaintsOf({ KARIBU_MASTER_KEY_FILE: "/run/none" })).toEqual([expect.stringMatching(/_FILE: .*empty/)]);
  expect(complaintsOf({ KARIBU_MASTER_KEY_FILE: "/run/key", KARIBU_MASTER_KEY: key })).toEqual([
    expect.stringMatching(/_FILE: KARIBU_MASTER_KEY is set too/),
  ]);
  // What is no secret stands in no file.
  expect(complaintsOf({ KARIBU_SIGN_UP_FILE: "/run/key" })).toEqual([expect.stringMatching(/no such setting/)]);
});

test.each([
  ["PORT", "99999", /PORT: "99999" is not a port/],
  ["PORT", "http", /PORT/],
  ["DATABASE_URL", "mysql://x", /DATABASE_URL: is not a URL that begins with postgresql/],
  ["KARIBU_PUBLIC_URL", "hub.example", /KARIBU_PUBLIC_URL/],
  ["KARIBU_MASTER_KEY", "c2hvcnQ=", /KARIBU_MASTER_KEY: is not 32 bytes/],
  ["KARIBU_ADMIN_EMAIL", "a@b.ke", /KARIBU_ADMIN_PASSWORD/],
  ["KARIBU_LOG_LEVEL", "loud", /KARIBU_LOG_LEVEL: "loud" is none of/],
  ["KARIBU_LINK_MEGABYTES", "15", /KARIBU_LINK_MEGABYTES: is not a number from 16 up/],
  ["KARIBU_SPOOL_MEGABYTES", "much", /KARIBU_SPOOL_MEGABYTES: is not a number from 1 up/],
  ["SMTP_URL", "https://x", /SMTP_URL/],
  ["DARAJA_BASE_URL", "ftp://x", /DARAJA_BASE_URL/],
  ["KARIBU_BACKUP_HOUR", "24", /KARIBU_BACKUP_HOUR: "24" is not a number from 0 to 23/],
  ["KARIBU_BACKUP_KEPT", "0/5/12", /KARIBU_BACKUP_KEPT: "0\/5\/12" is not days\/weeks\/months/],
  ["KARIBU_BACKUP_BUCKET", "https://s3.example", /KARIBU_BACKUP_BUCKET: is not an address with the bucket/],
  ["KARIBU_BACKUP_BUCKET", "https://s3.example/b", /KARIBU_BACKUP_KEY_ID: is missing/],
  ["KARIBU_DATABASE", "x", /KARIBU_DATABASE: there is no such setting/],
])("[SYS-18] a bad %s (%s) is refused by name", (name, value, complaint) => {
  const read = readSettings({ [name]: value });
  expect("complaints" in read ? read.complaints : []).toEqual([expect.stringMatching(complaint)]);
});

test("[SYS-23] back-ups go into a folder or a bucket, at an hour and by a scheme", () => {
  const read = (environment: Record<string, string>) => {
    const found = readSettings(environment);
    return "settings" in found ? found.settings.backups : found.complaints;
  };
  expect(read({ KARIBU_BACKUP_HOUR: "3" })).toBe(null);
  expect(read({ KARIBU_BACKUP_FOLDER: "/mnt/kept" })).toEqual({
    store: { folder: "/mnt/kept" },
    hour: 0,
    keep: { days: 7, weeks: 5, months: 12 },
    provedMsMax: 36 * 3_600_000,
  });
  const bucket = {
    KARIBU_BACKUP_BUCKET: "https://s3.example/b/hub/",
    KARIBU_BACKUP_KEY_ID: "id",
    KARIBU_BACKUP_KEY_SECRET: "secret",
  };
  expect(read({ ...bucket, KARIBU_BACKUP_HOUR: "23", KARIBU_BACKUP_KEPT: "3/0/1" })).toMatchObject({
    store: { bucket: { url: "https://s3.example/b/hub", region: "us-east-1", keyId: "id", keySecret: "secret" } },
    hour: 23,
    keep: { days: 3, weeks: 0, months: 1 },
  });
  expect(read({ ...bucket, KARIBU_BACKUP_FOLDER: "/mnt/kept" })).toEqual([expect.stringContaining("take one of them")]);
});

test("a database URL that is refused does not show its password", () => {
  const read = readSettings({ DATABASE_URL: "mysql://user:hidden-password@h/d" });
  expect(JSON.stringify(read)).not.toContain("hidden-password");
});

test("[SYS-03] KARIBU_QUEUES changes time and tries of named queues, and says what is wrong in it", () => {
  const read = (value: string) => {
    const given = readSettings({ KARIBU_QUEUES: value });
    return "settings" in given ? [...given.settings.queueLimits] : given.complaints;
  };
  expect(read("payments=90/5, sms=60/4")).toEqual([
    ["payments", { timeoutSeconds: 90, tries: 5 }],
    ["sms", { timeoutSeconds: 60, tries: 4 }],
  ]);
  expect(read("")).toEqual([]);
  expect(read("billing=90/5")).toEqual([
    expect.stringContaining('KARIBU_QUEUES: "billing=90/5" names none of provisioning'),
  ]);
  for (const wrong of ["payments=4/5", "payments=90/0", "payments=90", "payments=9000/1"])
    expect(read(wrong)).toEqual([expect.stringContaining("KARIBU_QUEUES")]);
  for (const wrong of ["payments=60", "sms=30/1000000", "sms=-1/2", "sms"])
    expect(read(wrong)).toEqual([expect.stringContaining("is not a queue=seconds/tries")]);
  expect(read("sms=30/1,sms=60/2")).toEqual(['KARIBU_QUEUES: "sms=60/2" names sms a second time']);
});

test("[SYS-10] KARIBU_KEEP_DAYS changes how long kinds are kept, and refuses less than is needed", () => {
  const read = (value: string) => {
    const given = readSettings({ KARIBU_KEEP_DAYS: value });
    return "settings" in given ? [...given.settings.keptDays] : given.complaints;
  };
  expect(read("sessions=730, audit=3650")).toEqual([
    ["sessions", 730],
    ["audit", 3650],
  ]);
  expect(read("audit=30")).toEqual(['KARIBU_KEEP_DAYS: "audit=30" is less than 366 days']);
  for (const wrong of ["journal=-5", "journal=", "journal=1e9", "journal"])
    expect(read(wrong)).toEqual([expect.stringContaining("is not a kind=days")]);
  expect(read("journal=90,journal=100")).toEqual([expect.stringContaining("names journal a second time")]);
  expect(read("payments=30")).toEqual([expect.stringContaining("names none of journal, sessions, messages, audit")]);
});
