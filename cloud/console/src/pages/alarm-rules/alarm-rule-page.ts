import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { editCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type AlarmRule, changeRule, removeRule, rulePath, testRule } from "../../data/operations/alarm-rules.ts";
import { duration } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { kindsText, readRuleNames, recipientsText, ruleName } from "./alarm-rules-page.ts";
import { noRuleNames, type RuleNames, ruleFields, ruleOf } from "./rule-fields.ts";

/** One rule: changed, tried, removed. */
class AlarmRulePage extends appElement({ ruleId: property(""), names: state<RuleNames>(noRuleNames) }) {
  readonly #rule = new ReadController<AlarmRule>(this, { path: () => rulePath(this.ruleId) });
  readonly #actions = new PageActions(this, () => this.#rule.reload());

  override connectedCallback() {
    super.connectedCallback();
    queueMicrotask(() => void readRuleNames(this.app).then((names) => (this.names = names)));
  }

  override render() {
    const rule = this.#rule.value;
    return html`<div class="head"><h1>${rule === null ? say("alarmRules") : ruleName(rule)}</h1></div>
      ${this.#rule.render((value) => this.#body(value))}`;
  }

  #body(rule: AlarmRule) {
    return html`<section class="card pad panel">
        ${facts([
          [say("state"), say(rule.active ? "ruleOn" : "ruleOff")],
          [say("ruleKinds"), kindsText(rule)],
          [say("site"), rule.siteIds?.map((id) => this.names.sites.get(id) ?? id).join(", ") ?? say("allOfThem")],
          [say("ruleAfter"), duration(rule.afterMs / 1000)],
          [say("ruleTells"), recipientsText(rule.to, this.names)],
          [say("ruleWakes"), say(rule.wakes ? "yes" : "no")],
          [
            say("ruleEscalateAfter"),
            rule.escalateAfterMs === null ? say("none") : duration(rule.escalateAfterMs / 1000),
          ],
          [
            say("ruleEscalateTo"),
            rule.escalateTo === null ? say("theOwners") : recipientsText(rule.escalateTo, this.names),
          ],
        ])}
        ${
          this.may("alerts.manage")
            ? html`<p class="row below">
                <button class="primary" @click=${() => this.#test()}>${say("testAlarmRule")}</button>
                <button @click=${() => this.#rule.toggleEdit()}>${say("edit")}</button>
                ${rule.isFirst ? nothing : html`<button class="quiet" @click=${() => this.#remove(rule)}>${say("remove")}</button>`}
              </p>`
            : nothing
        }
      </section>
      ${editCard(this.#rule, {
        fields: (edited) => ruleFields(edited, this.names),
        submit: (values, etag) => changeRule(this.ruleId, ruleOf(values, this.#rule.edited?.value ?? null), etag),
        done: () => {
          this.#rule.endEdit();
          void this.#rule.reload();
        },
      })}`;
  }

  #test() {
    return this.#actions.run(
      "test",
      () => testRule(this.ruleId),
      ({ messages }) => say("alarmTestSent", { count: messages }),
    );
  }

  async #remove(rule: AlarmRule) {
    const isSure = await ask(say("removeAlarmRule", { name: rule.name }), say("remove"), { danger: true });
    if (!isSure) return;
    if (await this.#actions.run("remove", () => removeRule(this.ruleId))) location.hash = "#/alarm-rules";
  }
}
customElements.define("alarm-rule-page", AlarmRulePage);
