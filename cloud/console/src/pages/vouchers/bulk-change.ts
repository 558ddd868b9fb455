/** Many vouchers are switched off or on at once: a job of the hub does it, and here one sees how far it is. */
import { html, nothing, type PropertyValues } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ask } from "../../components/ask-dialog.ts";
import { property } from "../../components/element-with.ts";
import type { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import "../../components/states/job-progress.ts";
import type { BulkAction } from "../../components/table/data-table.ts";
import {
  type BulkChange,
  bulkChangePath,
  bulkMax,
  changeVouchers,
  type Voucher,
} from "../../data/catalogue/vouchers.ts";
import { say } from "../../strings/strings.ts";

/** What can be done with chosen vouchers. `begun` gets the job that does it. */
export function bulkActions(actions: PageActions, begun: (jobId: string) => void): readonly BulkAction<Voucher>[] {
  const start = (action: BulkChange["action"], rows: readonly Voucher[]) =>
    actions.run(
      `bulk-${action}`,
      () =>
        changeVouchers(
          action,
          rows.slice(0, bulkMax).map(({ voucherId }) => voucherId),
        ),
      ({ jobId }) => {
        begun(jobId);
        return "";
      },
    );
  return [
    {
      text: say("switchOff"),
      isDanger: true,
      run: async (rows) => {
        const count = rows.length.toLocaleString("en");
        if (await ask(say("switchManySure", { count }), say("switchOff"), { danger: true }))
          await start("disable", rows);
      },
    },
    { text: say("switchOn"), run: (rows) => start("enable", rows) },
  ];
}

/** One such job: how far it is, and which vouchers it could not change. Dispatches `finished` when it has ended. */
class BulkProgress extends appElement({ jobId: property("") }) {
  readonly #change = new ReadController<BulkChange>(this, {
    path: () => bulkChangePath(this.jobId),
    topics: ["voucher"],
  });
  #isTold = false;

  override updated(changed: PropertyValues) {
    super.updated(changed);
    if (this.#change.value?.state !== "done" || this.#isTold) return;
    this.#isTold = true;
    this.dispatchEvent(new CustomEvent("finished"));
  }

  override render() {
    return this.#change.render(({ action, state, total, done, failed, problems }) => {
      const count = total.toLocaleString("en");
      return html`<section class="card pad panel">
        ${
          state === "done"
            ? html`<p role="status">${say("bulkDone", { count: (total - failed).toLocaleString("en") })}</p>`
            : html`<job-progress
                text=${say(action === "disable" ? "bulkDisabling" : "bulkEnabling", { count })}
                .done=${done}
                .failed=${failed}
                .total=${total}
              ></job-progress>`
        }
        ${
          problems.length === 0
            ? nothing
            : html`<details class="below">
                <summary>${say("bulkProblems")}: ${failed.toLocaleString("en")}</summary>
                <ul>
                  ${problems.map(({ detail }) => html`<li>${detail}</li>`)}
                </ul>
              </details>`
        }
      </section>`;
    });
  }
}
customElements.define("bulk-progress", BulkProgress);
