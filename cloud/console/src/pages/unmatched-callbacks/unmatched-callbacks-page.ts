import { html } from "lit";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { listStrayPaths, listStrays, type Stray, type StrayPath } from "../../data/money/unmatched-callbacks.ts";
import { readNames } from "../../data/names.ts";
import type { Desk } from "../../desk.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { strayWords } from "./unmatched-reason.ts";

type Row = Stray | StrayPath;

/** What came to our payment addresses and fits nothing: with the reason, raw but for numbers and secrets. */
class StraysPage extends elementWith({
  desk: property<Desk>(),
  /** Names by id. */
  channels: state<ReadonlyMap<string, string>>(new Map()),
}) {
  readonly #strays = new ListController<Row>(this, {
    read: async (cursor): Promise<{ items: readonly Row[]; nextCursor: string | null }> => {
      if (!this.desk.user.permissions.includes("payments.read")) return listStrayPaths(cursor);
      this.channels = await readNames("channels", this.desk.user);
      return listStrays(cursor);
    },
    topics: ["payment"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    return html`<div class="head"><h1>${say("strays")}</h1></div>
      <p class="soft panel">${say("straysWhy")}</p>
      ${listCard(this.#strays, {
        caption: say("strays"),
        emptyText: say("noStrays"),
        columns: [
          { label: say("time"), cell: (row) => dateTime(row.receivedAtMs, this.desk.zone) },
          { label: say("whereItCame"), cell: (row) => this.#where(row) },
          {
            label: say("why"),
            cell: (row) => html`<details>
              <summary>${strayWords(row.reason)}</summary>
              <pre>${row.body}</pre>
            </details>`,
          },
          {
            label: say("sentFrom"),
            cell: (row) => html`<span class="mono">${row.remoteAddress ?? say("none")}</span>`,
          },
        ],
      })}`;
  }

  #where(row: Row) {
    if ("path" in row) return html`<span class="mono">${shortened(row.path)}</span>`;
    return html`<strong>${word("source", row.source)}</strong><br /><span class="soft">${this.channels.get(row.channelId) ?? say("channel")}</span>`;
  }
}
customElements.define("strays-page", StraysPage);

/** Hashes of 64 digits by their first eight: enough to tell them apart. */
function shortened(path: string): string {
  return path.replaceAll(/[0-9a-f]{16,}/g, (hash) => `${hash.slice(0, 8)}…`);
}
