import { html } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Values } from "../../components/action-form.ts";
import { elementWith, property } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { Deeds } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { changeMoneySettings, type MoneySettings, moneySettingsPath } from "../../data/money.ts";
import type { Desk } from "../../desk.ts";
import { money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/action-form.ts";

const refundRules = ["refuse", "unused-part", "any"] as const;

/** The provider's rules about money: two people for refunds, what a used package is worth, strict accounts, SMS, commission, unverified money. */
class MoneyRules extends elementWith({
  desk: property<Desk>(),
}) {
  readonly #deeds = new Deeds(this);
  readonly #rules = new ReadController<MoneySettings>(this, {
    path: () => moneySettingsPath,
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const mayChange = this.desk.user.permissions.includes("settings.manage");
    return this.#rules.render((read) => {
      // The form is open all the while: it works on what was there when it was drawn first.
      if (this.#rules.edited === null) this.#rules.beginEdit();
      const edited = this.#rules.edited ?? { value: read, etag: this.#rules.etag };
      const rules = mayChange ? edited.value : read;
      const yes = (is: boolean) => say(is ? "yes" : "no");
      if (!mayChange)
        return html`<section class="card pad">
          ${facts([
            [say("twoPersonRefunds"), yes(rules.twoPersonRefunds)],
            [say("refundUsed"), word("refundUsed", rules.refundUsed)],
            [say("strictAccounts"), yes(rules.strictAccounts)],
            [say("smsAfterPayment"), yes(rules.smsAfterPayment)],
            [say("commissionPercent"), rules.commissionPermille / 10],
            [say("unverifiedMax"), money(rules.unverifiedCentsMax, "KES")],
          ])}
        </section>`;
      return html`<section class="card pad">
        ${this.#deeds.notice()}
        ${keyed(
          edited,
          html`<action-form
            .fields=${[
              {
                name: "refundUsed",
                label: say("refundUsed"),
                type: "select",
                value: rules.refundUsed,
                options: refundRules.map((rule) => ({ value: rule, label: word("refundUsed", rule) })),
              },
              {
                name: "commission",
                label: say("commissionPercent"),
                type: "number",
                min: 0,
                max: 50,
                step: "0.1",
                value: rules.commissionPermille / 10,
              },
              {
                name: "unverifiedCentsMax",
                label: say("unverifiedMax"),
                type: "money" as const,
                min: 0,
                value: rules.unverifiedCentsMax,
                required: true,
                hint: say("unverifiedMaxHint"),
              },
              ...(["twoPersonRefunds", "strictAccounts", "smsAfterPayment"] as const).map((name) => ({
                name,
                label: say(name),
                type: "checkbox" as const,
                value: rules[name],
              })),
            ]}
            submitText=${say("save")}
            .submit=${({ commission, ...values }: Values) =>
              changeMoneySettings(
                { ...values, commissionPermille: Math.round(Number(commission ?? 0) * 10) },
                edited.etag,
              )}
            @look-again=${() => this.#rules.lookAgain()}
            @done=${() => {
              this.#deeds.tell(say("saved"));
              void this.#rules.lookAgain();
            }}
          ></action-form>`,
        )}
      </section>`;
    });
  }
}
customElements.define("money-rules", MoneyRules);
