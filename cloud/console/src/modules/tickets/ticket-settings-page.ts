import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { clockOptions, weekDayName } from "../../components/dates/clock-options.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { editCard, formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { say, word } from "../../strings/strings.ts";
import { priorities } from "./ticket-words.ts";
import {
  addCanned,
  type CannedAnswer,
  listCanned,
  removeCanned,
  saveTicketRules,
  type TicketRules,
  ticketRulesPath,
} from "./tickets.ts";

/** Working hours, how soon tickets are answered and solved, and answers that are kept ready. */
class TicketSettingsPage extends appElement() {
  readonly #rules = new ReadController<TicketRules>(this, { path: () => ticketRulesPath });
  readonly #canned = new ReadController<readonly CannedAnswer[]>(this, { read: listCanned });
  readonly #actions = new PageActions(this, () => this.#canned.reload());

  override render() {
    return html`<div class="head"><h1>${say("ticketSettings")}</h1></div>
      ${this.#rules.render(() => html`${this.#hours()}`)}
      <h2 class="between">${say("cannedAnswers")}</h2>
      <p class="soft panel">${say("cannedWhy", { list: "{name}, {number}, {site}, {staff}, {provider}" })}</p>
      ${this.#canned.render((answers) => this.#answers(answers))}
      ${formCard({
        title: say("addCanned"),
        fields: [
          { name: "name", label: say("name"), required: true },
          { name: "text", label: say("answerText"), type: "textarea", required: true },
        ],
        submitText: say("addCanned"),
        submit: (values) => addCanned(values),
        done: () => {
          this.#actions.notify(say("saved"));
          void this.#canned.reload();
        },
      })}`;
  }

  #hours() {
    if (this.#rules.edited === null) this.#rules.beginEdit();
    return editCard(this.#rules, {
      fields: (rules) => fieldsOf(rules, this.app.zone.locale),
      submit: (values, etag) => saveTicketRules(rulesOf(values), etag),
      done: async () => {
        await this.#rules.restartEdit();
        this.#actions.notify(say("saved"));
      },
    });
  }

  #answers(answers: readonly CannedAnswer[]) {
    if (answers.length === 0) return html`<p class="soft panel">${say("noCanned")}</p>`;
    return html`<section class="card pad panel">
      <dl class="facts">
        ${answers.map(
          (one) => html`<dt>${one.name}</dt>
            <dd>
              ${one.text}<br /><button class="quiet danger" @click=${() => this.#remove(one)}>${say("remove")}</button>
            </dd>`,
        )}
      </dl>
    </section>`;
  }

  async #remove({ cannedId, name }: CannedAnswer) {
    if (await ask(say("removeCannedSure"), say("remove"), { danger: true, thing: name }))
      await this.#actions.run(cannedId, () => removeCanned(cannedId));
  }
}
customElements.define("ticket-settings-page", TicketSettingsPage);

function fieldsOf(rules: TicketRules, locale: string) {
  return [
    ...[1, 2, 3, 4, 5, 6, 0].map(
      (day) =>
        ({
          name: `day${day}`,
          label: weekDayName(day, locale),
          type: "checkbox",
          value: rules.days.includes(day),
        }) as const,
    ),
    {
      name: "from",
      label: say("fromTime"),
      type: "select",
      value: String(rules.fromMinute),
      options: clockOptions(0, 1410, rules.fromMinute),
    },
    {
      name: "until",
      label: say("untilTime"),
      type: "select",
      value: String(rules.untilMinute),
      options: clockOptions(60, 1440, rules.untilMinute),
    },
    ...priorities.toReversed().flatMap(
      (priority) =>
        [
          {
            name: `answer_${priority}`,
            label: `${word("priority", priority)}: ${say("toAnswer")}`,
            type: "duration",
            required: true,
            value: rules.targets[priority].answerMinutes * 60,
          },
          {
            name: `solve_${priority}`,
            label: `${word("priority", priority)}: ${say("toSolve")}`,
            type: "duration",
            required: true,
            value: rules.targets[priority].solveMinutes * 60,
          },
        ] as const,
    ),
  ] as const satisfies Fields;
}

function rulesOf(values: ValuesOf<typeof fieldsOf>): TicketRules {
  const targetOf = (priority: (typeof priorities)[number]) => ({
    answerMinutes: Math.round(values[`answer_${priority}`] / 60),
    solveMinutes: Math.round(values[`solve_${priority}`] / 60),
  });
  return {
    days: [0, 1, 2, 3, 4, 5, 6].filter((day) => values[`day${day}` as const] === true),
    fromMinute: Number(values.from),
    untilMinute: Number(values.until),
    targets: { low: targetOf("low"), normal: targetOf("normal"), high: targetOf("high"), urgent: targetOf("urgent") },
  };
}
