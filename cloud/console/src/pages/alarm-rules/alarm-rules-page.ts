import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { noNames, readNames } from "../../data/names.ts";
import { type AlarmRule, addRule, listRules } from "../../data/operations/alarm-rules.ts";
import { modulesOf } from "../../modules/module-pages.ts";
import { duration } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { noRuleNames, type RuleNames, ruleFields, ruleOf } from "./rule-fields.ts";
import "./alarm-notices.ts";
import "./quiet-hours.ts";
import "./maintenance-windows.ts";

/** Who hears of which alarms, when nobody is woken, and what was told. */
class AlarmRulesPage extends appElement({ names: state<RuleNames>(noRuleNames) }) {
  readonly #rules = new ListController<AlarmRule>(this, { read: listRules, topics: [] });

  override connectedCallback() {
    super.connectedCallback();
    queueMicrotask(() => void readRuleNames(this.app).then((names) => (this.names = names)));
  }

  override render() {
    return listPage(this.#rules, {
      title: say("alarmRules"),
      intro: say("alarmRulesWhy"),
      emptyText: say("noAlarmRules"),
      unsortedText: say("oldestFirst"),
      search: say("name"),
      add: this.may("alerts.manage") && {
        text: say("addAlarmRule"),
        fields: ruleFields(null, this.names),
        submit: (values) => addRule(ruleOf(values, null)),
        done: (made) => {
          location.hash = `#/alarm-rules/${encodeURIComponent((made as AlarmRule).ruleId)}`;
        },
      },
      rowHref: (row) => `#/alarm-rules/${encodeURIComponent(row.ruleId)}`,
      columns: [
        { label: say("name"), cell: (row) => html`<strong>${ruleName(row)}</strong>` },
        { label: say("ruleKinds"), cell: kindsText },
        { label: say("ruleTells"), cell: (row) => recipientsText(row.to, this.names) },
        { label: say("ruleAfter"), isNamed: true, cell: (row) => duration(row.afterMs / 1000) },
        {
          label: say("state"),
          cell: (row) =>
            html`<span class="badge ${row.active ? "good" : ""}">${say(row.active ? "ruleOn" : "ruleOff")}</span>`,
        },
      ],
      below: html`<quiet-hours .app=${this.app}></quiet-hours>
        <maintenance-windows .app=${this.app} .sites=${this.names.sites}></maintenance-windows>
        ${modulesOf(this.app.user).map(({ alarmRules }) => alarmRules?.card(this.app) ?? nothing)}
        <alarm-notices .app=${this.app}></alarm-notices>`,
    });
  }
}
customElements.define("alarm-rules-page", AlarmRulesPage);

/** The first rule's name is ours until somebody changes it. */
export const ruleName = ({ isFirst, name }: AlarmRule): string =>
  isFirst && name === "Grave alarms" ? say("firstAlarmRule") : name;

export function kindsText({ kinds, graveOnly }: AlarmRule): string {
  const what = kinds === null ? say("allOfThem") : kinds.map((kind) => word("alarm", kind)).join(", ");
  return graveOnly ? `${what} (${word("severity", "wrong")})` : what;
}

export function recipientsText(to: AlarmRule["to"], names: RuleNames): string {
  const whom = [
    ...(to.owners ? [say("theOwners")] : []),
    ...to.userIds.map((id) => names.staff.get(id) ?? id),
    ...(to.owners || to.userIds.length > 0
      ? names.ticks.flatMap(({ field, whom }) => (to[field] ? [say(whom)] : []))
      : []),
    ...to.phones.map((phone) => `+${phone}`),
    ...names.others.flatMap(({ field, label, names }) => to[field].map((id) => names.get(id) ?? say(label))),
  ];
  return whom.length === 0 ? say("none") : whom.join(", ");
}

export async function readRuleNames(app: AlarmRulesPage["app"]): Promise<RuleNames> {
  const ways = modulesOf(app.user).flatMap(({ alarmRules }) => alarmRules ?? []);
  const recipients = ways.flatMap(({ recipients }) => recipients ?? []);
  return {
    sites: await readNames("sites", app.user),
    staff: await readNames("staff", app.user),
    ticks: ways.flatMap(({ tick }) => tick ?? []),
    others: await Promise.all(
      recipients.map(async ({ names, ...one }) => ({ ...one, names: await names().catch(() => noNames) })),
    ),
  };
}
