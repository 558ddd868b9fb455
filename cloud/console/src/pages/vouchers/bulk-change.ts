/** Many vouchers are switched off or on at once: a job of the hub does it, and here one sees how far it is. */
import { html, nothing, type PropertyValues, type ReactiveElement } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { type AppContext, appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import type { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import "../../components/states/job-progress.ts";
import type { BulkAction, DataTable } from "../../components/table/data-table.ts";
import {
  type BulkChange,
  bulkChangePath,
  bulkMax,
  changeVouchers,
  type Voucher,
} from "../../data/catalogue/vouchers.ts";
import { say, wordOr } from "../../strings/strings.ts";
import { grouped } from "./print-sheet.ts";

/** So many vouchers that could not be changed stand there with the reason; more of them fold away. */
const inSightMax = 10;

/** What a page with a table of vouchers can do with the chosen ones, and the job that it has begun. */
export class BulkChanges {
  readonly #host: ReactiveElement & { readonly app: AppContext };
  readonly #actions: PageActions;
  readonly #finished: () => unknown;
  /** Empty: none was begun here. */
  #jobId = "";
  #codes: ReadonlyMap<string, string> = new Map();

  /** `finished`: the job has ended, and the rows are read again. */
  constructor(host: ReactiveElement & { readonly app: AppContext }, actions: PageActions, finished: () => unknown) {
    this.#host = host;
    this.#actions = actions;
    this.#finished = finished;
  }

  actions(): readonly BulkAction<Voucher>[] {
    return [
      {
        text: say("switchOff"),
        isDanger: true,
        run: async (rows) => {
          const count = rows.length.toLocaleString("en");
          if (await ask(say("switchManySure", { count }), say("switchOff"), { danger: true }))
            await this.#start("disable", rows);
        },
      },
      { text: say("switchOn"), run: (rows) => this.#start("enable", rows) },
    ];
  }

  /** How far the job is; nothing where none was begun. */
  progress(): unknown {
    if (this.#jobId === "") return nothing;
    return keyed(
      this.#jobId,
      html`<bulk-progress
        .app=${this.#host.app}
        .jobId=${this.#jobId}
        .codes=${this.#codes}
        @finished=${this.#finished}
      ></bulk-progress>`,
    );
  }

  /** The page shows other vouchers now. */
  forget(): void {
    this.#show("");
  }

  #start(action: BulkChange["action"], rows: readonly Voucher[]) {
    const voucherIds = rows.slice(0, bulkMax).map(({ voucherId }) => voucherId);
    this.#codes = new Map(rows.map(({ voucherId, code }) => [voucherId, code]));
    return this.#actions.run(
      `bulk-${action}`,
      () => changeVouchers(action, voucherIds),
      ({ jobId }) => {
        this.#show(jobId);
        this.#host.renderRoot.querySelector<DataTable>("data-table")?.clearChoice();
        return "";
      },
    );
  }

  #show(jobId: string): void {
    this.#jobId = jobId;
    this.#host.requestUpdate();
  }
}

/** One such job: how far it is, and which vouchers it could not change. Dispatches `finished` when it has ended. */
class BulkProgress extends appElement({
  jobId: property(""),
  /** The codes of the vouchers that were chosen, by their ids: a problem names its voucher. */
  codes: property<ReadonlyMap<string, string>>(new Map()),
}) {
  readonly #change = new ReadController<BulkChange>(this, {
    path: () => bulkChangePath(this.jobId),
    topics: ["voucher", "job"],
  });
  #isTold = false;

  override updated(changed: PropertyValues) {
    super.updated(changed);
    if (this.#change.value?.state !== "done" || this.#isTold) return;
    this.#isTold = true;
    this.dispatchEvent(new CustomEvent("finished"));
  }

  /** Which voucher, and why, in the reader's words. */
  #problem({ voucherId, code, detail }: BulkChange["problems"][number]) {
    const why = wordOr("problem", code, detail);
    const name = this.codes.get(voucherId);
    return name === undefined ? why : html`<span class="mono">${grouped(name)}</span>: ${why}`;
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
            : html`<details class="below" ?open=${problems.length <= inSightMax}>
                <summary>${say("bulkProblems")}: ${failed.toLocaleString("en")}</summary>
                <ul>
                  ${problems.map((problem) => html`<li>${this.#problem(problem)}</li>`)}
                </ul>
              </details>`
        }
      </section>`;
    });
  }
}
customElements.define("bulk-progress", BulkProgress);
