import { html } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { endImpersonation, type Impersonation, listImpersonations } from "../../data/tenancy/providers.ts";
import type { Desk } from "../../desk.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** When people of the platform acted as this provider, and why; the owner can show them out. */
class ImpersonationsCard extends elementWith({
  desk: property<Desk>(),
}) {
  readonly #deeds = new Deeds(this);
  readonly #list = new ListController<Impersonation>(this, {
    read: listImpersonations,
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const { zone } = this.desk;
    return html`${this.#deeds.notice()}
    ${listCard(this.#list, {
      caption: say("impersonations"),
      emptyText: say("noImpersonations"),
      columns: [
        {
          label: say("who"),
          cell: (row) => html`<strong>${row.adminName}</strong><br /><span class="soft">${row.adminEmail}</span>`,
        },
        { label: say("why"), cell: (row) => row.reason },
        { label: say("mayDo"), cell: (row) => say(row.readOnly ? "readOnlyActing" : "changesToo") },
        { label: say("started"), cell: (row) => dateTime(row.startedAtMs, zone) },
        {
          label: say("ends"),
          cell: (row) => dateTime(Math.min(row.expiresAtMs, row.endedAtMs ?? row.expiresAtMs), zone),
        },
        {
          label: say("state"),
          cell: (row) =>
            isOpen(row)
              ? html`<button class="danger" @click=${() => this.#end(row)}>${say("showOut")}</button>`
              : html`<span class="badge">${say("ended")}</span>`,
        },
      ],
    })}`;
  }

  async #end(row: Impersonation) {
    await this.#deeds.run(`end/${row.impersonationId}`, () => endImpersonation(row.impersonationId));
    await this.#list.reload();
  }
}
customElements.define("impersonations-card", ImpersonationsCard);

function isOpen(row: Impersonation): boolean {
  return row.endedAtMs === null && row.expiresAtMs > Date.now();
}
