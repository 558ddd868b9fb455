import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { choices } from "../../components/fields/choices.ts";
import { editCard, formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import {
  openTaxDevice,
  readPlanTaxes,
  removeTaxDevice,
  removeTaxRate,
  saveTaxSettings,
  setNextTaxNumber,
  setPlanTax,
  setTaxRate,
  type TaxDevice,
  type TaxRate,
  type TaxSettings,
  type Treatment,
  taxDevicePath,
  taxRatesPath,
  taxSettingsPath,
  treatments,
} from "../../data/money/taxes.ts";
import { listPictures, type Picture } from "../../data/tenancy/pictures.ts";
import { get } from "../../hub/api.ts";
import { day, money, today } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import { nextNumberField, settingsFields, settingsOf } from "./tax-fields.ts";

interface ShownRate extends TaxRate {
  readonly isOwn: boolean;
}

interface TaxedPlan {
  readonly plan: Plan;
  readonly treatment: Treatment;
}

/** How the provider is taxed: registration and brand, rates with their days, plans that are taxed in another way. */
class TaxesPage extends appElement({
  pictures: state<readonly Picture[]>([]),
  isAdding: state(false),
  isNumbering: state(false),
}) {
  readonly #settings = new ReadController<TaxSettings>(this, { path: () => taxSettingsPath });
  readonly #device = new ReadController<TaxDevice>(this, { path: () => taxDevicePath });
  readonly #rates = new ListController<ShownRate>(this, {
    read: async () => {
      const { own, known } = await get(taxRatesPath);
      const shown = [
        ...own.map((rate) => ({ ...rate, isOwn: true })),
        ...known.map((rate) => ({ ...rate, isOwn: false })).toReversed(),
      ];
      return { items: shown, nextCursor: null };
    },
    topics: [],
    isOfThing: true,
  });
  readonly #plans = new ListController<TaxedPlan>(this, {
    read: async () => {
      const [plans, { items }] = await Promise.all([plansToChoose(), readPlanTaxes()]);
      const of = new Map(items.map(({ planId, treatment }) => [planId, treatment]));
      return {
        items: plans.map((plan) => ({ plan, treatment: of.get(plan.planId) ?? ("standard" as const) })),
        nextCursor: null,
      };
    },
    topics: ["plan"],
    isOfThing: true,
  });
  readonly #actions = new PageActions(this, () =>
    Promise.all([this.#rates.reload(), this.#plans.reload(), this.#device.reload()]),
  );

  override connectedCallback() {
    super.connectedCallback();
    queueMicrotask(() => {
      if (this.may("provider.read"))
        void listPictures()
          .then((pictures) => (this.pictures = pictures))
          .catch(() => {});
    });
  }

  override render() {
    return html`<div class="head"><h1>${say("taxSettings")}</h1></div>
      <p class="soft panel">${say("taxSettingsWhy")}</p>
      ${this.#settings.render((settings) => html`${this.#form(settings)}`)}
      ${this.#device.render((shown) => this.#deviceCard(shown))}
      <h2 class="between">${say("taxRates")}</h2>
      <p class="soft panel">${say("taxRatesWhy")}</p>
      ${this.#rateList()}
      <h2 class="between">${say("plansTaxed")}</h2>
      ${this.#planList()}`;
  }

  #form(settings: TaxSettings) {
    const mayChange = this.may("ledger.manage");
    if (!mayChange)
      return html`<section class="card pad panel">
        <p>${settings.legalName ?? this.app.providerName}${settings.taxPin === null ? nothing : html` · ${settings.taxPin}`}</p>
      </section>`;
    if (this.#settings.edited === null) this.#settings.beginEdit();
    return editCard(this.#settings, {
      fields: (shown) => settingsFields(shown, this.app.providerName, this.pictures),
      submit: (values, etag) => saveTaxSettings(settingsOf(values), etag),
      done: async () => {
        await this.#settings.restartEdit();
        this.#actions.notify(say("saved"));
        void this.#rates.reload();
        void this.#device.reload();
      },
    });
  }

  #deviceCard({ isOffered, device }: TaxDevice) {
    if (device === null && !isOffered) return nothing;
    const mayChange = this.may("ledger.manage");
    return html`<h2 class="between">${say("taxDevice")}</h2>
      <p class="soft panel">${say(device === null ? "taxDeviceWhy" : "taxDeviceTells")}</p>
      ${
        device === null
          ? mayChange
            ? this.#openingForm()
            : nothing
          : html`<section class="card pad panel">
              <p class="row"><strong>${device.controlUnit}</strong>
                <span class="badge ${device.environment === "production" ? "good" : "warn"}">${word("taxEnvironment", device.environment)}</span></p>
              <p>${say("taxDeviceOf", { serial: device.serial, pin: device.taxPin, branch: device.branch })}</p>
              <p>${say("taxDeviceNext", { number: device.nextNumber })}</p>
              ${
                mayChange
                  ? html`<p class="row">
                      <button @click=${() => (this.isNumbering = true)}>${say("taxDeviceFirst")}</button>
                      <button class="quiet danger" ?disabled=${this.#actions.busy !== ""} @click=${() => this.#forget(device.controlUnit)}>${say("remove")}</button>
                    </p>`
                  : nothing
              }
            </section>
            ${this.isNumbering ? this.#numberForm(device.nextNumber) : nothing}`
      }`;
  }

  #numberForm(value: number) {
    return formCard({
      title: say("taxDeviceFirst"),
      fields: [nextNumberField(value)],
      submitText: say("save"),
      submit: ({ nextNumber }) => setNextTaxNumber(Number(nextNumber)),
      done: () => {
        this.isNumbering = false;
        this.#actions.notify(say("saved"));
        void this.#device.reload();
      },
      cancel: () => (this.isNumbering = false),
    });
  }

  #openingForm() {
    return formCard({
      title: say("taxDeviceOpen"),
      fields: [
        { name: "serial", label: say("taxDeviceSerial"), required: true, hint: say("taxDeviceSerialHint") },
        {
          name: "environment",
          label: say("taxEnvironment"),
          type: "select",
          value: "production",
          options: (["production", "sandbox"] as const).map((value) => ({
            value,
            label: word("taxEnvironment", value),
          })),
        },
        nextNumberField(1),
        { name: "key", label: say("taxDeviceKey"), type: "password", hint: say("taxDeviceKeyHint") },
        { name: "controlUnit", label: say("taxDeviceUnit"), hint: say("taxDeviceKeyHint") },
      ],
      submitText: say("taxDeviceOpen"),
      submit: ({ serial, environment, nextNumber, key, controlUnit }) =>
        openTaxDevice({
          serial,
          environment,
          nextNumber: Number(nextNumber),
          ...(key ? { opened: { key, controlUnit: controlUnit ?? "" } } : {}),
        }),
      done: () => {
        this.#actions.notify(say("saved"));
        void this.#device.reload();
      },
    });
  }

  async #forget(thing: string) {
    if (await ask(say("taxDeviceForgetSure"), say("remove"), { danger: true, thing }))
      await this.#actions.run("device", () => removeTaxDevice());
  }

  #rateList() {
    const mayChange = this.may("ledger.manage");
    return html`${listCard(this.#rates, {
      title: say("taxRates"),
      emptyText: say("noRates"),
      columns: [
        { label: say("whichTax"), cell: (rate) => word("tax", rate.tax) },
        { label: say("rateFrom"), cell: (rate) => day(rate.fromDay, this.app.zone) },
        { label: say("ratePercent"), numeric: true, lead: true, cell: (rate) => `${rate.rateBp / 100} %` },
        {
          label: say("note"),
          cell: (rate) =>
            html`<span class="badge">${say(rate.isOwn ? "rateOwn" : "rateKnown")}</span> ${rate.note ?? nothing}`,
        },
      ],
      buttons:
        mayChange &&
        ((rate) =>
          rate.isOwn
            ? html`<button class="quiet danger" @click=${() => this.#remove(rate)}>${say("remove")}</button>`
            : nothing),
    })}
    ${mayChange ? this.#adding() : nothing}`;
  }

  #adding() {
    if (!this.isAdding)
      return html`<p class="below"><button @click=${() => (this.isAdding = true)}>${say("addRate")}</button></p>`;
    return formCard({
      title: say("addRate"),
      fields: [
        {
          name: "tax",
          label: say("whichTax"),
          type: "select",
          options: (["vat", "excise"] as const).map((value) => ({ value, label: word("tax", value) })),
        },
        { name: "fromDay", label: say("rateFrom"), type: "date", required: true, value: today(this.app.zone) },
        { name: "rateBp", label: say("ratePercent"), type: "rate", required: true, min: 0, max: 100 },
        { name: "note", label: say("note") },
      ],
      submitText: say("addRate"),
      submit: ({ tax, fromDay, rateBp, note }) =>
        setTaxRate({
          tax,
          fromDay,
          rateBp,
          note: note === null || note === "" ? null : note,
        }),
      done: () => {
        this.isAdding = false;
        this.#actions.notify(say("saved"));
        void this.#rates.reload();
      },
      cancel: () => (this.isAdding = false),
    });
  }

  async #remove({ tax, fromDay }: ShownRate) {
    if (await ask(say("removeRateSure"), say("remove"), { danger: true, thing: word("tax", tax) }))
      await this.#actions.run(`remove/${tax}/${fromDay}`, () => removeTaxRate({ tax, fromDay }));
  }

  #planList() {
    const options = treatments.map((value) => ({ value, label: word("treatment", value) }));
    const choose =
      ({ planId }: Plan) =>
      async (event: Event) => {
        const select = event.target as HTMLSelectElement;
        const { value } = select;
        await this.#actions.run(`plan/${planId}/${value}`, () => setPlanTax(planId, value as Treatment));
        // As the hub has it: what was refused, or pressed while something else was under way, is not so.
        select.value = this.#plans.rows?.find(({ plan }) => plan.planId === planId)?.treatment ?? select.value;
      };
    return listCard(this.#plans, {
      title: say("plansTaxed"),
      emptyText: say("nothingYet"),
      columns: [
        { label: say("plan"), cell: ({ plan }) => planTitle(plan.name) },
        { label: say("price"), numeric: true, cell: ({ plan }) => money(plan.priceCents, plan.currency) },
        {
          label: say("treatment"),
          lead: true,
          cell: ({ plan, treatment }) =>
            this.may("ledger.manage")
              ? html`<select
                  aria-label="${say("treatment")}: ${planTitle(plan.name)}"
                  @change=${choose(plan)}
                  ${choices(options, treatment)}
                ></select>`
              : word("treatment", treatment),
        },
      ],
    });
  }
}
customElements.define("taxes-page", TaxesPage);
