import { css, html, type TemplateResult } from "lit";
import { appElement } from "../components/app-element.ts";
import { breadcrumbs } from "../components/breadcrumbs.ts";
import { ask } from "../components/overlay/ask-dialog.ts";
import "../components/table/export-button.ts";
import { facts } from "../components/facts.ts";
import { formCard } from "../components/form-card.ts";
import { loadFailed, loading } from "../components/loading.ts";
import "../components/overlay/copy-button.ts";
import "../components/overlay/explain-tip.ts";
import "../components/overlay/row-menu.ts";
import { toast } from "../components/overlay/toast.ts";
import "../components/qr-code.ts";
import { rawText } from "../components/raw-text.ts";
import { sharedStyles } from "../components/shared-styles.ts";
import { shownOnce } from "../components/shown-once.ts";
import { emptyState, stateStyles } from "../components/states/empty-state.ts";
import "../components/states/job-progress.ts";
import "../components/tab-bar.ts";
import { tile, tileStyles } from "../components/tiles.ts";
import { say } from "../strings/strings.ts";
import { galleryCharts } from "./gallery-charts.ts";
import { everyField } from "./gallery-fields.ts";
import { galleryTables } from "./gallery-tables.ts";
import { longWord } from "./samples.ts";

/**
 * Every part of the console in every state, for who builds pages and for the tests: they look at it in both themes, at all
 * widths. Its headings are the parts' names in the code.
 */
class GalleryPage extends appElement() {
  static override styles = [
    sharedStyles,
    stateStyles,
    tileStyles,
    css`
      h2 {
        margin: var(--space-6) 0 var(--space-3);
        font-family: var(--mono);
      }
    `,
  ];

  override render() {
    return html`<h1>Gallery</h1>
      ${this.#parts().map(
        ([name, content]) => html`<section aria-label=${name}>
          <h2>${name}</h2>
          ${content}
        </section>`,
      )}`;
  }

  #parts(): readonly (readonly [name: string, content: TemplateResult | readonly TemplateResult[]])[] {
    const { zone } = this.app;
    return [
      ["button", this.#buttons()],
      ["badge", this.#badges()],
      ["tile", this.#tiles()],
      ["breadcrumbs, tab-bar", this.#places()],
      ["ask, toast", this.#questions()],
      ["row-menu, explain-tip, copy-button, export-button", this.#menus()],
      ["action-form", formCard({ title: say("addPlan"), fields: everyField(), submitText: say("save"), submit: wait })],
      ["data-table", galleryTables(zone)],
      ["time-series, bar-chart", galleryCharts(zone)],
      ["loading, loadFailed", [loading(), loadFailed(say("loadFailed"), () => {})]],
      [
        "emptyState",
        (["ticket", "search", "signal"] as const).map(
          (picture) => html`<div class="card panel">
            ${emptyState(picture === "search" ? say("nothingFound") : say("noPayments"), {
              picture,
              action: html`<button class="primary">${say("sell")}</button>`,
            })}
          </div>`,
        ),
      ],
      ["job-progress", this.#progress()],
      ["facts, shownOnce, qr-code", this.#things()],
    ];
  }

  #buttons() {
    const kinds = ["", "primary", "quiet", "danger", "primary danger"];
    return html`<p class="row">
        ${kinds.map((kind) => html`<button class=${kind}>${say("save")}</button>`)} <button disabled>${say("working")}</button>
        <a class="button" href="#/gallery">${say("payments")}</a>
      </p>
      <p class="row below"><button class="primary">${longWord}</button></p>`;
  }

  #badges() {
    return html`<p class="row">
      ${["", "good", "warn", "bad"].map((tone) => html`<span class="badge ${tone}">${say("state")}</span>`)}
    </p>`;
  }

  #tiles() {
    return html`<div class="tiles">
      ${tile(say("onlineNow"), null)} ${tile(say("payments"), "KSh 1,234,567.50", say("nothingYet"), { href: "#/gallery" })}
      ${tile(longWord, "0", longWord, { attention: true })}
    </div>`;
  }

  #places() {
    return html`${breadcrumbs([
      [say("payments"), "#/gallery"],
      [longWord, null],
    ])}
      <tab-bar
        label=${say("payments")}
        .tabs=${[
          { name: "", text: say("payments"), count: 12_345 },
          { name: "refunds", text: say("refunds"), count: 0 },
          { name: "long", text: longWord },
        ]}
        chosen=""
      ></tab-bar>`;
  }

  #questions() {
    const remove = say("removeView", { name: "A" });
    return html`<p class="row">
      <button id="ask" @click=${() => ask(say("overspendSure", { amount: "KSh 10", balance: "KSh 5" }), say("save"))}>ask</button>
      <button id="ask-danger" class="danger" @click=${() => ask(`${remove}?`, remove, { danger: true, note: longWord })}>
        ask, danger
      </button>
      <button id="toast-good" @click=${() => toast(say("saved"))}>toast, good</button>
      <button id="toast-bad" @click=${() => toast(say("hubAway"), "bad")}>toast, bad</button>
    </p>`;
  }

  #menus() {
    const items = [
      { text: say("save"), run: () => toast(say("saved")) },
      { text: say("payments"), href: "#/gallery" },
      { text: say("working"), isDisabled: true },
      { text: say("columns"), isChecked: true },
      { text: say("removeView", { name: longWord }), isDanger: true },
    ];
    return html`<p class="row">
      <row-menu name="A" .items=${items}></row-menu>
      <row-menu text=${say("columns")} .items=${items}></row-menu>
      <span>${say("float")} <explain-tip text=${say("evidenceWhy")}></explain-tip></span>
      <copy-button text="07" label=""></copy-button>
      <export-button path="/api/v1/payments/export" file="payments.csv" hasXlsx></export-button>
    </p>`;
  }

  #progress() {
    return html`<div class="card pad">
      <job-progress text=${say("vouchers")}></job-progress>
      <job-progress class="below" text=${say("vouchers")} .done=${1_250} .failed=${3} .total=${2_000}></job-progress>
      <job-progress class="below" text=${longWord} .done=${2_000} .total=${2_000}></job-progress>
    </div>`;
  }

  #things() {
    return html`<section class="card pad panel">
        ${facts([
          [say("plan"), longWord],
          [say("phone"), html`<span class="mono">+254 722 000 111</span>`],
          [say("receipt"), null],
        ])}
      </section>
      ${shownOnce(say("token"), "karibu_0123456789abcdef0123456789abcdef", () => {})}
      <div class="ticket card">
        <span class="stub">KSh 50</span>
        <span class="ticket-body"><strong>1 GB</strong><span class="soft">${longWord}</span></span>
      </div>
      ${rawText("HTTP 500: Internal Server Error (request 01HZX7)")}
      <qr-code class="below" text="https://karibu.test" label=${say("copy")}></qr-code>`;
  }
}
customElements.define("gallery-page", GalleryPage);

const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 500));
