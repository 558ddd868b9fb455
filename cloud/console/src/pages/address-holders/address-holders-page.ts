import { html, nothing } from "lit";
import { writeAddress } from "../../address.ts";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type AddressHolder, readHolders } from "../../data/catalogue/accounts.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { ApiError } from "../../hub/api.ts";
import { dateTimeSeconds, timeNow, today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** Who had an address at a time. Each answer stands in the audit log. */
class AddressHoldersPage extends appElement({
  found: state<readonly AddressHolder[] | null>(null),
}) {
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });

  override render() {
    return html`<div class="head"><h1>${say("addressHolders")}</h1></div>
      ${formCard({
        intro: say("addressHoldersWhy"),
        fields: [
          { name: "address", label: say("ipAddress"), required: true },
          { name: "day", label: say("day"), type: "date", required: true, value: today(this.app.zone) },
          {
            name: "time",
            label: say("time"),
            required: true,
            value: timeNow(this.app.zone),
            hint: say("timeOfDayHint"),
          },
        ],
        submitText: say("findIt"),
        submit: (values) => this.#find(values),
      })}
      ${this.found === null ? nothing : this.#answer(this.found)}`;
  }

  async #find({ address, day, time }: Values) {
    const local = Date.parse(`${day}T${/^\d\d:\d\d$/.test(String(time)) ? `${time}:00` : time}Z`);
    if (!Number.isFinite(local)) throw new ApiError(400, "no-time", `time: ${say("timeOfDayHint")}`, "time");
    const atMs = local - this.app.zone.utcOffsetMinutes * 60_000;
    this.found = (await readHolders(String(address).trim(), atMs)).items;
  }

  #answer(found: readonly AddressHolder[]) {
    if (found.length === 0) return html`<p class="soft" role="status">${say("nobodyHadIt")}</p>`;
    const names = this.#sites.value ?? noNames;
    const { zone } = this.app;
    const when = (atMs: number | null) => (atMs === null ? say("stillOnline") : dateTimeSeconds(atMs, zone));
    return html`<section class="card pad" role="status">
      ${found.map(
        (one) => html`<p>
          <strong>${who(one)}</strong>
          · ${names.get(one.siteId) ?? say("site")} · <span class="mono">${one.mac ?? say("none")}</span><br />
          <span class="soft">${when(one.startedAtMs)} – ${when(one.stoppedAtMs)}${one.endIsKnown ? nothing : ` (${say("endNotKnown")})`}</span>
        </p>`,
      )}
    </section>`;
  }
}
customElements.define("address-holders-page", AddressHoldersPage);

/** The customer; else the sale, whose page has the number; else the name by which the router knows the log-in. */
function who({ customerId, customerName, phone, paymentId, cashSaleId, user }: AddressHolder) {
  if (customerId !== null) return html`<a href="#/customers/${customerId}">${customerName}</a>`;
  const shown = html`<span class="mono">${phone ?? (paymentId === null && cashSaleId === null ? (user ?? say("none")) : say("sale"))}</span>`;
  if (paymentId !== null) return html`<a href=${writeAddress({ path: "payments", id: paymentId })}>${shown}</a>`;
  if (cashSaleId !== null) return html`<a href=${writeAddress({ path: "cash-sales", id: cashSaleId })}>${shown}</a>`;
  return shown;
}
