import { html, nothing } from "lit";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import {
  type DeadJob,
  flushJobs,
  listDeadJobs,
  listQueues,
  type Queue,
  retryAllJobs,
  retryJob,
} from "../../data/operations/jobs.ts";
import type { Desk } from "../../desk.ts";
import { dateTime, duration } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

/** Work in the background: what waits, what ran, and what failed for good. */
class JobsPage extends elementWith({
  desk: property<Desk>(),
}) {
  readonly #deeds = new Deeds(this);
  readonly #queues = new ListController<Queue>(this, {
    read: () => listQueues(),
    topics: ["job"],
    events: () => this.desk.events,
  });
  readonly #dead = new ListController<DeadJob>(this, {
    read: listDeadJobs,
    topics: ["job"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const mayChange = this.desk.user.permissions.includes("jobs.manage");
    const any = (this.#dead.rows ?? []).length > 0;
    return html`<div class="head"><h1>${say("jobs")}</h1></div>
      ${this.#deeds.notice()}
      ${listCard(this.#queues, {
        caption: say("queues"),
        emptyText: say("none"),
        columns: [
          { label: say("queue"), cell: (row) => html`<strong>${word("queue", row.name)}</strong>` },
          { label: say("waiting"), numeric: true, cell: (row) => row.waiting },
          {
            label: say("nextAt"),
            cell: (row) => (row.nextAtMs === null ? say("none") : dateTime(row.nextAtMs, this.desk.zone)),
          },
          { label: say("doneToday"), numeric: true, cell: (row) => row.done ?? say("none") },
          {
            label: say("averageTime"),
            numeric: true,
            cell: (row) => (row.averageMs === null ? say("none") : `${row.averageMs} ms`),
          },
          { label: say("failedToday"), numeric: true, cell: (row) => row.failed ?? say("none") },
          {
            label: say("deadJobs"),
            numeric: true,
            cell: (row) => (row.dead === 0 ? "0" : html`<span class="badge bad">${row.dead}</span>`),
          },
        ],
      })}
      <div class="head between">
        <h2>${say("deadJobs")}</h2>
        ${
          mayChange && any
            ? html`<span class="row">
                <button @click=${() => this.#then("retry-all", retryAllJobs)}>${say("retryAll")}</button>
                <button class="quiet danger" @click=${this.#flush}>${say("flush")}</button>
              </span>`
            : nothing
        }
      </div>
      ${listCard(this.#dead, {
        caption: say("deadJobs"),
        emptyText: say("noDeadJobs"),
        columns: [
          { label: say("name"), cell: (row) => html`<strong>${word("job", row.name.replaceAll(".", "_"))}</strong>` },
          { label: say("what"), cell: (row) => this.#read(row) },
          { label: say("tries"), numeric: true, cell: (row) => row.tries },
          { label: say("time"), cell: (row) => dateTime(row.diedAtMs, this.desk.zone) },
          ...(mayChange
            ? [
                {
                  label: say("change"),
                  cell: (row: DeadJob) =>
                    html`<button @click=${() => this.#then(`retry/${row.id}`, () => retryJob(row.id))}>${say("retry")}</button>`,
                },
              ]
            : []),
        ],
      })}`;
  }

  /** Why it was given up, and what it was to do. */
  #read(row: DeadJob) {
    const rows = Object.entries(row.data).filter(([name]) => name !== "providerId");
    return html`<details>
      <summary>${row.error ?? say("none")}</summary>
      <dl class="facts">
        <dt>${say("name")}</dt>
        <dd class="mono">${row.name}</dd>
        <dt>${say("since")}</dt>
        <dd>${dateTime(row.createdAtMs, this.desk.zone)} (${duration((row.diedAtMs - row.createdAtMs) / 1000)})</dd>
        ${rows.map(([name, value]) => html`<dt class="mono">${name}</dt><dd class="mono">${plain(value)}</dd>`)}
      </dl>
    </details>`;
  }

  async #flush() {
    if (await ask(say("flushSure"), say("flush"))) await this.#then("flush", flushJobs);
  }

  async #then(name: string, work: () => Promise<unknown>) {
    await this.#deeds.run(name, work);
    await Promise.all([this.#queues.reload(), this.#dead.reload()]);
  }
}
customElements.define("jobs-page", JobsPage);

function plain(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
