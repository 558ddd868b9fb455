import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { restoreCard } from "../../components/restore-card.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { listMaintenanceRuns, type MaintenanceRun } from "../../data/operations/maintenance.ts";
import {
  listPlatformRevoked,
  type PlatformRevokedRow,
  platformRestoresPath,
  type Restore,
} from "../../data/operations/restores.ts";
import { dateTime, duration } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { revokedList } from "../restores/revoked-list.ts";
import "./health-card.ts";
import "./hub-minutes.ts";

/** The hub's health: its parts, what its set-up lacks, and the work that recurs by itself. */
class HealthPage extends appElement() {
  readonly #runs = new ListController<MaintenanceRun>(this, { read: listMaintenanceRuns, topics: [] });

  readonly #restores = new ReadController<{ readonly items: readonly Restore[] }>(this, {
    path: () => platformRestoresPath,
    topics: [],
  });

  readonly #revoked = new ListController<PlatformRevokedRow>(this, { read: listPlatformRevoked, topics: [] });

  override render() {
    const restores = this.#restores.value?.items ?? [];
    return html`<div class="head"><h1>${say("room_health")}</h1></div>
      <health-card .app=${this.app}></health-card>
      <hub-minutes .app=${this.app}></hub-minutes>
      ${restores.map((restore) => restoreCard(restore, this.app.zone))}
      ${restores.length === 0 ? nothing : revokedList(this.#revoked, this.app.zone)}
      <h2 class="between">${say("maintenance")}</h2>
      ${listCard(this.#runs, {
        title: say("maintenance"),
        emptyText: say("noMaintenance"),
        columns: [
          { label: say("name"), cell: (row) => html`<strong>${word("maintenance", row.name)}</strong>` },
          { label: say("every"), cell: (row) => duration(row.everyMs / 1000) },
          { label: say("started"), cell: (row) => dateTime(row.startedAtMs, this.app.zone) },
          {
            label: say("duration"),
            numeric: true,
            cell: (row) =>
              row.finishedAtMs === null ? say("working") : duration((row.finishedAtMs - row.startedAtMs) / 1000),
          },
          {
            label: say("what"),
            cell: outcome,
          },
        ],
      })}`;
  }
}
customElements.define("health-page", HealthPage);

/** What a job did it tells in figures and names of tables: for who looks closer. */
function outcome({ failed, outcome: told }: MaintenanceRun) {
  if (told === null) return say("none");
  if (failed) return html`<span class="badge bad">${say("maintenanceFailed")}</span>${rawText(told)}`;
  if (told === "nothing") return html`<span class="soft">${say("maintenanceIdle")}</span>`;
  return html`<span class="soft">${say("maintenanceDone")}</span>${rawText(told)}`;
}
