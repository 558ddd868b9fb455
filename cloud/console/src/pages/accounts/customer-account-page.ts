import { accountGrantId } from "@karibu/protocol/grant-id";
import { html, nothing } from "lit";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { editCard, formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { goOnTo } from "../../components/overlay/toast.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { shownOnce } from "../../components/shown-once.ts";
import {
  type Account,
  accountPath,
  changeAccount,
  removeAccount,
  renewPassword,
  setBilling,
} from "../../data/catalogue/accounts.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";
import "../sessions/grant-devices.ts";
import { paidUntil } from "./account-columns.ts";

/** One log-in: where and how it may be used, and its password anew. */
class CustomerAccountPage extends appElement({
  accountId: property(""),
  secret: state(""),
  isFreeing: state(false),
}) {
  readonly #account = new ReadController<Account>(this, {
    path: () => accountPath(this.accountId),
    topics: ["customer"],
  });
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  readonly #actions = new PageActions(this, () => this.#account.reload());

  override render() {
    return html`<div class="head"><h1>${this.#account.value?.username ?? say("logInName")}</h1></div>
      ${shownOnce(say("passwordOfLine"), this.secret, () => (this.secret = ""))}
      ${this.#account.render((account) => this.#body(account))}`;
  }

  #body(account: Account) {
    const { zone } = this.app;
    const names = this.#sites.value ?? noNames;
    const { address } = account;
    const routes = [...(address?.routes ?? []), ...(address?.ipv6Prefix === undefined ? [] : [address.ipv6Prefix])];
    return html`<section class="card pad">
        <span class="badge ${account.active ? "good" : "bad"}">${say(account.active ? "active" : "switchedOff")}</span>
        ${facts([
          [
            say("customer"),
            html`<a href="#/customers/${account.customerId}">${account.customerName ?? say("none")}</a>`,
          ],
          [say("service"), say(`service_${account.service}`)],
          [say("plan"), planTitle(account.planName)],
          [say("sites"), account.siteIds.map((siteId) => names.get(siteId) ?? say("site")).join(", ")],
          [say("paidUntil"), paidUntil(account, zone)],
          [say("staticAddress"), address?.ip ?? address?.pool ?? null],
          [say("routedPrefixes"), routes.length === 0 ? null : routes.join(", ")],
          [say("onlyDevices"), account.macs.length === 0 ? null : account.macs.join(", ")],
          account.weakPassword ? [say("weakPassword"), say("weakPasswordWhy")] : null,
          account.chap ? [say("chap"), say("chapWarning")] : null,
        ])}
        ${account.siteIds.length > 1 ? html`<p class="soft">${say("countedAtEachSite")}</p>` : nothing}
        ${account.state === "awaiting-subscription" ? html`<p class="soft">${say("awaitingWhy")}</p>` : nothing}
        ${this.may("accounts.manage") ? this.#buttons(account) : nothing}
      </section>
      ${
        account.service === "pppoe" || !this.may("grants.manage")
          ? nothing
          : html`<div class="below">
              <grant-devices
                .app=${this.app}
                .grantId=${accountGrantId(account.accountId, undefined)}
                .siteIds=${account.siteIds}
              ></grant-devices>
            </div>`
      }
      ${this.isFreeing ? this.#freeForm() : nothing}
      ${editCard(this.#account, {
        fields: (now) => this.#fields(now),
        submit: (values, etag) => changeAccount(this.accountId, changeOf(values, this.#account.value?.username), etag),
        done: async () => {
          this.#account.endEdit();
          await this.#account.reload();
          this.#actions.notify(say("saved"));
        },
      })}`;
  }

  #buttons(account: Account) {
    const { accountId, active } = account;
    const password = () =>
      this.#actions.run("password", async () => {
        const { password: made } = await renewPassword(accountId, null);
        this.secret = `${account.username}  ${made ?? ""}`;
      });
    return html`<p class="row below">
      <button aria-expanded=${this.#account.edited !== null} @click=${() => this.#account.toggleEdit()}>${say("edit")}</button>
      <button @click=${password}>${say("newPasswordOfLine")}</button>
      <button @click=${() => this.#actions.run("switch", () => changeAccount(accountId, { active: !active }, null))}>
        ${say(active ? "switchOff" : "switchOn")}
      </button>
      ${this.#billingButton(account)}
      <button class="quiet danger" @click=${() => this.#remove(account)}>${say("remove")}</button>
    </p>`;
  }

  #billingButton({ state: now }: Account) {
    if (now === "subscribed") return nothing;
    if (now === "free") return html`<button @click=${() => this.#bill()}>${say("billIt")}</button>`;
    const open = () => {
      this.isFreeing = !this.isFreeing;
    };
    return html`<button aria-expanded=${this.isFreeing} @click=${open}>${say("makeFree")}</button>`;
  }

  async #bill() {
    if (!(await ask(say("billItSure"), say("billIt"), { danger: true }))) return;
    await this.#actions.run("billing", () => setBilling(this.accountId, null));
  }

  #freeForm() {
    const close = () => {
      this.isFreeing = false;
    };
    return formCard({
      title: say("makeFree"),
      intro: say("makeFreeWhy"),
      fields: [{ name: "freeReason", label: say("why"), required: true }],
      submitText: say("makeFree"),
      submit: (values, key) => setBilling(this.accountId, String(values.freeReason), key),
      done: () => {
        close();
        this.#actions.notify(say("saved"));
        void this.#account.reload();
      },
      cancel: close,
    });
  }

  #fields({ username, address, macs, downKbps, upKbps, devices }: Account): Field[] {
    return [
      { name: "username", label: say("userName"), required: true, value: username },
      { name: "ip", label: say("staticAddress"), value: address?.ip ?? null, hint: say("staticAddressHint") },
      {
        name: "routes",
        label: say("routedPrefixes"),
        value: (address?.routes ?? []).join(" "),
        hint: say("routedPrefixesHint"),
      },
      { name: "ipv6Prefix", label: say("ipv6Prefix"), value: address?.ipv6Prefix ?? null },
      { name: "macs", label: say("onlyDevices"), value: macs.join(" "), hint: say("onlyDevicesHint") },
      { name: "downKbps", label: say("ownDown"), type: "speed", value: downKbps, group: "more" },
      { name: "upKbps", label: say("ownUp"), type: "speed", value: upKbps, group: "more" },
      { name: "devices", label: say("ownDevices"), type: "number", min: 1, value: devices, group: "more" },
      { name: "pool", label: say("addressPool"), value: address?.pool ?? null, group: "more" },
      { name: "ipv6Pool", label: say("ipv6Pool"), value: address?.ipv6Pool ?? null, group: "more" },
    ];
  }

  async #remove({ username }: Account) {
    if (!(await ask(say("removeAccountSure", { name: username }), say("remove"), { danger: true, thing: username })))
      return;
    if (await this.#actions.run("remove", () => removeAccount(this.accountId))) goOnTo("#/accounts");
  }
}

const wordsOf = (text: unknown): string[] =>
  String(text ?? "")
    .split(/[\s,;]+/)
    .filter((part) => part !== "");

/** The form's texts as the hub has them. A name that stays is not sent: one from another system may have letters that a new one may not. */
function changeOf(
  { username, ip, routes, ipv6Prefix, pool, ipv6Pool, macs, ...limits }: Values,
  before?: string,
): object {
  const given = Object.entries({ ip, pool, ipv6Prefix, ipv6Pool }).filter(
    ([, value]) => value !== null && value !== "",
  );
  const prefixes = wordsOf(routes);
  const address = { ...Object.fromEntries(given), ...(prefixes.length === 0 ? {} : { routes: prefixes }) };
  return {
    ...(username === before ? {} : { username }),
    ...limits,
    macs: wordsOf(macs),
    address: Object.keys(address).length === 0 ? null : address,
  };
}
customElements.define("customer-account-page", CustomerAccountPage);
