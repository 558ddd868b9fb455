import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { planTitle } from "../../strings/plan-title.ts";
import "../../components/table/data-table.ts";
import { revenueChart } from "../../components/charts/revenue-chart.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { formCard } from "../../components/form-card.ts";
import "../../components/quota-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { startSupportAccess } from "../../data/identity/support-access.ts";
import { type Analytics, providerAnalyticsPath } from "../../data/reports/reports.ts";
import {
  exportProvider,
  type Provider,
  providerPath,
  reactivateProvider,
  removeProvider,
  restoreProvider,
  suspendProvider,
} from "../../data/tenancy/providers.ts";
import { beginSupportAccess } from "../../hub/log-in-tokens.ts";
import { modulesOf } from "../../modules/module-pages.ts";
import { dateTime, money, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { providerTones } from "./provider-tones.ts";

const days = 28;
type PlanFigures = Analytics["plans"][number];
type OpenForm = "" | "suspend" | "delete" | "support-access";

/** One provider, for platform admins: its figures, its suspension and deletion, support access. */
class ProviderPage extends appElement({
  providerId: property(""),
  open: state<OpenForm>(""),
  /** How often its plan was changed here: the quotas are read again. */
  planChanges: state(0),
}) {
  readonly #provider = new ReadController<Provider>(this, {
    path: () => providerPath(this.providerId),
    topics: ["admin"],
  });
  readonly #analytics = new ReadController<Analytics>(this, {
    path: () => providerAnalyticsPath(this.providerId, days),
    topics: [],
  });
  readonly #actions = new PageActions(this, () => this.#provider.reload());

  static override styles = [sharedStyles, tileStyles];

  override render() {
    return html`<div class="head">
        <h1>${this.#provider.value?.name ?? say("provider")}</h1>
      </div>
      ${this.#provider.render((provider) => this.#body(provider))}`;
  }

  #body(provider: Provider) {
    const at = (atMs: number | null) => (atMs === null ? null : dateTime(atMs, this.app.zone));
    return html`<section class="card pad panel">
        <span class="badge ${providerTones[provider.state]}">${word("provider", provider.state)}</span>
        ${facts([
          [say("currency"), provider.currency],
          [say("supportPhone"), provider.supportPhone],
          [say("since"), at(provider.createdAtMs)],
          provider.sellsUntilMs === null ? null : [say("sellsUntil"), at(provider.sellsUntilMs)],
          provider.purgeAtMs === null ? null : [say("purgedAt"), at(provider.purgeAtMs)],
        ])}
        ${this.#buttons(provider)}
      </section>
      ${this.#form(provider)} ${this.#analytics.render((analytics) => this.#figures(analytics, provider))}
      ${this.#ofModules(provider)}
      ${keyed(this.planChanges, html`<quota-card .app=${this.app} .providerId=${this.providerId}></quota-card>`)}`;
  }

  #ofModules(provider: Provider) {
    return modulesOf(this.app.user).map(
      ({ providerCard }) => providerCard?.render(this.app, provider, () => this.planChanges++) ?? nothing,
    );
  }

  #buttons({ state }: Provider) {
    const mayManage = this.may("providers.manage");
    const opens = (form: OpenForm, label: "supportAccess" | "suspend" | "remove", danger = false) =>
      html`<button
        class=${danger ? "quiet danger" : ""}
        aria-expanded=${this.open === form}
        @click=${() => (this.open = this.open === form ? "" : form)}
      >
        ${say(label)}
      </button>`;
    const runs = (label: "reactivate" | "bringBack", work: (id: string) => Promise<Provider>) =>
      html`<button @click=${() => this.#actions.run(label, () => work(this.providerId))}>${say(label)}</button>`;
    return html`<p class="row below">
      ${this.may("providers.impersonate") && state !== "deleted" ? opens("support-access", "supportAccess") : nothing}
      ${mayManage && state === "active" ? opens("suspend", "suspend") : nothing}
      ${mayManage && state === "suspended" ? runs("reactivate", reactivateProvider) : nothing}
      ${mayManage && state === "deleted" ? runs("bringBack", restoreProvider) : nothing}
      ${mayManage ? html`<button class="quiet" @click=${this.#export}>${say("exportAll")}</button>` : nothing}
      ${mayManage && state !== "deleted" ? opens("delete", "remove", true) : nothing}
    </p>`;
  }

  #form(provider: Provider) {
    if (this.open === "") return nothing;
    if (this.open === "support-access") return this.#supportAccessForm(provider);
    const isSuspension = this.open === "suspend";
    const graceDays = isSuspension ? 14 : 30;
    return keyed(
      this.open,
      formCard({
        intro: say(isSuspension ? "suspendWhat" : "deleteWhat", { name: provider.name }),
        fields: [
          {
            name: "graceDays",
            label: say("graceDays"),
            type: "number",
            required: true,
            min: 0,
            max: 365,
            value: graceDays,
          },
        ],
        submitText: say(isSuspension ? "suspend" : "remove"),
        submit: (values) =>
          (isSuspension ? suspendProvider : removeProvider)(this.providerId, Number(values.graceDays)),
        done: async () => {
          this.open = "";
          await this.#provider.reload();
          this.#actions.notify(say("saved"));
        },
        cancel: () => (this.open = ""),
      }),
    );
  }

  #supportAccessForm({ name }: Provider) {
    return formCard({
      intro: say("supportAccessWhat", { name }),
      fields: [
        { name: "reason", label: say("why"), required: true, hint: say("supportReasonHint") },
        { name: "minutes", label: say("minutes"), type: "number", required: true, min: 1, max: 60, value: 30 },
        { name: "change", label: say("supportMayChange"), type: "checkbox", value: false },
      ],
      submitText: say("startSupportAccess"),
      submit: ({ reason, minutes, change }) =>
        startSupportAccess(this.providerId, {
          reason: String(reason),
          minutes: Number(minutes),
          readOnly: change !== true,
        }),
      done: ({ token }: { token: string }) => {
        beginSupportAccess(token);
        this.dispatchEvent(new CustomEvent("user-changed", { bubbles: true, composed: true }));
      },
    });
  }

  #figures(analytics: Analytics, provider: Provider) {
    const zone: Zone = { locale: this.app.zone.locale, utcOffsetMinutes: provider.utcOffsetMinutes };
    const sum = (of: (day: Analytics["days"][number]) => number) =>
      String(analytics.days.reduce((total, each) => total + of(each), 0));
    const inDays = say("inDays", { count: days });
    return html`<div class="tiles">
        ${tile(
          say("salesCounted"),
          sum((each) => each.payments),
          inDays,
        )}
        ${tile(
          say("vouchersSold"),
          sum((each) => each.vouchersSold),
          [inDays, say("vouchersBegun", { count: sum((each) => each.vouchersStarted) })].join(" · "),
        )}
        ${tile(say("onlineNow"), String(analytics.onlineNow))}
        ${tile(say("sitesConnected"), String(analytics.sites.connected), say("ofSites", { count: analytics.sites.all }))}
        ${tile(say("customers"), String(analytics.customers))}
        ${tile(say("alarms"), analytics.alarmsOpen.toLocaleString("en"), "", { attention: analytics.alarmsOpen > 0 })}
      </div>
      ${revenueChart(analytics, zone)}
      <div class="card">
        <data-table
          caption=${say("plans")}
          emptyText=${say("noPayments")}
          .columns=${[
            { label: say("plan"), cell: (row: PlanFigures) => html`<strong>${planTitle(row.planName)}</strong>` },
            { label: say("salesCounted"), numeric: true, cell: (row: PlanFigures) => row.payments },
            {
              label: say("amount"),
              numeric: true,
              cell: (row: PlanFigures) => money(row.takenCents, analytics.currency),
            },
          ]}
          .rows=${analytics.plans}
        ></data-table>
      </div>`;
  }

  #export() {
    return this.#actions.run(
      "export",
      () => exportProvider(this.providerId),
      (lines) => {
        saveFile(`provider-${this.providerId}.ndjson`, lines, "application/x-ndjson");
        return "";
      },
    );
  }
}
customElements.define("provider-page", ProviderPage);
