import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import { editCard, formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { askOverspend } from "../../components/overlay/ask-overspend.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { get } from "../../hub/api.ts";
import { currencyName, dateTime, money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import {
  changeVenue,
  payVenue,
  setVenueShares,
  statementPath,
  type Venue,
  type VenueShare,
  type VenueStatement,
  venuePath,
} from "./venues.ts";
import { venueFields } from "./venues-page.ts";

type Sold = VenueStatement["sales"][number];
type PayOut = VenueStatement["payOuts"][number];

/** One venue: its shares by site and plan, what was sold there, what its owner has to get and was paid. */
interface Ends {
  readonly done: (result: unknown) => void;
  readonly cancel: () => void;
}

class VenuePage extends appElement({
  venueId: property(""),
  open: state<"share" | "pay" | null>(null),
  sites: state<Names>(noNames),
  channels: state<Names>(noNames),
  plans: state<readonly Plan[]>([]),
}) {
  readonly #venue = new ReadController<Venue>(this, {
    path: () => venuePath(this.venueId),
    topics: ["payment"],
  });
  #told: Promise<VenueStatement> | null = null;
  readonly #sold = new ListController<Sold>(this, {
    read: async () => ({ items: (await this.#statement()).sales, nextCursor: null }),
    topics: ["payment"],
    isOfThing: true,
  });
  readonly #payOuts = new ListController<PayOut>(this, {
    read: async () => ({ items: (await this.#statement()).payOuts, nextCursor: null }),
    topics: ["payment"],
    isOfThing: true,
  });
  readonly #actions = new PageActions(this, () => this.#reload());

  override connectedCallback() {
    super.connectedCallback();
    queueMicrotask(() => {
      void readNames("sites", this.app.user).then((sites) => (this.sites = sites));
      void readNames("channelsToPay", this.app.user).then((channels) => (this.channels = channels));
      if (this.may("plans.read"))
        void plansToChoose()
          .then((plans) => (this.plans = plans))
          .catch(() => {});
    });
  }

  /** Both lists are of one answer. */
  #statement(): Promise<VenueStatement> {
    this.#told ??= get(statementPath(this.venueId, { fromMs: null })).finally(() => {
      this.#told = null;
    });
    return this.#told;
  }

  #reload() {
    return Promise.all([this.#venue.reload(), this.#sold.reload(), this.#payOuts.reload()]);
  }

  override render() {
    return html`<div class="head"><h1>${this.#venue.value?.name ?? say("venue")}</h1></div>
      ${this.#venue.render((venue) => this.#body(venue))}`;
  }

  #body(venue: Venue) {
    const mayChange = this.may("payments.manage");
    return html`<section class="card pad panel">
        ${facts([
          [say("phone"), venue.phone],
          ...venue.balances.map(
            (one) =>
              [
                say("venueGets"),
                html`<a href="#/ledger/${encodeURIComponent(`venue:${venue.venueId}@${one.currency}`)}"
              >${money(one.balanceCents, one.currency)}</a
            >`,
              ] as const,
          ),
        ])}
        ${
          mayChange
            ? html`<p class="row below">
                <button class="primary" @click=${() => (this.open = "pay")}>${say("recordPayOut")}</button>
                <button @click=${() => (this.open = "share")}>${say("addShare")}</button>
                <button class="quiet" @click=${() => this.#venue.toggleEdit()}>${say("edit")}</button>
              </p>`
            : nothing
        }
      </section>
      ${editCard(this.#venue, {
        fields: venueFields,
        submit: (values, etag) => changeVenue(this.venueId, values, etag),
        done: () => {
          this.#venue.endEdit();
          void this.#reload();
        },
      })}
      ${this.#form(venue)} ${this.#shares(venue, mayChange)}
      <h2 class="between">${say("venueSold")}</h2>
      ${listCard(this.#sold, {
        title: say("venueSold"),
        emptyText: say("nothingSoldYet"),
        columns: [
          { label: say("site"), cell: (row) => row.siteName ?? say("site") },
          { label: say("plan"), cell: (row) => (row.planName === null ? say("none") : planTitle(row.planName)) },
          { label: say("sold"), numeric: true, cell: (row) => row.sales },
          { label: say("venueRefunded"), numeric: true, cell: (row) => money(row.refundedCents, row.currency) },
          { label: say("venueSoldLeft"), numeric: true, cell: (row) => money(row.saleCents, row.currency) },
          { label: say("ofItCash"), numeric: true, cell: (row) => money(row.cashCents, row.currency) },
          { label: say("venueShare"), numeric: true, lead: true, cell: (row) => money(row.shareCents, row.currency) },
        ],
      })}
      <h2 class="between">${say("payOuts")}</h2>
      ${listCard(this.#payOuts, {
        title: say("payOuts"),
        emptyText: say("noPayOuts"),
        columns: [
          { label: say("time"), cell: (row) => dateTime(row.paidAtMs, this.app.zone) },
          { label: say("payOutMethod"), cell: (row) => word("payOutBy", row.method) },
          { label: say("reference"), cell: (row) => row.reference ?? say("none") },
          { label: say("amount"), numeric: true, lead: true, cell: (row) => money(row.amountCents, row.currency) },
        ],
      })}`;
  }

  #shares({ shares }: Venue, mayChange: boolean) {
    if (shares.length === 0) return html`<p class="soft panel">${say("noShares")}</p>`;
    return html`<section class="card pad panel">
      <h2>${say("venueShares")}</h2>
      ${shares.map(
        (share) => html`<p class="row">
          <span>${this.sites.get(share.siteId) ?? say("site")} · ${this.#planName(share.planId)} · <b>${share.permille / 10} %</b></span>
          ${
            mayChange
              ? html`<button class="quiet danger" @click=${() => this.#end(shares, share)}>${say("remove")}</button>`
              : nothing
          }
        </p>`,
      )}
    </section>`;
  }

  #planName(planId: string | null): string {
    if (planId === null) return say("everyPlan");
    const plan = this.plans.find((one) => one.planId === planId);
    return plan === undefined ? say("plan") : planTitle(plan.name);
  }

  async #end(shares: readonly VenueShare[], share: VenueShare) {
    if (await ask(say("endShareSure"), say("remove"), { danger: true }))
      await this.#actions.run("end", () =>
        setVenueShares(
          this.venueId,
          shares.filter((one) => one !== share),
          shares,
        ),
      );
  }

  #form(venue: Venue) {
    if (this.open === null) return nothing;
    const shared = {
      done: (result: unknown) => {
        // Nothing was paid: who filled the form may change it.
        if (result === false) return;
        this.open = null;
        this.#actions.notify(say("saved"));
        void this.#reload();
      },
      cancel: () => (this.open = null),
    };
    return keyed(this.open, this.open === "pay" ? this.#payForm(shared) : this.#shareForm(venue, shared));
  }

  #shareForm({ shares }: Venue, ends: Ends) {
    return formCard({
      ...ends,
      title: say("addShare"),
      intro: say("shareFromNow"),
      fields: [
        {
          name: "siteId",
          label: say("site"),
          type: "select",
          required: true,
          // Of several none is meant before somebody says so.
          options:
            this.sites.size === 1
              ? optionsOf(this.sites)
              : [{ value: "", label: say("venueChooseSite") }, ...optionsOf(this.sites)],
        },
        {
          name: "planId",
          label: say("plan"),
          type: "select",
          value: "",
          options: [
            { value: "", label: say("everyPlan") },
            ...this.plans.map((plan) => ({ value: plan.planId, label: planTitle(plan.name) })),
          ],
        },
        {
          name: "permille",
          label: say("venueShare"),
          type: "percent",
          required: true,
          min: 0,
          max: 100,
          value: 100,
        },
      ],
      submitText: say("save"),
      submit: (share) => {
        const others = shares.filter((one) => one.siteId !== share.siteId || one.planId !== share.planId);
        return setVenueShares(this.venueId, [...others, share], shares);
      },
    });
  }

  /** Its `submit` resolves to false when the user is asked whether to pay more than is there, and says no. */
  #payForm(ends: Ends) {
    const { currency } = this.app;
    return formCard({
      ...ends,
      title: say("recordPayOut"),
      intro: say("payOutWhy"),
      fields: [
        {
          name: "amount",
          label: `${say("amount")} (${currencyName(currency)})`,
          type: "money",
          required: true,
          min: 0,
        },
        {
          name: "method",
          label: say("payOutMethod"),
          type: "select",
          options: (["cash", "mpesa"] as const).map((value) => ({ value, label: word("payOutBy", value) })),
        },
        { name: "reference", label: say("payOutReference"), hint: say("payOutReferenceHint") },
        {
          name: "channelId",
          label: say("paidFrom"),
          type: "select",
          value: "",
          options: [{ value: "", label: say("fromCash") }, ...optionsOf(this.channels)],
          group: "more",
        },
      ],
      submitText: say("recordPayOut"),
      submit: async ({ amount, method, reference, channelId }, key) => {
        const sum = { amountCents: amount, currency };
        if (!(await askOverspend({ channelId, ...sum }, say("recordPayOut")))) return false;
        const order = { ...sum, method, reference, ...(channelId === null ? {} : { channelId }) };
        return payVenue(this.venueId, order, key);
      },
    });
  }
}
customElements.define("venue-page", VenuePage);
