import { displayName } from "@karibu/protocol/plan-name";
import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Values } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { Deeds } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import {
  type Analytics,
  actAs,
  exportProvider,
  type Provider,
  providerPath,
  removeProvider,
  suspendProvider,
  turnProvider,
} from "../../data/tenancy/providers.ts";
import type { Desk } from "../../desk.ts";
import { actWith } from "../../hub/log-in-tokens.ts";
import { dateTime, money, shortDay, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/action-form.ts";
import "../../components/bar-chart.ts";
import "../../components/data-table.ts";
import { providerTones } from "./provider-tones.ts";

const days = 28;
type Verb = "" | "suspend" | "delete" | "act";

/** One provider, for platform admins: how it does, and what is done about it. */
class ProviderPage extends elementWith({
  desk: property<Desk>(),
  providerId: property(""),
  /** The form that is open. */
  open: state<Verb>(""),
}) {
  readonly #deeds = new Deeds(this);
  readonly #provider = new ReadController<Provider>(this, {
    path: () => providerPath(this.providerId),
    topics: [],
    events: () => this.desk.events,
  });
  readonly #analytics = new ReadController<Analytics>(this, {
    path: () => `${providerPath(this.providerId)}/analytics?days=${days}`,
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles, tileStyles];

  override render() {
    return html`<div class="head">
        <h1>${this.#provider.value?.name ?? say("provider")}</h1>
        <a href="#/providers">${say("providers")}</a>
      </div>
      ${this.#deeds.notice()} ${this.#provider.render((provider) => this.#body(provider))}`;
  }

  #body(provider: Provider) {
    const at = (atMs: number | null) => (atMs === null ? null : dateTime(atMs, this.desk.zone));
    return html`<section class="card pad panel">
        <span class="badge ${providerTones[provider.state]}">${word("provider", provider.state)}</span>
        ${facts([
          [say("currency"), provider.currency],
          [say("supportPhone"), provider.supportPhone],
          [say("since"), at(provider.createdAtMs)],
          provider.sellsUntilMs === null ? null : [say("sellsUntil"), at(provider.sellsUntilMs)],
          provider.purgeAtMs === null ? null : [say("goneAt"), at(provider.purgeAtMs)],
        ])}
        ${this.#buttons(provider)}
      </section>
      ${this.#form(provider)} ${this.#analytics.render((analytics) => this.#figures(analytics, provider))}`;
  }

  #buttons(provider: Provider) {
    const { permissions } = this.desk.user;
    const mayManage = permissions.includes("providers.manage");
    const toggle = (verb: Verb, label: Parameters<typeof say>[0], danger = false) =>
      html`<button
        class=${danger ? "quiet danger" : ""}
        aria-expanded=${this.open === verb}
        @click=${() => (this.open = this.open === verb ? "" : verb)}
      >
        ${say(label)}
      </button>`;
    const turn = (verb: "reactivate" | "restore", label: "reactivate" | "bringBack") =>
      html`<button @click=${() => this.#then(verb, () => turnProvider(this.providerId, verb))}>${say(label)}</button>`;
    return html`<p class="row below">
      ${permissions.includes("providers.impersonate") && provider.state !== "deleted" ? toggle("act", "actAsProvider") : nothing}
      ${mayManage && provider.state === "active" ? toggle("suspend", "suspend") : nothing}
      ${mayManage && provider.state === "suspended" ? turn("reactivate", "reactivate") : nothing}
      ${mayManage && provider.state === "deleted" ? turn("restore", "bringBack") : nothing}
      ${mayManage ? html`<button class="quiet" @click=${this.#export}>${say("exportAll")}</button>` : nothing}
      ${mayManage && provider.state !== "deleted" ? toggle("delete", "remove", true) : nothing}
    </p>`;
  }

  #form(provider: Provider) {
    if (this.open === "") return nothing;
    if (this.open === "act") return this.#actForm(provider);
    const isSuspension = this.open === "suspend";
    return keyed(
      this.open,
      html`<section class="card pad panel">
        <p class="panel">${say(isSuspension ? "suspendWhat" : "deleteWhat", { name: provider.name })}</p>
        <action-form
          .fields=${[{ name: "graceDays", label: say("graceDays"), type: "number", required: true, min: 0, max: 365, value: isSuspension ? 14 : 30 }]}
          submitText=${say(isSuspension ? "suspend" : "remove")}
          .submit=${(values: Values) =>
            (isSuspension ? suspendProvider : removeProvider)(this.providerId, Number(values.graceDays))}
          @done=${async () => {
            this.open = "";
            await this.#provider.reload();
            this.#deeds.tell(say("saved"));
          }}
          ><button type="button" class="quiet" @click=${() => (this.open = "")}>${say("cancel")}</button></action-form
        >
      </section>`,
    );
  }

  #actForm(provider: Provider) {
    return html`<section class="card pad panel">
      <p class="panel">${say("actWhat", { name: provider.name })}</p>
      <action-form
        .fields=${[
          { name: "reason", label: say("why"), required: true, hint: say("actReasonHint") },
          { name: "minutes", label: say("minutes"), type: "number", required: true, min: 1, max: 60, value: 30 },
          { name: "change", label: say("actChange"), type: "checkbox", value: false },
        ]}
        submitText=${say("actAsProvider")}
        .submit=${({ reason, minutes, change }: Values) =>
          actAs(this.providerId, { reason: String(reason), minutes: Number(minutes), readOnly: change !== true })}
        @done=${(event: CustomEvent<{ token: string }>) => {
          actWith(event.detail.token);
          this.dispatchEvent(new CustomEvent("acting", { bubbles: true, composed: true }));
        }}
      ></action-form>
    </section>`;
  }

  #figures(analytics: Analytics, provider: Provider) {
    const zone: Zone = { locale: this.desk.zone.locale, utcOffsetMinutes: provider.utcOffsetMinutes };
    const format = (cents: number) => money(cents, analytics.currency);
    const sum = (of: (day: Analytics["days"][number]) => number) =>
      analytics.days.reduce((total, each) => total + of(each), 0);
    const title = say("takingsByDay", { count: days, amount: format(sum((each) => each.takenCents)) });
    return html`<div class="tiles">
        ${tile(say("payments"), String(sum((each) => each.payments)), say("inDays", { count: days }))}
        ${tile(say("vouchers"), String(sum((each) => each.vouchersStarted)), say("inDays", { count: days }))}
        ${tile(say("onlineNow"), String(analytics.onlineNow))}
        ${tile(say("sitesConnected"), String(analytics.sites.connected), say("ofSites", { count: analytics.sites.all }))}
        ${tile(say("customers"), String(analytics.customers))}
      </div>
      <section class="card pad panel">
        <h2 class="panel">${title}</h2>
        <bar-chart
          .values=${analytics.days.map((each) => each.takenCents)}
          .labels=${analytics.days.map((each) => shortDay(each.fromMs, zone))}
          .now=${days - 1}
          .format=${format}
          caption=${title}
        ></bar-chart>
      </section>
      <div class="card">
        <data-table
          caption=${say("plans")}
          emptyText=${say("noPayments")}
          .columns=${[
            { label: say("plan"), cell: (row: PlanFigure) => html`<strong>${displayName(row.planName)}</strong>` },
            { label: say("payments"), numeric: true, cell: (row: PlanFigure) => row.payments },
            { label: say("amount"), numeric: true, cell: (row: PlanFigure) => format(row.takenCents) },
          ]}
          .rows=${analytics.plans}
        ></data-table>
      </div>`;
  }

  #export() {
    return this.#deeds.run(
      "export",
      () => exportProvider(this.providerId),
      (lines) => {
        saveFile(`provider-${this.providerId}.ndjson`, lines, "application/x-ndjson");
        return "";
      },
    );
  }

  async #then(name: string, work: () => Promise<unknown>) {
    await this.#deeds.run(name, work);
    await this.#provider.reload();
  }
}
type PlanFigure = Analytics["plans"][number];
customElements.define("provider-page", ProviderPage);
