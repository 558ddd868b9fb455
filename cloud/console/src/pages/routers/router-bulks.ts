import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { type Bulk, type BulkWithSites, bulkPath, listBulks, switchBulk } from "../../data/fleet/routers.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { actionWords } from "./orders/action-words.ts";
import { orderBadge, orderWhy } from "./orders/order-badge.ts";
import "../../components/states/job-progress.ts";
import "../../components/table/data-table.ts";

const tones: Readonly<Record<Bulk["state"], string>> = { running: "warn", paused: "bad", stopped: "", done: "good" };
type SiteRow = BulkWithSites["bySite"][number];

/** Changes at many routers: how far each is; stopped, or gone on with after a failure. */
class RouterBulks extends appElement({ opened: state("") }) {
  readonly #bulks = new ListController<Bulk>(this, { read: listBulks, topics: ["router"] });
  readonly #actions = new PageActions(this, () => this.#bulks.reload());

  override render() {
    return html`<h2 class="between">${say("bulks")}</h2>
      ${listCard(this.#bulks, {
        title: say("bulks"),
        emptyText: say("noBulks"),
        columns: [
          {
            label: say("what"),
            cell: (row) => html`<job-progress
              text=${actionWords({ ...row.action, kind: row.kind })}
              .done=${row.sites === 0 ? 0 : row.done + row.failed + row.cancelled}
              .failed=${row.failed}
              .total=${row.sites}
            ></job-progress>`,
          },
          {
            label: say("state"),
            cell: (row) => html`<span class="badge ${tones[row.state]}">${word("bulkState", row.state)}</span>`,
          },
          {
            label: say("orderedBy"),
            cell: (row) => html`${row.madeBy}<br /><span class="soft">${dateTime(row.madeAtMs, this.app.zone)}</span>`,
          },
        ],
        buttons: (row) => this.#buttons(row),
      })}
      ${this.opened === "" ? nothing : html`<router-bulk-sites .app=${this.app} .bulkId=${this.opened}></router-bulk-sites>`}`;
  }

  #buttons({ bulkId, state: is }: Bulk) {
    const isOpen = is === "running" || is === "paused";
    return html`<span class="row">
      <button
        class="quiet"
        aria-expanded=${this.opened === bulkId}
        @click=${() => (this.opened = this.opened === bulkId ? "" : bulkId)}
      >
        ${say("showSites")}
      </button>
      ${is === "paused" ? this.#button(bulkId, "resume", say("goOn")) : nothing}
      ${isOpen ? this.#button(bulkId, "stop", say("stop")) : nothing}
    </span>`;
  }

  #button(bulkId: string, verb: "stop" | "resume", text: string) {
    return html`<button
      class=${verb === "stop" ? "danger" : ""}
      @click=${() => this.#actions.run(`${verb} ${bulkId}`, () => switchBulk(bulkId, verb))}
    >
      ${text}
    </button>`;
  }
}
customElements.define("router-bulks", RouterBulks);

/** One change, site by site. */
class RouterBulkSites extends appElement({ bulkId: property("") }) {
  readonly #bulk = new ReadController<BulkWithSites>(this, { path: () => bulkPath(this.bulkId), topics: ["router"] });

  override updated(changed: Map<PropertyKey, unknown>) {
    if (changed.get("bulkId")) void this.#bulk.reload();
  }

  override render() {
    return this.#bulk.render(
      (bulk) => html`<div class="card panel">
        <data-table
          caption=${actionWords({ ...bulk.action, kind: bulk.kind })}
          emptyText=${say("noSites")}
          .rows=${bulk.bySite}
          .rowHref=${(row: SiteRow) => `#/routers/${row.siteId}`}
          .columns=${[
            { label: say("site"), cell: (row: SiteRow) => html`<strong>${row.siteName ?? row.siteId}</strong>` },
            { label: say("state"), cell: (row: SiteRow) => html`${orderBadge(row)} ${orderWhy(row)}` },
          ]}
        ></data-table>
      </div>`,
    );
  }
}
customElements.define("router-bulk-sites", RouterBulkSites);
