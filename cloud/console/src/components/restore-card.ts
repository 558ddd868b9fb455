import { html } from "lit";
import type { Restore } from "../data/operations/restores.ts";
import { dateTime, type Zone } from "../strings/format.ts";
import { say } from "../strings/strings.ts";
import { facts } from "./facts.ts";

/** One restore: since when until when decisions were lost, and how far the sites have given them back. */
export function restoreCard(restore: Restore, zone: Zone) {
  const { sites, rows, purchases } = restore;
  const isDone = sites.done >= sites.all && sites.rowsLeft === 0 && purchases.open === 0;
  return html`<section class="card pad">
    <h2>${say("restoredAt", { time: dateTime(restore.restoredAtMs, zone) })}</h2>
    <p class="soft">${say("restoreLost", { from: dateTime(restore.backUpAtMs, zone), until: dateTime(restore.restoredAtMs, zone) })}</p>
    ${facts([
      [
        say("state"),
        html`<span class="badge ${isDone ? "good" : "warn"}">${say(isDone ? "restoreDone" : "restoreGoesOn")}</span>`,
      ],
      [say("sitesBack"), say("sitesBackOf", { back: sites.back, all: sites.all })],
      [say("sitesGaveBack"), say("sitesBackOf", { back: sites.done, all: sites.all })],
      [say("rowsTakenBack"), rows.taken],
      [say("rowsNotTaken"), rows.kept + rows.gone],
      [say("recordsSentAgain"), restore.journalRecords],
      [say("purchasesProved"), purchases.found],
      [say("purchasesOpen"), purchases.open === 0 ? "0" : html`<span class="badge warn">${purchases.open}</span>`],
      [say("purchasesFailed"), purchases.failed],
    ])}
  </section>`;
}
