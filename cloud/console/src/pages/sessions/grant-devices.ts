/** The devices of one grant at its site: staff put one without a browser online, and take one off again. */
import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { loadFailed, loading } from "../../components/loading.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { problemText } from "../../components/problem-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type GrantDevices, putDeviceOn, readDevices, takeDeviceOff } from "../../data/catalogue/grants.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { say } from "../../strings/strings.ts";
import "../../components/table/data-table.ts";

type Held = GrantDevices["held"][number];
type Seen = NonNullable<GrantDevices["seen"]>[number];

class GrantDevicesCard extends appElement({
  grantId: property(""),
  /** Where the grant is; empty: staff choose. */
  siteId: property(""),
  /** The sites to choose from; empty: all. */
  siteIds: property<readonly string[]>([]),
  /** Who opened it wants to put one online: the site is asked at once. */
  isWanted: property(false),
  isOpen: state(false),
  chosen: state(""),
  /** Null: the site was not asked, or has not answered yet. */
  devices: state<GrantDevices | null>(null),
  errorText: state(""),
  /** How many were put online by their MAC: the form is empty after each. */
  puts: state(0),
}) {
  readonly #actions = new PageActions(this);
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });

  get #site(): string {
    return this.siteId || this.chosen || (this.siteIds.length === 1 ? (this.siteIds[0] ?? "") : "");
  }

  override firstUpdated(): void {
    if (this.isWanted) this.#toggle();
  }

  override render() {
    return html`<section class="card pad panel">
      <h2 class="panel">${say("grantDevices")}</h2>
      <p class="soft">${say("grantDevicesWhy")}</p>
      <p class="row below"><button aria-expanded=${this.isOpen} @click=${this.#toggle}>${say("putOnline")}</button></p>
      ${this.isOpen ? this.#body() : nothing}
    </section>`;
  }

  #toggle() {
    this.isOpen = !this.isOpen;
    if (this.isOpen && this.#site !== "") void this.#read();
  }

  #body() {
    return html`${this.#choice()}
      ${this.#site === "" ? nothing : this.errorText === "" ? this.#found() : loadFailed(this.errorText, () => void this.#read())}`;
  }

  /** Where there is one site, nobody is asked. */
  #choice() {
    if (this.siteId !== "" || this.siteIds.length === 1) return nothing;
    const names = this.#sites.value ?? noNames;
    const ids = this.siteIds.length > 0 ? this.siteIds : [...names.keys()];
    const choose = (event: Event) => {
      this.chosen = (event.target as HTMLSelectElement).value;
      this.devices = null;
      if (this.chosen !== "") void this.#read();
    };
    return html`<p>
      <label>${say("atWhichSite")}
        <select name="site" @change=${choose}>
          <option value=""></option>
          ${ids.map((id) => html`<option value=${id} ?selected=${id === this.chosen}>${names.get(id) ?? say("site")}</option>`)}
        </select>
      </label>
    </p>`;
  }

  async #read() {
    this.errorText = "";
    const siteId = this.#site;
    try {
      const devices = await readDevices({ grantId: this.grantId, siteId });
      if (siteId === this.#site) this.devices = devices;
    } catch (error) {
      if (siteId === this.#site) this.errorText = problemText(error);
    }
  }

  #found() {
    const { devices } = this;
    if (devices === null) return loading();
    const { held, seen, places, taken } = devices;
    const others = seen?.filter(({ mac }) => !held.some((one) => one.mac === mac)) ?? null;
    return html`<p>${say("placesTaken", { taken, places })}</p>
      <data-table
        caption=${say("grantDevices")}
        emptyText=${say("noDeviceHeld")}
        .columns=${[
          { label: "MAC", lead: true, cell: (row: Held) => html`<span class="mono">${row.mac}</span>` },
          { label: say("state"), cell: (row: Held) => say(row.online ? "seenOnline" : "seenWaiting") },
          { label: say("what"), cell: (row: Held) => say(row.added ? "addedDevice" : "ownDevice") },
          { label: "", cell: (row: Held) => this.#offButton(row) },
        ]}
        .rows=${held}
      ></data-table>
      ${others === null || others.length === 0 ? html`<p class="below">${say(others === null ? "devicesNotAsked" : "noDevicesSeen")}</p>` : this.#seen(others)}
      ${keyed(
        `${this.#site} ${this.puts}`,
        formCard({
          fields: [
            { name: "mac", label: say("macNotSeen"), required: true },
            { name: "moves", label: say("moveHere"), type: "checkbox", value: false },
          ],
          submitText: say("putThisOnline"),
          submit: ({ mac, moves }) => putDeviceOn(this.#place, { mac: String(mac), moves: moves === true }),
          done: (result) => {
            this.puts++;
            this.#actions.notify(outcomeText(result as { outcome: "online" | "bound" }));
            void this.#read();
          },
        }),
      )}`;
  }

  get #place() {
    return { grantId: this.grantId, siteId: this.#site };
  }

  #seen(others: readonly Seen[]) {
    return html`<p class="soft below">${say("putOnlineWhy")}</p>
      <data-table
        caption=${say("putOnline")}
        .columns=${[
          { label: "MAC", lead: true, cell: (row: Seen) => html`<span class="mono">${row.mac}</span>` },
          { label: say("address"), cell: (row: Seen) => row.address ?? say("none") },
          { label: say("state"), cell: (row: Seen) => say(row.online ? "seenOnline" : "seenWaiting") },
          { label: "", cell: (row: Seen) => this.#onButton(row) },
        ]}
        .rows=${others}
      ></data-table>`;
  }

  #onButton({ mac }: Seen) {
    const put = () =>
      this.#actions.run(
        `on ${mac}`,
        () => putDeviceOn(this.#place, { mac, moves: false }),
        (result) => {
          void this.#read();
          return outcomeText(result);
        },
      );
    const label = `${say("putThisOnline")}: ${mac}`;
    return html`<button aria-label=${label} ?disabled=${this.#actions.busy !== ""} @click=${put}>${say("putThisOnline")}</button>`;
  }

  #offButton({ mac }: Held) {
    const off = async () => {
      if (!(await ask(say("takeDeviceOffSure", { mac }), say("takeDeviceOff"), { danger: true }))) return;
      await this.#actions.run(
        `off ${mac}`,
        () => takeDeviceOff(this.#place, mac),
        () => {
          void this.#read();
          return say("deviceTakenOff");
        },
      );
    };
    const label = `${say("takeDeviceOff")}: ${mac}`;
    return html`<button class="quiet danger" aria-label=${label} ?disabled=${this.#actions.busy !== ""} @click=${off}>${say("takeDeviceOff")}</button>`;
  }
}
customElements.define("grant-devices", GrantDevicesCard);

const outcomeText = ({ outcome }: { readonly outcome: "online" | "bound" }): string =>
  say(outcome === "online" ? "deviceOnline" : "deviceIsBound");
