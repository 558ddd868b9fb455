import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { type AuditEntry, listAudit } from "../../data/identity/audit.ts";
import { dateTime } from "../../strings/format.ts";
import { locale, say, word } from "../../strings/strings.ts";
import { actionWords } from "./action-words.ts";
import { detailParts, detailText } from "./detail-words.ts";
import "./support-access-card.ts";

/** The audit log: who changed what, when, and with which kind of access. */
class AuditPage extends appElement() {
  readonly #entries = new ListController<AuditEntry, "from" | "to">(this, {
    read: (query, days) => listAudit(query, momentsOf(days, this.app.zone.utcOffsetMinutes)),
    topics: [],
    filters: ["from", "to"],
    isCounted: true,
  });

  /** Fields of a newer hub have English names alone: another reader is told so, and a screen reader reads them as English. */
  #detail({ action, detail }: AuditEntry) {
    const spoken = { action, zone: this.app.zone };
    if (locale() === "en") return html`<span class="soft">${detailText(detail, spoken) || say("none")}</span>`;
    const { named, unnamed } = detailParts(detail, spoken);
    return html`<span class="soft"
      >${named === "" && unnamed === "" ? say("none") : named}
      ${unnamed === "" ? nothing : html`${say("auditNotNamed")} <span lang="en">${unnamed}</span>`}</span
    >`;
  }

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
          cell: (row) => this.#detail(row),
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
