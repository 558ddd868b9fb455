import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import {
  actOnSubscription,
  listSubscriptionLog,
  readItems,
  returnDeposit,
  type Subscription,
  type SubscriptionItem,
  type SubscriptionLine,
  subscriptionPath,
  switchAutoRenew,
  switchStandingOrder,
  waiveItem,
} from "../../data/money/subscriptions.ts";
import { type Names, readNames } from "../../data/names.ts";
import { dateTime, money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import { paidUntilOf, subscriptionBadge } from "./subscription-columns.ts";
import { notSure, subscriptionForm, type Verb } from "./subscription-forms.ts";

/** One subscription: its dates, what can be done with it, what is paid beside the price, and its log. */
class SubscriptionPage extends appElement({
  subscriptionId: property(""),
  doing: state<Verb | null>(null),
  /** As it was when the form was opened: what is renewed meanwhile is not renewed again. */
  shown: state<Subscription | null>(null),
  plans: state<readonly Plan[]>([]),
}) {
  readonly #subscription = new ReadController<Subscription>(this, {
    path: () => subscriptionPath(this.subscriptionId),
    topics: ["customer", "grant", "payment"],
  });
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  readonly #items = new ReadController<readonly SubscriptionItem[]>(this, {
    read: async () => (await readItems(this.subscriptionId)).items,
    topics: ["customer"],
  });
  readonly #log = new ListController<SubscriptionLine>(this, {
    read: (query) => listSubscriptionLog(query, this.subscriptionId),
    topics: ["customer"],
  });
  readonly #actions = new PageActions(this, () => this.#reload());

  async #reload(): Promise<void> {
    await Promise.all([this.#subscription.reload(), this.#items.reload(), this.#log.reload()]);
  }

  override render() {
    return html`<div class="head"><h1>${planTitle(this.#subscription.value?.planName ?? say("subscription"))}</h1></div>
      ${this.#subscription.render((row) => this.#body(row))}`;
  }

  #body(row: Subscription) {
    const { zone } = this.app;
    if (row.kind === "package") return this.#package(row);
    const every = row.every === null ? "" : everyText(row.every);
    return html`<section class="card pad">
        ${subscriptionBadge(row, zone)}
        ${facts([
          [say("customer"), html`<a href="#/customers/${row.customerId}">${row.customerName ?? say("none")}</a>`],
          [
            say("logInName"),
            html`<a class="mono" href="#/accounts/${row.accountId}">${row.username ?? say("none")}</a>`,
          ],
          [say("price"), `${money(row.priceCents, row.currency)} · ${every}`],
          [say("paidUntil"), paidUntilOf(row, zone)],
          row.graceUntilMs > row.paidUntilMs ? [say("graceUntil"), dateTime(row.graceUntilMs, zone)] : null,
          row.pauseUntilMs === null ? null : [say("pausedUntil"), dateTime(row.pauseUntilMs, zone)],
          row.suspendedReason === null ? null : [say("why"), row.suspendedReason],
          ...(row.cancelAtEnd
            ? []
            : [
                [say("nextDue"), money(row.dueCents, row.currency)] as const,
                [say("autoRenew"), say(row.autoRenew ? "yes" : "no")] as const,
              ]),
          row.standingOrder ? [say("standingOrder"), say("yes")] : null,
          row.payNumber === null ? null : [say("payNumber"), html`<strong class="mono">${row.payNumber}</strong>`],
          row.prompts === 0 ? null : [say("promptsMade"), say("times", { count: row.prompts })],
        ])}
        ${row.state === "ended" ? nothing : this.#buttons(row)}
      </section>
      ${this.#form(row)}
      <h2 class="between">${say("besidePrice")}</h2>
      ${this.#items.render((items) => this.#itemList(row, items))}
      ${this.#logList(row)}`;
  }

  /** It is bought anew, or ended; the rest is its customer's page. */
  #package(row: Subscription) {
    const { zone } = this.app;
    const end = async () => {
      if (!(await ask(say("endRenewalSure"), say("endRenewal"), { danger: true }))) return;
      await this.#actions.run("cancel", (key) => actOnSubscription(row.subscriptionId, "cancel", {}, key));
    };
    return html`<section class="card pad">
        ${subscriptionBadge(row, zone)}
        ${facts([
          [
            say("customer"),
            row.customerId === null
              ? html`<span class="mono">${row.phone ?? say("none")}</span>`
              : html`<a href="#/customers/${row.customerId}">${row.customerName ?? say("none")}</a>`,
          ],
          [say("phone"), html`<span class="mono">${row.phone ?? say("none")}</span>`],
          [say("site"), this.#sites.value?.get(row.siteId ?? "") ?? say("site")],
          [say("price"), money(row.priceCents, row.currency)],
          [say("paidUntil"), paidUntilOf(row, zone)],
          row.prompts === 0 ? null : [say("promptsMade"), say("times", { count: row.prompts })],
        ])}
        ${
          row.state !== "ended" && this.may("subscriptions.manage")
            ? html`<p class="row below"><button class="quiet danger" @click=${end}>${say("endRenewal")}</button></p>`
            : nothing
        }
      </section>
      ${this.#logList(row)}`;
  }

  #logList(row: Subscription) {
    const { zone } = this.app;
    return html`<h2 class="between">${say("subscriptionLog")}</h2>
      ${listCard(this.#log, {
        title: say("subscriptionLog"),
        emptyText: say("nothingYet"),
        columns: [
          { label: say("time"), cell: (line) => dateTime(line.atMs, zone) },
          {
            label: say("what"),
            cell: (line) =>
              html`<strong>${word("subscriptionDid", line.what)}</strong>${line.why === null ? nothing : html`<br /><span class="soft">${line.why}</span>`}`,
          },
          {
            label: say("who"),
            cell: (line) =>
              line.who === "karibu" ? say("byItself") : line.who === "customer" ? say("theCustomer") : line.who,
          },
          { label: say("paidUntil"), cell: (line) => dateTime(line.paidUntilMs, zone) },
          {
            label: say("amount"),
            numeric: true,
            cell: (line) => (line.amountCents === null ? say("none") : money(line.amountCents, row.currency)),
          },
        ],
      })}`;
  }

  #buttons(row: Subscription) {
    const act = (verb: "unsuspend" | "resume") =>
      this.#actions.run(verb, (key) => actOnSubscription(row.subscriptionId, verb, {}, key));
    const undoCancel = () =>
      this.#actions.run("cancel", (key) => actOnSubscription(row.subscriptionId, "cancel", { undo: true }, key));
    const open = (verb: Verb, text: string, look = "") =>
      html`<button class=${look} aria-expanded=${this.doing === verb} @click=${() => this.#open(verb, row)}>${text}</button>`;
    const plain = (text: string, run: () => unknown, look = "quiet") =>
      html`<button class=${look} @click=${run}>${text}</button>`;
    const manages = this.may("subscriptions.manage");
    const pays = this.mayAsOwn("payments.manage") && row.state !== "paused";
    return html`<p class="row below">
      ${pays && !row.cancelAtEnd ? open("renew", say("renewNow"), "primary") : nothing}
      ${pays ? open("change-plan", say("changePlan")) : nothing}
      ${
        manages
          ? html`${row.state === "paused" ? plain(say("resumeNow"), () => act("resume"), "") : open("pause", say("pause"))}
            ${row.state === "grace" || row.state === "over" ? open("promise", say("promise")) : nothing}
            ${row.suspendedReason === null ? open("suspend", say("suspend")) : plain(say("reactivate"), () => act("unsuspend"), "")}
            ${open("items", say("addItem"))}
            ${plain(say(row.autoRenew ? "autoRenewOff" : "autoRenewOn"), () => this.#actions.run("auto", () => switchAutoRenew(row.subscriptionId, !row.autoRenew)))}
            ${plain(say(row.standingOrder ? "standingOrderOff" : "standingOrderOn"), () => this.#actions.run("standing", () => switchStandingOrder(row.subscriptionId, !row.standingOrder)))}
            ${
              row.cancelAtEnd
                ? plain(say("undoCancel"), undoCancel)
                : plain(say("cancelAtEnd"), () => this.#cancel(row), "quiet danger")
            }`
          : nothing
      }
    </p>`;
  }

  async #open(verb: Verb, row: Subscription) {
    this.shown = row;
    this.doing = this.doing === verb ? null : verb;
    if (verb === "change-plan" && this.plans.length === 0) this.plans = await plansToChoose();
  }

  async #cancel(row: Subscription) {
    if (!(await ask(say("cancelAtEndSure"), say("cancelAtEnd"), { danger: true, no: say("no") }))) return;
    await this.#actions.run("cancel", (key) => actOnSubscription(row.subscriptionId, "cancel", {}, key));
  }

  #form(row: Subscription) {
    const verb = this.doing;
    if (verb === null) return nothing;
    return keyed(
      verb,
      subscriptionForm(verb, this.shown ?? row, {
        plans: this.plans,
        done: (result) => {
          if (result === notSure) return;
          this.doing = null;
          this.#actions.notify(say("saved"));
          void this.#reload();
        },
        cancel: () => {
          this.doing = null;
        },
      }),
    );
  }

  #itemList(row: Subscription, items: readonly SubscriptionItem[]) {
    if (items.length === 0) return html`<p class="soft">${say("nothingYet")}</p>`;
    return html`<section class="card pad">
      ${items.map(
        (item) => html`<p class="row">
          <span><strong>${item.name === "" ? word("item", item.kind) : item.name}</strong> · ${word("item", item.kind)} · ${money(item.amountCents, row.currency)}
            <span class="badge">${word("itemState", item.state)}</span></span>
          ${this.mayAsOwn("payments.manage") ? this.#itemButton(row, item) : nothing}
        </p>`,
      )}
    </section>`;
  }

  #itemButton({ subscriptionId }: Subscription, { itemId, kind, state: now }: SubscriptionItem) {
    if (now === "open")
      return html`<button class="quiet" @click=${() => this.#actions.run(`waive/${itemId}`, (key) => waiveItem(subscriptionId, itemId, say("waive"), key))}>${say("waive")}</button>`;
    if (kind !== "deposit" || now !== "paid") return nothing;
    const give = () =>
      this.#actions.run(`return/${itemId}`, (key) => returnDeposit(subscriptionId, itemId, say("giveBack"), key));
    return html`<button class="quiet" @click=${give}>${say("giveBack")}</button>`;
  }
}
customElements.define("subscription-page", SubscriptionPage);

const everyText = ({ unit, count }: NonNullable<Subscription["every"]>): string =>
  count === 1 ? say(`each_${unit}`) : say(`every_${unit}`, { count });
