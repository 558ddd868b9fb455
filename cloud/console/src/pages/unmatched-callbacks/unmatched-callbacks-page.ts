import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import {
  dropFailedReport,
  listUnmatchedCallbacks,
  listUnmatchedPaths,
  retryFailedReport,
  type UnmatchedCallback,
  type UnmatchedPath,
} from "../../data/money/unmatched-callbacks.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import type { Page } from "../../hub/api.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { unmatchedReason } from "./unmatched-reason.ts";

type Row = UnmatchedCallback | UnmatchedPath;

/** Callbacks that match no payment, with the reason. The body is raw except for phone numbers and secrets. */
class UnmatchedCallbacksPage extends appElement({
  channels: state<Names>(noNames),
}) {
  readonly #callbacks = new ListController<Row, "from" | "to">(this, {
    read: async (query, days): Promise<Page<Row>> => {
      const span = momentsOf(days, this.app.zone.utcOffsetMinutes);
      if (!this.may("payments.read")) return listUnmatchedPaths(query, span);
      this.channels = await readNames("channels", this.app.user);
      return listUnmatchedCallbacks(query, span);
    },
    topics: ["payment"],
    filters: ["from", "to"],
    isCounted: true,
  });

  readonly #actions = new PageActions(this, () => this.#callbacks.reload());

  override render() {
    return listPage(this.#callbacks, {
      title: say("unmatchedCallbacks"),
      intro: say("unmatchedCallbacksWhy"),
      emptyText: say("noUnmatchedCallbacks"),
      name: "unmatched-callbacks",
      narrow: [{ days: this.app.zone }],
      // A row's form, and what is typed there, stays its own where another callback comes above it.
      rowKey: (row) => row.id,
      columns: [
        { label: say("time"), cell: (row) => dateTime(row.receivedAtMs, this.app.zone) },
        { label: say("receivedAt"), cell: (row) => this.#receivedAt(row) },
        {
          label: say("why"),
          cell: (row) => html`<details>
            <summary>${unmatchedReason(row.reason)}</summary>
            ${row.body === "" ? html`<p class="soft">${say("bodyRemoved")}</p>` : html`<pre>${row.body}</pre>`}
            ${this.#buttons(row)}
          </details>`,
        },
        {
          label: say("sentFrom"),
          cell: (row) => html`<span class="mono">${row.remoteAddress ?? say("none")}</span>`,
        },
      ],
    });
  }

  /** A report about money that failed is tried again, or dropped with a reason. */
  #buttons(row: Row) {
    if (!("hasFailed" in row) || !row.hasFailed || !this.may("payments.manage")) return nothing;
    const isBusy = this.#actions.busy !== "";
    return html`<p class="row below">
        <button
          ?disabled=${isBusy}
          @click=${() =>
            this.#actions.run(
              "retry",
              () => retryFailedReport(row.id),
              () => say("reportRetried"),
            )}
        >
          ${say("retryReport")}
        </button>
      </p>
      <action-form
        .fields=${[{ name: "reason", label: say("dropReason"), required: true }]}
        submitText=${say("dropReport")}
        .submit=${({ reason = "" }: Values) => dropFailedReport(row.id, String(reason))}
        @done=${() => this.#callbacks.reload()}
      ></action-form>`;
  }

  #receivedAt(row: Row) {
    if ("path" in row) return html`<span class="mono">${withShortHashes(row.path)}</span>`;
    return html`<strong>${word("source", row.source)}</strong><br /><span class="soft">${this.channels.get(row.channelId) ?? say("channel")}</span>`;
  }
}
customElements.define("unmatched-callbacks-page", UnmatchedCallbacksPage);

/** The first eight of a hash's 64 digits are enough to tell hashes apart. */
function withShortHashes(path: string): string {
  return path.replaceAll(/[0-9a-f]{16,}/g, (hash) => `${hash.slice(0, 8)}…`);
}
