import { css, html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import {
  type Backup,
  type BackupStanding,
  downloadBackup,
  listBackups,
  newestRestoreOrderPath,
  proveBackup,
  type RestoreOrder,
  readBackupStanding,
  takeBackup,
} from "../../data/operations/backups.ts";
import { byteSize, dateTime, duration } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { keptText, problemOf, progressOf, restoreCommand, stateText, toneOf } from "./backup-words.ts";
import { restoreOrderCard } from "./restore-order.ts";
import "../../components/overlay/copy-button.ts";
import "../../components/states/job-progress.ts";

const whileUnderWayMs = 2000;

/** For platform admins: how the hub's back-ups stand, each of them, a new one, and how to restore. */
class BackupsPage extends appElement({
  /** The one whose restore is being looked at. */
  chosen: state<Backup | null>(null),
}) {
  static override styles = [
    sharedStyles,
    css`
      .stands {
        margin-bottom: 1rem;
      }
      li {
        margin-top: 0.7rem;
      }
      pre {
        margin: 0.4rem 0;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  readonly #standing = new ReadController<BackupStanding>(this, { read: readBackupStanding, topics: ["admin"] });
  readonly #backups = new ListController<Backup>(this, { read: listBackups, topics: ["admin"], filters: [] });
  readonly #order = new ReadController<{ readonly order: RestoreOrder | null }>(this, {
    path: () => newestRestoreOrderPath,
    topics: ["admin"],
  });
  readonly #actions = new PageActions(this, () => this.#reload());
  #timer: ReturnType<typeof setTimeout> | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** What is under way is followed closely; otherwise the page looks every half minute. */
  protected override updated(): void {
    if (this.#timer !== null || this.#standing.value?.underWay == null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#reload();
    }, whileUnderWayMs);
  }

  async #reload(): Promise<void> {
    await Promise.all([this.#standing.reload(), this.#backups.reload(), this.#order.reload()]);
  }

  override render() {
    const standing = this.#standing.value;
    return listPage(this.#backups, {
      title: say("backups"),
      intro: say("backupsWhy"),
      emptyText: standing?.store === null ? say("noBackupStore") : say("noBackups"),
      beside: this.#takeButton(standing),
      above: html`${this.#ordered()}${this.#standing.render((value) => this.#stands(value))}`,
      columns: [
        {
          label: say("state"),
          cell: (row) => html`<span class="badge ${toneOf(row)}">${stateText(row)}</span>${this.#problem(row)}`,
        },
        { label: say("backupHolds"), cell: (row) => this.#time(row.atMs ?? row.askedAtMs) },
        {
          label: say("backupSize"),
          numeric: true,
          cell: (row) => (row.bytes === null ? say("none") : byteSize(row.bytes)),
        },
        {
          label: say("backupAskedBy"),
          cell: (row) => say(row.askedBy === null ? "backupAskedBySchedule" : "backupAskedByPerson"),
        },
      ],
      buttons:
        ["backups.download", "backups.manage", "backups.restore"].some((permission) => this.may(permission)) &&
        ((row) => html`${this.#proveButton(row)} ${this.#download(row)} ${this.#restoreButton(row)}`),
      below: html`${this.#restoreForm()}${this.#restoreHow(standing)}`,
    });
  }

  #time = (atMs: number) => dateTime(atMs, this.app.zone);

  #takeButton(standing: BackupStanding | null) {
    if (!this.may("backups.manage") || standing === null || standing.store === null) return nothing;
    const isBusy = standing.underWay !== null || this.#actions.busy !== "";
    return html`<button class="primary" ?disabled=${isBusy} @click=${this.#take}>${say("backupNow")}</button>`;
  }

  readonly #take = () => this.#actions.run("take", takeBackup, () => say("backupBegun"));

  #stands(standing: BackupStanding): TemplateResult {
    const { store, kept, newest, newestFailed, newestProved, nextAtMs, provedAgeMs, underWay } = standing;
    if (store === null || kept === null)
      return html`<section class="card pad stands" role="status">
        <h2>${say("noBackupStore")}</h2>
        <p>${say("noBackupStoreWhy")}</p>
      </section>`;
    const proved =
      newestProved?.atMs == null || provedAgeMs === null
        ? null
        : html`${this.#time(newestProved.atMs)} <span class="soft">(${duration(provedAgeMs / 1000)})</span>`;
    return html`${standing.isLate ? this.#late() : nothing}
      <section class="card pad stands" aria-label=${say("backupsHow")}>
        ${underWay === null ? nothing : this.#progress(underWay)}
        ${facts([
          [say("backupLast"), this.#last(newestFailed ?? newest)],
          [say("backupLastProved"), proved],
          [say("backupNext"), nextAtMs === null ? null : this.#time(nextAtMs)],
          [say("backupSize"), newest?.bytes == null ? null : byteSize(newest.bytes)],
          [say("backupStore"), html`<span class="mono break">${store.place}</span>`],
          [say("backupKept"), keptText(kept)],
        ])}
      </section>`;
  }

  #last(run: Backup | null) {
    if (run === null) return null;
    return html`${this.#time(run.atMs ?? run.askedAtMs)} ·
      <span class="badge ${toneOf(run)}">${stateText(run)}</span>${this.#problem(run)}`;
  }

  #late(): TemplateResult {
    return html`<section class="card pad stands" role="alert">
      <h2><span class="badge bad">${say("backupLate")}</span></h2>
      <p>${say("backupLateWhy")}</p>
    </section>`;
  }

  #progress(underWay: Backup): TemplateResult {
    const { text, done, total } = progressOf(underWay);
    return html`<job-progress .text=${text} .done=${done} .total=${total}></job-progress>`;
  }

  #problem(row: Backup) {
    const text = problemOf(row);
    if (text === null) return nothing;
    return html`<div class="soft">${text}</div>${row.problemText === null ? nothing : rawText(row.problemText)}`;
  }

  #download(row: Backup) {
    const isThere = row.name !== null && ["stored", "proving", "proved", "damaged"].includes(row.state);
    if (!isThere || !this.may("backups.download")) return nothing;
    return html`<button
      aria-label="${say("backupDownload")}: ${row.name}"
      ?disabled=${this.#actions.busy !== ""}
      @click=${() => this.#save(row)}
    >
      ${say("backupDownload")}
    </button>`;
  }

  #proveButton(row: Backup) {
    if (!this.may("backups.manage") || row.state !== "stored") return nothing;
    return html`<button
      aria-label="${say("backupProve")}: ${row.name}"
      ?disabled=${this.#actions.busy !== ""}
      @click=${() =>
        this.#actions.run(
          `prove/${row.backupId}`,
          () => proveBackup(row.backupId),
          () => say("backupProofBegun"),
        )}
    >
      ${say("backupProve")}
    </button>`;
  }

  #save(row: Backup) {
    return this.#actions.run(
      `download/${row.backupId}`,
      () => downloadBackup(row.backupId),
      (file) => {
        saveFile(row.name ?? "karibu.sealed", file, "application/octet-stream");
        return say("backupDownloaded");
      },
    );
  }

  #ordered() {
    const order = this.#order.value?.order ?? null;
    return order === null ? nothing : restoreOrderCard(order, this.app.zone);
  }

  #restoreButton(row: Backup) {
    if (!this.may("backups.restore") || row.state !== "proved") return nothing;
    const isChosen = this.chosen?.backupId === row.backupId;
    return html`<button
      class="quiet danger"
      aria-label="${say("restoreOrder")}: ${row.name}"
      aria-expanded=${isChosen}
      @click=${() => (this.chosen = isChosen ? null : row)}
    >
      ${say("restoreOrder")}
    </button>`;
  }

  #restoreForm() {
    if (this.chosen === null) return nothing;
    const { chosen } = this;
    return keyed(
      chosen.backupId,
      html`<restore-order-form
        .app=${this.app}
        .backup=${chosen}
        @done=${() => {
          this.chosen = null;
          this.#actions.notify(say("restoreBegun"));
          void this.#order.reload();
        }}
      ></restore-order-form>`,
    );
  }

  #restoreHow(standing: BackupStanding | null): TemplateResult {
    const newest = standing?.newestProved ?? null;
    return html`<section class="card pad between" aria-label=${say("restoreHow")}>
      <h2>${say("restoreHow")}</h2>
      <p class="soft">${say("restoreHowWhy")}</p>
      <ol>
        <li>${say("restoreStep_stop")}</li>
        <li>${say("restoreStep_empty")}</li>
        <li>${say("restoreStep_restore")}${this.#command(restoreCommand(newest))}</li>
        <li>${say("restoreStep_file")}${this.#command(`npm run karibu -- restore --in ${newest?.name ?? "FILE"}`)}</li>
        <li>${say("restoreStep_check")}${this.#command("npm run karibu -- doctor --hub")}</li>
      </ol>
    </section>`;
  }

  #command(text: string): TemplateResult {
    return html`<pre class="mono">${text}</pre>
      <copy-button text=${text} label=${say("copy")}></copy-button>`;
  }
}
customElements.define("backups-page", BackupsPage);
