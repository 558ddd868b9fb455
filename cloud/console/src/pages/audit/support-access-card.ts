import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { listSupportAccess, type SupportAccess, stopSupportAccess } from "../../data/identity/support-access.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** When platform admins had support access to this provider, and why. The owner can end it. */
class SupportAccessCard extends appElement() {
  readonly #list = new ListController<SupportAccess>(this, { read: listSupportAccess, topics: [] });
  readonly #actions = new PageActions(this, () => this.#list.reload());

  override render() {
    const { zone } = this.app;
    return html`
    ${listCard(this.#list, {
      title: say("supportAccess"),
      emptyText: say("noSupportAccess"),
      columns: [
        {
          label: say("who"),
          cell: (row) => html`<strong>${row.adminName}</strong><br /><span class="soft">${row.adminEmail}</span>`,
        },
        { label: say("why"), cell: (row) => row.reason },
        { label: say("permissions"), cell: (row) => say(row.readOnly ? "supportReads" : "supportChanges") },
        { label: say("started"), cell: (row) => dateTime(row.startedAtMs, zone) },
        {
          label: say("ends"),
          cell: (row) => dateTime(Math.min(row.expiresAtMs, row.endedAtMs ?? row.expiresAtMs), zone),
        },
        {
          label: say("state"),
          cell: (row) =>
            isOpen(row)
              ? html`<button class="danger" @click=${() => this.#stop(row)}>${say("endSupportAccess")}</button>`
              : html`<span class="badge">${say("ended")}</span>`,
        },
      ],
    })}`;
  }

  #stop(row: SupportAccess) {
    return this.#actions.run(`end/${row.impersonationId}`, () => stopSupportAccess(row.impersonationId));
  }
}
customElements.define("support-access-card", SupportAccessCard);

function isOpen(row: SupportAccess): boolean {
  return row.endedAtMs === null && row.expiresAtMs > Date.now();
}
