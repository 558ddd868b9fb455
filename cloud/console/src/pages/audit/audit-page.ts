import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { type AuditEntry, listAudit } from "../../data/identity/audit.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { actionWords, detailText } from "./action-words.ts";
import "./support-access-card.ts";

/** The audit log: who changed what, when, and with which kind of access. */
class AuditPage extends appElement() {
  readonly #entries = new ListController<AuditEntry, "from" | "to">(this, {
    read: (query, days) => listAudit(query, momentsOf(days, this.app.zone.utcOffsetMinutes)),
    topics: [],
    filters: ["from", "to"],
    isCounted: true,
  });

  override render() {
    return listPage(this.#entries, {
      title: say("audit"),
      emptyText: say("noAudit"),
      search: say("searchAudit"),
      narrow: [{ days: this.app.zone }],
      name: "audit",
      columns: [
        { label: say("time"), cell: (row) => dateTime(row.atMs, this.app.zone) },
        {
          label: say("who"),
          cell: (row) =>
            html`${row.userName ?? (row.via?.startsWith("customer") ? nothing : say("theHub"))} ${row.via === null ? nothing : html`<span class="badge warn">${word("via", row.via.split(" ")[0] ?? "")}</span>`}`,
        },
        {
          label: say("what"),
          cell: (row) =>
            html`<strong>${actionWords(row.action)}</strong>${row.readings > 1 ? html` <span class="badge">× ${row.readings}</span>` : nothing}`,
        },
        {
          label: say("details"),
          cell: (row) => html`<span class="soft">${detailText(row.detail, this.app.zone) || say("none")}</span>`,
        },
      ],
      below: this.may("provider.manage")
        ? html`<h2 class="between">${say("supportAccess")}</h2>
            <support-access-card .app=${this.app}></support-access-card>`
        : nothing,
    });
  }
}
customElements.define("audit-page", AuditPage);
