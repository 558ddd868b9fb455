import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { selectFilter } from "../../components/table/filters.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { plansToChoose } from "../../data/catalogue/plans.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { millicents } from "../../pages/message-texts/message-money.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import {
  type GroupMessage,
  type GroupPreview,
  listGroupMessages,
  previewGroup,
  sendGroup,
  stopGroup,
} from "./group-messages.ts";

const ways = ["expiring", "site", "plan", "all"] as const;
type Way = (typeof ways)[number];
type GroupOrder = Parameters<typeof previewGroup>[0];
const tones: Record<GroupMessage["state"], string> = { sending: "warn", stopped: "", done: "good" };

/** Messages to groups: written, looked at with their count and cost, sent in stages, stopped. */
class GroupMessagesPage extends appElement({
  way: state<Way>("expiring"),
  sites: state<Names>(noNames),
  plans: state<Names>(noNames),
  /** What was looked at, and is not sent yet. */
  look: state<{ readonly order: GroupOrder; readonly preview: GroupPreview } | null>(null),
}) {
  readonly #groups = new ListController<GroupMessage>(this, {
    read: listGroupMessages,
    topics: [],
    isCounted: false,
  });
  readonly #actions = new PageActions(this, () => this.#groups.reload());

  override firstUpdated() {
    if (this.may("messages.manage")) void this.#readNames();
  }

  async #readNames() {
    this.sites = await readNames("sites", this.app.user);
    const plans = await plansToChoose().catch(() => []);
    this.plans = new Map(plans.map(({ planId, name }) => [planId, name]));
  }

  override render() {
    const maySend = this.may("messages.manage");
    return listPage(this.#groups, {
      title: say("groupMessages"),
      intro: say("groupMessagesWhy"),
      emptyText: say("noGroupMessages"),
      add: this.mayAsOwn("messages.manage") && { text: say("writeToGroup"), form: () => this.#compose() },
      columns: [
        { label: say("time"), cell: (row) => dateTime(row.madeAtMs, this.app.zone) },
        { label: say("groupTo"), cell: (row) => word("group", row.who.by) },
        { label: say("messageText"), cell: (row) => row.words },
        { label: say("messageClass"), cell: (row) => word("class", row.class) },
        {
          label: say("state"),
          cell: (row) =>
            html`<span class="badge ${tones[row.state]}">${word("groupstate", row.state)}</span>
              ${say("groupProgress", { sent: row.sent, count: row.count })}`,
        },
      ],
      buttons:
        maySend &&
        ((row) =>
          row.state === "stopped" || row.sent + row.failed + row.skipped >= row.count
            ? nothing
            : html`<button class="quiet danger" @click=${() => this.#stop(row)}>${say("groupStop")}</button>`),
    });
  }

  #compose() {
    const { look } = this;
    return html`<div class="panel">
        ${selectFilter(
          say("groupTo"),
          ways.map((value) => ({ value, label: word("group", value) })),
          this.way,
          (value) => ([this.way, this.look] = [value as Way, null]),
        )}
      </div>
      ${formCard({
        fields: [
          ...this.#whoFields(),
          {
            name: "class",
            label: say("messageClass"),
            type: "select",
            hint: say("classHint"),
            options: (["service", "marketing"] as const).map((value) => ({ value, label: word("class", value) })),
            value: "service",
          },
          {
            name: "words",
            label: say("messageText"),
            type: "textarea",
            required: true,
            hint: `${say("knownValues")} {provider} {name} {plan} {due}`,
          },
        ],
        submitText: say("lookFirst"),
        submit: async (values) => {
          const order = { who: whoOf(values), class: values.class, words: values.words };
          this.look = { order, preview: await previewGroup(order) };
        },
      })}
      ${look === null ? nothing : this.#second(look.order, look.preview)}`;
  }

  #whoFields() {
    if (this.way === "expiring")
      return [
        { name: "days", label: say("groupDays"), type: "number", min: 1, max: 90, value: 3, required: true },
      ] as const;
    if (this.way === "site")
      return [
        { name: "siteId", label: say("site"), type: "select", required: true, options: optionsOf(this.sites) },
      ] as const;
    if (this.way === "plan")
      return [
        { name: "planId", label: say("plan"), type: "select", required: true, options: optionsOf(this.plans) },
      ] as const;
    return [] as const;
  }

  /** The second look: how many, for how much, and as the first of them reads it. */
  #second(order: GroupOrder, preview: GroupPreview) {
    const { count, costMillicents, currency, parts, text, withoutPhone, withoutConsent } = preview;
    const question =
      costMillicents === null
        ? say("groupLookNoPrice", { count, parts })
        : say("groupLook", { count, cost: millicents(costMillicents, currency) });
    return html`<section class="card pad panel" role="status">
      ${
        count === 0
          ? html`<p>${say("groupNobody")}</p>`
          : html`<h2>${question}</h2>
              <p class="number below written">${text}</p>`
      }
      <p class="soft">${say("groupLeftOut", { phone: withoutPhone, consent: withoutConsent })}</p>
      <p class="row below">
        ${count === 0 ? nothing : html`<button class="primary" @click=${() => this.#send({ ...order, count, costMillicents })}>${say("groupSend", { count })}</button>`}
        <button class="quiet" @click=${() => (this.look = null)}>${say("cancel")}</button>
      </p>
    </section>`;
  }

  async #send(order: Parameters<typeof sendGroup>[0]) {
    const isSent = await this.#actions.run(
      "send",
      (key) => sendGroup(order, key),
      () => say("groupSent"),
    );
    if (!isSent) return;
    this.look = null;
    this.#groups.toggleAdding();
  }

  async #stop({ groupId }: GroupMessage) {
    if (await ask(say("groupStopSure"), say("groupStop"), { danger: true }))
      await this.#actions.run(`stop/${groupId}`, () => stopGroup(groupId));
  }
}
customElements.define("group-messages-page", GroupMessagesPage);

/** Each way has a field of its own; everybody has none. */
function whoOf({ days, siteId, planId }: { days?: number; siteId?: string; planId?: string }): GroupOrder["who"] {
  if (days !== undefined) return { by: "expiring", days };
  if (siteId !== undefined) return { by: "site", siteId };
  return planId === undefined ? { by: "all" } : { by: "plan", planId };
}
