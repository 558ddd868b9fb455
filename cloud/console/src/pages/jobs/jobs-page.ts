import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { facts } from "../../components/facts.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard, listFilters } from "../../components/table/list-page.ts";
import {
  deleteFailedJobs,
  type FailedJob,
  listFailedJobs,
  listQueues,
  type Queue,
  retryAllJobs,
  retryJob,
} from "../../data/operations/jobs.ts";
import { dateTime, duration } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./queue-check-card.ts";

/** Background jobs: the queues, and the jobs that have failed for good. */
class JobsPage extends appElement() {
  readonly #queues = new ListController<Queue>(this, { read: () => listQueues(), topics: ["job"] });
  readonly #failed = new ListController<FailedJob, "from" | "to">(this, {
    read: (query, days) => listFailedJobs(query, momentsOf(days, this.app.zone.utcOffsetMinutes)),
    topics: ["job"],
    filters: ["from", "to"],
    isCounted: true,
  });
  readonly #actions = new PageActions(this, () => Promise.all([this.#queues.reload(), this.#failed.reload()]));

  override render() {
    const mayChange = this.may("jobs.manage");
    const hasFailed = (this.#failed.rows ?? []).length > 0;
    return html`<div class="head"><h1>${say("jobs")}</h1></div>
      ${this.#queueList()}
      ${
        this.may("platform.read")
          ? html`<queue-check-card .app=${this.app} .queues=${this.#queues.rows ?? []}></queue-check-card>`
          : nothing
      }
      <div class="head between">
        <h2>${say("failedJobs")}</h2>
        ${
          mayChange && hasFailed
            ? html`<span class="row">
                <button @click=${() => this.#actions.run("retry-all", retryAllJobs)}>${say("retryAll")}</button>
                <button class="quiet danger" @click=${this.#deleteAll}>${say("deleteAllJobs")}</button>
              </span>`
            : nothing
        }
      </div>
      ${listFilters(this.#failed, [{ days: this.app.zone }])}
      ${listCard(this.#failed, {
        title: say("failedJobs"),
        emptyText: say("noFailedJobs"),
        columns: [
          { label: say("name"), cell: (row) => html`<strong>${word("job", row.name.replaceAll(".", "_"))}</strong>` },
          { label: say("what"), cell: (row) => this.#details(row) },
          { label: say("tries"), numeric: true, cell: (row) => row.tries },
          { label: say("time"), cell: (row) => dateTime(row.diedAtMs, this.app.zone) },
        ],
        buttons:
          mayChange &&
          ((row) =>
            html`<button @click=${() => this.#actions.run(`retry/${row.id}`, () => retryJob(row.id))}>${say("retry")}</button>`),
      })}`;
  }

  #queueList() {
    return listCard(this.#queues, {
      title: say("queues"),
      emptyText: say("none"),
      columns: [
        { label: say("queue"), cell: (row) => html`<strong>${word("queue", row.name)}</strong>` },
        { label: say("waiting"), numeric: true, cell: (row) => row.waiting },
        {
          label: say("nextAt"),
          cell: (row) => (row.nextAtMs === null ? say("none") : dateTime(row.nextAtMs, this.app.zone)),
        },
        {
          label: say("timeAndTries"),
          cell: (row) => say("secondsAndTries", { seconds: row.timeoutSeconds, tries: row.tries }),
        },
        { label: say("doneToday"), numeric: true, cell: (row) => row.done ?? say("none") },
        {
          label: say("averageTime"),
          numeric: true,
          cell: (row) => (row.averageMs === null ? say("none") : `${row.averageMs} ms`),
        },
        { label: say("failedToday"), numeric: true, cell: (row) => row.failed ?? say("none") },
        {
          label: say("failedJobs"),
          numeric: true,
          cell: (row) => (row.dead === 0 ? "0" : html`<span class="badge bad">${row.dead}</span>`),
        },
      ],
    });
  }

  /** The last error; opened, the job's name, times and data. */
  #details(row: FailedJob) {
    const { zone } = this.app;
    const data = Object.entries(row.data).filter(([name]) => name !== "providerId");
    const lastedSeconds = (row.diedAtMs - row.createdAtMs) / 1000;
    return html`<details>
      <summary>${say("jobBroke")}</summary>
      ${facts([
        row.error === null ? null : [say("rawWords"), html`<span class="mono" lang="en">${row.error}</span>`],
        [say("name"), html`<span class="mono">${row.name}</span>`],
        [say("since"), `${dateTime(row.createdAtMs, zone)} (${duration(lastedSeconds)})`],
        ...data.map(([name, value]) => [name, html`<span class="mono">${asText(value)}</span>`] as const),
      ])}
    </details>`;
  }

  async #deleteAll() {
    if (await ask(say("deleteAllJobsSure"), say("deleteAllJobs"), { danger: true }))
      await this.#actions.run("delete", deleteFailedJobs);
  }
}
customElements.define("jobs-page", JobsPage);

function asText(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
