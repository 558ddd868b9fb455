import { html } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import { formCard } from "../../components/form-card.ts";
import { shownOnce } from "../../components/shown-once.ts";
import { type Account, addAccount } from "../../data/catalogue/accounts.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import { addSubscription } from "../../data/money/subscriptions.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import type { Body } from "../../hub/hub-path.ts";
import { say } from "../../strings/strings.ts";
import { planOptions } from "../plans/plan-options.ts";

interface Service {
  readonly planId: string;
  readonly siteId: string;
  readonly service: Body<"POST", "/api/v1/accounts">["service"];
}

/** A line is paid by the month, or for longer: such a plan is proposed. */
const isMonthly = ({ active, terms }: Plan) => active && (terms.validitySeconds ?? 0) >= 28 * 86_400;

/** A line for a customer, on two screens: the service, then its log-in. The password is made by the hub, and shown once. */
class OpenLine extends appElement({
  customerId: property(""),
  step: state<"closed" | "service" | "log-in">("closed"),
  plans: state<readonly Plan[]>([]),
  sites: state<Names>(noNames),
  chosen: state<Service | null>(null),
  secret: state(""),
}) {
  /** Made already, where its subscription was refused after it: the next try goes on from there. */
  #made: { readonly typed: string; readonly account: Account } | null = null;

  override render() {
    return html`${shownOnce(say("passwordOfLine"), this.secret, () => (this.secret = ""))}
      ${this.step === "closed" ? html`<p><button class="primary" @click=${() => this.#open()}>${say("openLine")}</button></p>` : keyed(this.step, this.#form())}`;
  }

  async #open() {
    [this.plans, this.sites] = await Promise.all([plansToChoose(), readNames("sites", this.app.user)]);
    this.step = "service";
  }

  #form() {
    const cancel = () => {
      this.step = "closed";
      this.#made = null;
    };
    if (this.step === "service")
      return formCard({
        title: say("lineService"),
        fields: this.#serviceFields(),
        submitText: say("toLogIn"),
        submit: async (values) => {
          this.chosen = values as unknown as Service;
        },
        done: () => {
          this.step = "log-in";
        },
        cancel,
      });
    return formCard({
      title: say("lineLogIn"),
      intro: say("lineLogInWhy"),
      fields: [
        { name: "username", label: say("userName"), hint: say("userNameHint"), required: true, autocomplete: "off" },
      ],
      submitText: say("openLine"),
      submit: (values, key) => this.#make(values, key),
      done: () => {
        this.step = "closed";
        this.#made = null;
        this.dispatchEvent(new CustomEvent("opened"));
      },
      cancel,
    });
  }

  #serviceFields(): Field[] {
    const { planId = null, siteId = null, service = "pppoe" } = this.chosen ?? {};
    return [
      {
        name: "planId",
        label: say("plan"),
        type: "select",
        required: true,
        options: planOptions(this.plans),
        value: planId ?? this.plans.find(isMonthly)?.planId ?? null,
      },
      {
        name: "siteId",
        label: say("site"),
        type: "select",
        required: true,
        options: optionsOf(this.sites),
        value: siteId,
      },
      {
        name: "service",
        label: say("service"),
        type: "select",
        required: true,
        value: service,
        options: (["pppoe", "hotspot", "any"] as const).map((each) => ({ value: each, label: say(`service_${each}`) })),
      },
    ];
  }

  async #make({ username }: Values, key: string): Promise<unknown> {
    const { planId, siteId, service } = this.chosen as Service;
    const { customerId } = this;
    const typed = String(username);
    // Another name was typed since: it is another log-in.
    if (this.#made?.typed !== typed) {
      const { password, ...account } = await addAccount(
        { customerId, username: typed, planId, service, siteIds: [siteId] },
        key,
      );
      this.#made = { typed, account };
      this.secret = password === null ? "" : `${account.username}  ${password}`;
    }
    return addSubscription({ customerId, accountId: this.#made.account.accountId, planId }, key);
  }

  override updated() {
    if (!this.may("accounts.manage") || !this.may("subscriptions.manage")) this.hidden = true;
  }
}
customElements.define("open-line", OpenLine);
