import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import {
  giveSaleCode,
  type PaymentDetail,
  putDeviceOnline,
  readSaleDevices,
  type SaleDevices,
} from "../../data/money/payments.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/table/data-table.ts";
import "./sale-code.ts";

type Device = NonNullable<SaleDevices["devices"]>[number];

/** What staff can do for the customer of a payment: its code, and the devices that use it. */
class HelpCustomer extends appElement({
  payment: property<PaymentDetail>(),
  /** The site was asked for its devices; null: not yet. */
  seen: state<SaleDevices | null>(null),
}) {
  readonly #actions = new PageActions(this);

  static override styles = [sharedStyles];

  override render() {
    const { code, state: paid } = this.payment;
    if (paid !== "paid" && paid !== "paid_unreceipted") return nothing;
    const mayHelp = this.may("grants.manage");
    if (code === null && !mayHelp) return nothing;
    const isBusy = this.#actions.busy !== "";
    return html`<section class="card pad panel">
      <h2>${say("helpCustomer")}</h2>
      <sale-code .app=${this.app} .payment=${this.payment}></sale-code>
      ${
        mayHelp
          ? html`<p class="row below">
              ${code === null ? html`<button @click=${this.#give} ?disabled=${isBusy}>${say("giveCode")}</button>` : nothing}
              <button aria-expanded=${this.seen !== null} @click=${this.#look} ?disabled=${isBusy}>${say("putOnline")}</button>
            </p>`
          : nothing
      }
      ${this.seen === null ? nothing : this.#devices(this.seen)}
    </section>`;
  }

  #give() {
    return this.#actions.run(
      "give",
      () => giveSaleCode(this.payment.id),
      () => this.#changed(),
    );
  }

  async #look() {
    if (this.seen !== null) {
      this.seen = null;
      return;
    }
    await this.#actions.run(
      "look",
      () => readSaleDevices(this.payment.id),
      (seen) => {
        this.seen = seen;
        return undefined;
      },
    );
  }

  #devices({ problem, devices }: SaleDevices) {
    if (problem !== null) return html`<p class="below">${word("problem", problem)}</p>`;
    const button = (row: Device, moves: boolean) =>
      html`<button
        aria-label="${say(moves ? "moveHere" : "putThisOnline")}: ${row.mac}"
        @click=${() => this.#put(row.mac, moves)}
        ?disabled=${this.#actions.busy !== ""}
      >
        ${say(moves ? "moveHere" : "putThisOnline")}
      </button>`;
    return html`<p class="soft below">${say("putOnlineWhy")}</p>
      ${
        devices === null || devices.length === 0
          ? html`<p class="below">${say(devices === null ? "devicesNotAsked" : "noDevicesSeen")}</p>`
          : html`<data-table
              caption=${say("putOnline")}
              .columns=${[
                { label: "MAC", lead: true, cell: (row: Device) => html`<span class="mono">${row.mac}</span>` },
                { label: say("address"), cell: (row: Device) => row.address ?? say("none") },
                { label: say("state"), cell: (row: Device) => say(row.online ? "seenOnline" : "seenWaiting") },
                {
                  label: "",
                  cell: (row: Device) => html`<span class="row">${button(row, false)} ${button(row, true)}</span>`,
                },
              ]}
              .rows=${devices}
            ></data-table>`
      }
      ${formCard({
        fields: [
          { name: "mac", label: say("macNotSeen"), required: true },
          { name: "moves", label: say("moveHere"), type: "checkbox", value: false },
        ],
        submitText: say("putThisOnline"),
        submit: ({ mac, moves }) => putDeviceOnline(this.payment.id, { mac: String(mac), moves: moves === true }),
        done: (result) => this.#told(result as { outcome: "online" | "bound" }),
      })}`;
  }

  #put(mac: string, moves: boolean) {
    return this.#actions.run(
      `put ${mac} ${moves}`,
      () => putDeviceOnline(this.payment.id, { mac, moves }),
      ({ outcome }) => {
        this.#changed();
        this.seen = null;
        return say(outcome === "online" ? "deviceOnline" : "deviceBound");
      },
    );
  }

  #told({ outcome }: { outcome: "online" | "bound" }) {
    this.#actions.notify(say(outcome === "online" ? "deviceOnline" : "deviceBound"));
    this.seen = null;
    this.#changed();
  }

  /** The page reads the payment again. */
  #changed(): string {
    this.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
    return say("saved");
  }
}
customElements.define("help-customer", HelpCustomer);
