/**
 * Sends reports by e-mail when they are due.
 * Who attacks: who wants the figures of a business sent to them for good. A schedule names people of the provider, no addresses; each time it is
 * asked anew whether they are still there and may still read each report, so that a person who left, or whose role changed, gets nothing more.
 * Letters go to the address with which a person logs in. Their text has no word that a stranger chose but the provider's own name, made plain.
 */

import type { ReportName } from "@karibu/protocol/report-names";
import type { World } from "@karibu/protocol/world";
import { writtenDay } from "@karibu/protocol/written-day";
import type { Selectable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Permission } from "../../ground/http/permissions.ts";
import { type MaintenanceJob, runMsMax } from "../../ground/jobs/maintenance-job.ts";
import { inLanguage, type Word } from "../../ground/lists/export-words.ts";
import type { Attachment, Mail } from "../../ground/mail/mail.ts";
import { plainName } from "../../ground/mail/plain-name.ts";
import { permissionsOfRole } from "../../identity/roles/role-routes.ts";
import { activeAmong } from "../../identity/users/owners.ts";
import { readReportLook } from "../../reports/figures/figure-routes.ts";
import { reportCsv } from "../../reports/figures/report-csv.ts";
import { readReport, reportKinds, sameDays, type Told, textOfDays } from "../../reports/figures/report-list.ts";
import { reportPdf } from "../../reports/figures/report-pdf.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { providerIs } from "../../tenancy/providers/provider-state.ts";
import type { ModuleParts } from "../hub-module.ts";
import { isTooFar, nextDayOf, sentFromHour, spanBefore } from "./schedule-policy.ts";

export type ScheduleRow = Selectable<Schema["report_schedules"]>;

export type ReportLetterParts = Pick<ModuleParts, "world" | "database" | "mailer" | "publicUrl" | "accountOwners">;

const minuteMs = 60_000;
/** These look further back than the time that the letter tells of. What looks ahead takes no days anyway. */
const furtherBack: readonly ReportName[] = ["retention", "capacity"];

const words = {
  subject: ["{name}: reports of {days}", "{name}: ripoti za {days}"],
  sent: ["{name}: reports, sent on {today}", "{name}: ripoti, zimetumwa {today}"],
  text: [
    "Reports of {name} are attached:\n\n{titles}\n\nWhich reports you get is chosen in the console, under Reports:",
    "Ripoti za {name} zimeambatishwa:\n\n{titles}\n\nRipoti unazopata huchaguliwa kwenye koni, chini ya Ripoti:",
  ],
} as const satisfies Record<string, Word>;

export function reportLetters(parts: ReportLetterParts): MaintenanceJob {
  return { name: "report-letters", everyMs: 10 * minuteMs, mostMs: runMsMax, run: () => sendDue(parts) };
}

/** One provider's trouble does not hold the others up; the run then counts as failed. */
export async function sendDue(parts: ReportLetterParts): Promise<string> {
  const { world, database } = parts;
  const waiting = await database.asPlatform("report-letters", (tx) =>
    tx
      .selectFrom("report_schedules")
      .select(["providerId", "scheduleId"])
      .where("active", "=", true)
      .where(providerIs("report_schedules", "active"))
      .execute(),
  );
  const failed: unknown[] = [];
  let sent = 0;
  for (const { providerId, scheduleId } of waiting)
    try {
      sent += await database.asProvider(providerId, async (tx) => {
        // Who comes second finds it locked, or sent.
        const row = await tx
          .selectFrom("report_schedules")
          .selectAll()
          .where("scheduleId", "=", scheduleId)
          .forUpdate()
          .skipLocked()
          .executeTakeFirst();
        const now = await readClock(world, tx, providerId);
        if (row?.active !== true) return 0;
        const nextDay = nextDayOf(row.every, now.today);
        if (isTooFar(row.every, row.nextDay, now.today))
          await tx.updateTable("report_schedules").set({ nextDay }).where("scheduleId", "=", scheduleId).execute();
        if (row.nextDay > now.today || now.hour < sentFromHour) return 0;
        return sendReports(parts, tx, row, nextDay);
      });
    } catch (error) {
      world.log.error("report-letters-failed", { providerId, scheduleId, error: String(error) });
      failed.push(error);
    }
  if (failed.length > 0) throw failed[0];
  return `${sent} letters`;
}

/** In one transaction with the note that it was sent. @returns how many letters */
export async function sendReports(
  { world, mailer, publicUrl, accountOwners }: ReportLetterParts,
  tx: Tx,
  row: ScheduleRow,
  nextDay: string | null,
): Promise<number> {
  const { providerId, every, language, format } = row;
  const nowMs = world.clock.wall().atMs;
  const { today } = await readClock(world, tx, providerId);
  const span = spanBefore(every, today);
  const look = await readReportLook(tx, providerId);
  const told = new Map<ReportName, Told>();
  for (const report of row.reports) {
    const wish = { report, language, ...(furtherBack.includes(report) ? {} : span) };
    told.set(report, await readReport(tx, { providerId, nowMs, sellerId: null, accountOwners }, wish));
  }
  const files = new Map<string, readonly ReportFile[]>();
  let letters = 0;
  const people = await readReaders(tx, row);
  for (const { email, reports } of people) {
    const these = reports.flatMap((name) => told.get(name) ?? []);
    const key = reports.join();
    const attached = files.get(key) ?? (await filesOf(these, format, look, today));
    files.set(key, attached);
    for (const { reports: inIt, attachment } of attached) {
      const days = sameDays(inIt);
      const fill = fillWith({
        name: plainName(look.seller.name),
        today: writtenDay(today, language),
        days: days ?? "",
        titles: inIt.map((one) => `${one.title}: ${textOfDays(one)}`).join("\n"),
      });
      const mail: Mail = {
        to: email,
        subject: fill(inLanguage(days === null ? words.sent : words.subject, language)),
        text: `${fill(inLanguage(words.text, language))}\n\n${publicUrl}/#/reports\n`,
        attachment,
      };
      await mailer.write(tx, providerId, mail);
      letters++;
    }
  }
  await tx
    .updateTable("report_schedules")
    .set({ sentAtMs: nowMs, sentTo: people.length, ...(nextDay === null ? {} : { nextDay }) })
    .where("scheduleId", "=", row.scheduleId)
    .execute();
  return letters;
}

interface ReportFile {
  readonly reports: readonly Told[];
  readonly attachment: Attachment;
}

async function filesOf(
  told: readonly Told[],
  format: "pdf" | "csv",
  look: Parameters<typeof reportPdf>[1],
  today: string,
): Promise<readonly ReportFile[]> {
  const nameOf = ({ fromDay, untilDay }: Told["asked"]) => `${fromDay}-${untilDay}`;
  if (format === "csv")
    return told.map((one) => {
      const name = `${one.report}-${nameOf(one.asked)}.csv`;
      return { reports: [one], attachment: { name, mediaType: "text/csv", bytes: Buffer.from(reportCsv(one)) } };
    });
  const [first] = told;
  const days = first === undefined || sameDays(told) === null ? today : nameOf(first.asked);
  const bytes = await reportPdf(told, look);
  return [{ reports: told, attachment: { name: `reports-${days}.pdf`, mediaType: "application/pdf", bytes } }];
}

/** People who are still there, and which of the reports each may read. */
async function readReaders(tx: Tx, { providerId, userIds, reports }: ScheduleRow) {
  const readers: { readonly email: string; readonly reports: readonly ReportName[] }[] = [];
  for (const { email, role } of await activeAmong(tx, providerId, userIds)) {
    const may: readonly Permission[] = await permissionsOfRole(tx, role, providerId).catch(() => []);
    if (!may.includes("reports.read")) continue;
    const allowed = reports.filter((name) => {
      const { needs } = reportKinds[name];
      return needs === undefined || may.includes(needs);
    });
    if (allowed.length > 0) readers.push({ email, reports: allowed });
  }
  return readers;
}

export async function readClock(world: World, tx: Tx, providerId: string): Promise<{ today: string; hour: number }> {
  const offset = await offsetOfProvider(tx, providerId);
  const at = new Date(world.clock.wall().atMs + offset * minuteMs);
  return { today: at.toISOString().slice(0, 10), hour: at.getUTCHours() };
}

function fillWith(values: Readonly<Record<string, string>>) {
  return (text: string) => text.replaceAll(/\{(\w+)\}/g, (all, key: string) => values[key] ?? all);
}
