import { css, html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { facts } from "../../components/facts.ts";
import type { Fields } from "../../components/fields/values-of.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { editCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { changeMoneySettings, type MoneySettings, moneySettingsPath } from "../../data/money/money-settings.ts";
import { currencyName, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const refundRules = ["refuse", "unused-part", "any"] as const;

/** The provider's money rules: approval of refunds, used plans, accounts, SMS, commission, the limit of unverified money. */
class MoneyRules extends appElement() {
  static override styles = [
    sharedStyles,
    css`
      .rules {
        display: grid;
        gap: 1rem;
        align-items: start;
      }
      .rules > * {
        min-width: 0;
      }
      @media (min-width: 1100px) {
        .rules {
          grid-template-columns: minmax(0, 1.25fr) minmax(0, 1fr);
        }
      }
      ul {
        display: grid;
        gap: 0.8rem;
        margin: 0.9rem 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding-left: 1rem;
        border-left: 3px solid var(--line);
      }
      li.strict {
        border-color: var(--brand);
      }
    `,
  ];

  readonly #actions = new PageActions(this);
  readonly #rules = new ReadController<MoneySettings>(this, { path: () => moneySettingsPath, topics: [] });

  override render() {
    return this.#rules.render(
      (rules) => html`<div class="rules">
        <div>${this.may("settings.manage") ? this.#form() : rulesCard(rules, this.app.currency)}</div>
        ${effects(rules, this.app.currency)}
      </div>`,
    );
  }

  /** The form is always open: it changes the version that was there when the page opened. */
  #form() {
    if (this.#rules.edited === null) this.#rules.beginEdit();
    return editCard(this.#rules, {
      fields: (rules) => ruleFields(rules, this.app.currency),
      submit: ({ commission, ...rules }, etag) => {
        const commissionPermille = Math.round((commission ?? 0) * 10);
        return changeMoneySettings({ ...withoutEmpty(rules), commissionPermille }, etag);
      },
      done: () => {
        this.#actions.notify(say("saved"));
        void this.#rules.restartEdit();
      },
    });
  }
}
customElements.define("money-rules", MoneyRules);

/** The rules for users who may not change them. */
function rulesCard(rules: MoneySettings, currency: string) {
  const yesOrNo = (is: boolean) => say(is ? "yes" : "no");
  return html`<section class="card pad">
    ${facts([
      [say("twoPersonRefunds"), yesOrNo(rules.twoPersonRefunds)],
      [say("correctionsNeedSecond"), yesOrNo(rules.correctionsNeedSecond)],
      [say("refundUsed"), word("refundUsed", rules.refundUsed)],
      [say("strictAccounts"), yesOrNo(rules.strictAccounts)],
      [say("smsAfterPayment"), yesOrNo(rules.smsAfterPayment)],
      [say("codeAfterPayment"), yesOrNo(rules.codeAfterPayment)],
      [say("commissionPercent"), rules.commissionPermille / 10],
      [say("renewalPromptsMax"), rules.renewalPromptsMax],
      [say("unverifiedMax", { currency: currencyName(currency) }), money(rules.unverifiedCentsMax, currency)],
    ])}
  </section>`;
}

/** What the saved rules do: each with a sentence, and a line where one asks for more care. */
function effects(rules: MoneySettings, currency: string) {
  const soldCents = 100_00;
  const commission = {
    sold: money(soldCents, currency),
    kept: money(Math.floor((soldCents * rules.commissionPermille) / 1000), currency),
  };
  const switched = (
    ["twoPersonRefunds", "correctionsNeedSecond", "strictAccounts", "smsAfterPayment", "codeAfterPayment"] as const
  ).map((name) => ({ isStrict: rules[name], text: say(`${name}_${rules[name] ? "on" : "off"}`) }));
  const told = [
    { isStrict: rules.refundUsed === "refuse", text: word("refundUsedDoes", rules.refundUsed) },
    { isStrict: rules.commissionPermille > 0, text: say("commissionDoes", commission) },
    {
      isStrict: rules.unverifiedCentsMax === 0,
      text: say("unverifiedMaxDoes", { amount: money(rules.unverifiedCentsMax, currency) }),
    },
    ...switched,
  ];
  return html`<section class="card pad">
    <h2>${say("rulesDo")}</h2>
    <ul>
      ${told.map(({ isStrict, text }) => html`<li class=${isStrict ? "strict" : ""}>${text}</li>`)}
    </ul>
  </section>`;
}

function ruleFields(rules: MoneySettings, currency: string) {
  return [
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
      name: "renewalPromptsMax",
      label: say("renewalPromptsMax"),
      type: "number",
      min: 0,
      max: 5,
      value: rules.renewalPromptsMax,
      required: true,
      hint: say("renewalPromptsHint"),
    },
    {
      name: "unverifiedCentsMax",
      label: say("unverifiedMax", { currency: currencyName(currency) }),
      type: "money",
      min: 0,
      value: rules.unverifiedCentsMax,
      required: true,
      hint: say("unverifiedMaxHint"),
    },
    ...(
      ["twoPersonRefunds", "correctionsNeedSecond", "strictAccounts", "smsAfterPayment", "codeAfterPayment"] as const
    ).map((name) => ({ name, label: say(name), type: "checkbox", value: rules[name] }) as const),
  ] as const satisfies Fields;
}
