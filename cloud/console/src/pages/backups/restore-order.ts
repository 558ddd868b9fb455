import { css, html, nothing, type TemplateResult } from "lit";
import "../../components/action-form.ts";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import {
  type Backup,
  orderRestore,
  type RestoreOrder,
  type RestorePreview,
  restorePreviewPath,
} from "../../data/operations/backups.ts";
import { dateTime, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/table/data-table.ts";
import { problemOf } from "./backup-words.ts";

type Row = RestorePreview["rows"][number];

const count = (rows: number | null) => (rows === null ? say("none") : rows.toLocaleString("en"));

/** What a back-up holds, what the hub would lose, and the hub's name typed: then it is ordered. The hub asks for a fresh code itself. */
class RestoreOrderForm extends appElement({ backup: property<Backup>() }) {
  static override styles = [
    sharedStyles,
    css`
      ul {
        margin: 0.5rem 0 0.8rem;
        padding-left: 1.2rem;
      }
    `,
  ];

  readonly #preview = new ReadController<RestorePreview>(this, {
    path: () => restorePreviewPath(this.backup.backupId),
  });

  override render() {
    return html`<section class="card pad between" aria-label=${say("restoreThis")}>
      <h2>${say("restoreThis")}</h2>
      ${this.#preview.render((preview) => this.#body(preview))}
    </section>`;
  }

  #body(preview: RestorePreview): TemplateResult {
    const { atMs, hubName, askerIsNewer, rows } = preview;
    return html`<p>${say("restoreWould", { time: dateTime(atMs, this.app.zone) })}</p>
      <data-table
        caption=${say("restoreWouldLose")}
        .columns=${[
          {
            label: say("what"),
            lead: true,
            cell: (row: Row) => word("inBackup", row.table),
          },
          { label: say("restoreHeld"), numeric: true, cell: (row: Row) => count(row.held) },
          { label: say("restoreNow"), numeric: true, cell: (row: Row) => count(row.now) },
          {
            label: say("restoreSince"),
            numeric: true,
            cell: (row: Row) => (row.since === 0 ? "0" : html`<span class="badge warn">${count(row.since)}</span>`),
          },
        ]}
        .rows=${rows}
      ></data-table>
      <ul>
        <li>${say("restoreKeeps")}</li>
        <li>${say("restoreSaves")}</li>
        <li>${say("restoreEnds")}</li>
        <li>${say("restoreTells", { most: preview.ordersPerDay })}</li>
      </ul>
      ${askerIsNewer ? html`<p role="alert"><span class="badge bad">${say("restoreWithoutYou")}</span></p>` : nothing}
      <action-form
        .fields=${[{ name: "name", label: say("restoreTypeName", { name: hubName }), required: true }]}
        submitText=${say("restoreOrder")}
        .submit=${(values: Values) => orderRestore(this.backup.backupId, String(values.name))}
      ></action-form>`;
  }
}
customElements.define("restore-order-form", RestoreOrderForm);

const tones = { ordered: "warn", restoring: "warn", done: "good", failed: "bad" } as const;

/** The restore that was ordered last, and what became of it. */
export function restoreOrderCard(order: RestoreOrder, zone: Zone): TemplateResult {
  const { state, savedAs } = order;
  const problem = problemOf(order);
  return html`<section class="card pad stands" aria-label=${say("restoreOrdered")} role="status">
    <h2>${say("restoreOrdered")}</h2>
    ${facts([
      [say("state"), html`<span class="badge ${tones[state]}">${word("restoreOrder", state)}</span>`],
      [say("backupHolds"), dateTime(order.backupAtMs, zone)],
      [say("time"), dateTime(order.orderedAtMs, zone)],
      savedAs === null ? null : [say("restoreSavedAs"), html`<span class="mono break">${savedAs}</span>`],
      problem === null ? null : [say("restoreProblem"), problem],
    ])}
  </section>`;
}
