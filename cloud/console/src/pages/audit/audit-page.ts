import { html, nothing } from "lit";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, searchBar } from "../../components/list-page.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type AuditEntry, listAudit } from "../../data/identity/staff.ts";
import type { Desk } from "../../desk.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { actionWords, detailText } from "./action-words.ts";
import "./support-access-card.ts";

/** Who changed what, when, and by which way in. */
class AuditPage extends elementWith({
  desk: property<Desk>(),
  q: state(""),
}) {
  readonly #entries = new ListController<AuditEntry>(this, {
    read: (cursor) => listAudit(cursor, this.q),
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const search = (typed: string) => {
      this.q = typed;
      void this.#entries.reload();
    };
    return html`<div class="head"><h1>${say("audit")}</h1></div>
      ${searchBar(say("searchAudit"), search)}
      ${listCard(this.#entries, {
        caption: say("audit"),
        emptyText: say(this.q === "" ? "noAudit" : "nothingFound"),
        columns: [
          { label: say("time"), cell: (row) => dateTime(row.atMs, this.desk.zone) },
          {
            label: say("who"),
            cell: (row) =>
              html`${row.userName ?? say("theHub")} ${row.via === null ? nothing : html`<span class="badge warn">${word("via", row.via.split(" ")[0] ?? "")}</span>`}`,
          },
          { label: say("what"), cell: (row) => html`<strong>${actionWords(row.action)}</strong>` },
          {
            label: say("details"),
            cell: (row) => html`<span class="soft">${detailText(row.detail) || say("none")}</span>`,
          },
        ],
      })}
      ${
        this.desk.user.permissions.includes("provider.manage")
          ? html`<h2 class="between">${say("impersonations")}</h2>
              <impersonations-card .desk=${this.desk}></impersonations-card>`
          : nothing
      }`;
  }
}
customElements.define("audit-page", AuditPage);
