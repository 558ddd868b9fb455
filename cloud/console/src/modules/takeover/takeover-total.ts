import { css, html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { PageActions } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import {
  applyTakeover,
  type TakeoverChoice,
  type TakeoverPreview,
  type TakeoverSource,
  type TakeoverTotal,
  totalOfTakeover,
} from "./takeovers.ts";
import "../../components/action-form.ts";

/** Doubts about which a person decides; the others always stay behind. */
const mayStay = ["easily-guessed", "password-hidden", "no-limit", "use-unknown"] as const;

/** Their users are not the router's: what these do after the file was made is known to nobody here, or to the router in part. */
const ofDatabases: readonly TakeoverPreview["source"][] = ["phpnuxbill", "radius"];

/** After the trial: for which site, who stays behind, the second total, and then it is done. */
class TakeoverTotalForm extends appElement({
  source: property<TakeoverSource>(),
  /** Names of sites by their id. */
  sites: property<ReadonlyMap<string, string>>(new Map()),
  system: property<TakeoverPreview["source"]>(),
  /** Of a database of several, by their names in it. */
  routers: property<readonly string[]>([]),
  choice: state<TakeoverChoice | null>(null),
  total: state<TakeoverTotal | null>(null),
}) {
  static override styles = [
    sharedStyles,
    css`
      section {
        margin-bottom: 1rem;
      }
      .row {
        margin-top: 0.8rem;
      }
      p {
        margin: 0.8rem 0;
      }
    `,
  ];
  readonly #actions = new PageActions(this);

  override render() {
    return html`<section class="card pad">
      <h2>${say("takeoverNext")}</h2>
      <p>${say("takeoverNextWhat")}</p>
      <action-form
        .fields=${[
          {
            name: "site",
            label: say("site"),
            type: "select",
            required: true,
            value: this.source.fromSiteId ?? "",
            options: [...this.sites].map(([value, label]) => ({ value, label })),
          },
          ...(this.routers.length < 2
            ? []
            : [
                {
                  name: "router",
                  label: say("takeoverOfRouter"),
                  hint: say("takeoverOfRouterHint"),
                  type: "select",
                  value: "",
                  options: [
                    { value: "", label: say("takeoverAllRouters") },
                    ...this.routers.map((value) => ({ value, label: value })),
                  ],
                },
              ]),
          {
            name: "doubles",
            label: say("takeoverDoubles"),
            type: "select",
            value: "",
            options: [
              { value: "", label: say("takeoverNoDoubles") },
              ...(["hotspot-users", "user-manager"] as const).map((value) => ({ value, label: word("origin", value) })),
            ],
          },
          {
            name: "booking",
            label: say("takenBooking"),
            type: "select",
            value: "elsewhere",
            options: (["elsewhere", "first-use"] as const).map((value) => ({
              value,
              label: word("takenBooking", value),
            })),
          },
          ...mayStay.map((doubt) => ({
            name: doubt,
            label: say("takeoverLeaveThose", { doubt: word("doubt", doubt) }),
            type: "checkbox",
            value: doubt === "no-limit",
          })),
        ]}
        submitText=${say("takeoverTotal")}
        .submit=${this.#ask}
      ></action-form>
      ${this.total === null ? nothing : this.#shown(this.total)}
    </section>`;
  }

  #shown({ total }: TakeoverTotal) {
    const shown = (count: number) => count.toLocaleString("en");
    return html`<div role="status">
      <h3>${say("takeoverSecond")}</h3>
      ${facts([
        [say("fates_voucher"), shown(total.codes)],
        [say("fates_grant"), shown(total.running)],
        [say("takeoverWithPassword"), shown(total.withSecondWord)],
        [say("fates_left"), shown(total.left)],
        [say("fates_account"), shown(total.accounts)],
        [say("takeoverPlansMade"), shown(total.plansMade)],
        ...(total.useUnknown ? [[say("takeoverUseUnknown"), shown(total.useUnknown)] as const] : []),
        [say("takeoverWorth"), html`<strong>${money(total.worthCents, total.currency)}</strong>`],
      ])}
      ${ofDatabases.includes(this.system) ? html`<p class="notice">${word("takeoverFileAges", this.system)}</p>` : nothing}
      <div class="row">
        <button class="primary" ?disabled=${this.#actions.busy !== ""} @click=${this.#doIt}>${say("takeoverDoIt")}</button>
      </div>
    </div>`;
  }

  readonly #ask = async (values: Values) => {
    const leave = mayStay.filter((doubt) => values[doubt] === true);
    const choice = {
      ...this.source,
      siteId: String(values.site),
      leave,
      booking: values.booking,
      ...(values.router ? { router: String(values.router) } : {}),
      ...(values.doubles ? { doubles: values.doubles } : {}),
    };
    this.total = null;
    this.total = await totalOfTakeover(choice);
    this.choice = choice;
  };

  readonly #doIt = async () => {
    const { choice, total } = this;
    if (choice === null || total === null) return;
    const isDone = await this.#actions.run(
      "apply",
      () => applyTakeover(choice, total),
      () => say("takeoverDone"),
    );
    this.total = null;
    if (isDone) this.dispatchEvent(new CustomEvent("taken"));
  };
}
customElements.define("takeover-total", TakeoverTotalForm);
