import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import {
  type Channel,
  type ChannelDetail,
  type ChannelKindForm,
  type Initiator,
  removeInitiator,
  replaceInitiator,
  retryInitiator,
} from "../../data/money/channels.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { initiatorFields } from "./channel-form.ts";
import { initiatorBadge } from "./channel-state.ts";

/** The initiator asks M-Pesa about receipts and sends refunds. The card shows whether it works and replaces it. The keys for sales have another card. */
class InitiatorCard extends appElement({
  channel: property<ChannelDetail & { readonly initiator: Initiator }>(),
  form: property<ChannelKindForm>(),
  replacing: state(false),
}) {
  readonly #actions = new PageActions(this);

  override render() {
    const { channel } = this;
    const { zone, user } = this.app;
    const { initiator } = channel;
    return html`<h2 class="between">${say("initiator")}</h2>
      <section class="card pad panel">
        <p class="soft panel">${say("initiatorWhy")}</p>
        ${initiatorBadge(initiator)} ${this.#whyNot(initiator)}
        ${facts([
          [say("initiatorName"), initiator.name],
          initiator.stoppedAtMs === null ? null : [say("initiatorStoppedAt"), dateTime(initiator.stoppedAtMs, zone)],
          initiator.provedAtMs === null ? null : [say("initiatorProvedAt"), dateTime(initiator.provedAtMs, zone)],
          [say("questionsWaiting"), channel.waiting],
        ])}
        ${user.permissions.includes("channels.manage") ? this.#buttons(initiator) : nothing}
      </section>
      ${this.replacing ? this.#form(initiator) : nothing}`;
  }

  #whyNot({ state, reason, problem, stops }: Initiator) {
    if (state === "none" || state === "incomplete") return html`<p class="below">${word("initiatorLacks", state)}</p>`;
    if (reason === null) return nothing;
    return html`<div class="below">
      <p><strong>${word("initiatorStops", stops)}</strong></p>
      <p>${word("initiatorReason", reason)}</p>
      <p class="soft">${say("initiatorWords")}: ${problem}</p>
    </div>`;
  }

  #buttons({ state, name }: Initiator) {
    const isThere = state !== "none";
    const mayReplace = this.mayAsOwn("channels.manage");
    return html`<p class="row below">
      ${
        mayReplace
          ? html`<button
              class=${state === "works" || state === "unproved" ? "" : "primary"}
              aria-expanded=${this.replacing}
              @click=${() => (this.replacing = !this.replacing)}
            >
              ${say(isThere ? "replaceInitiator" : "addInitiator")}
            </button>`
          : nothing
      }
      ${
        state === "refused"
          ? html`<button ?disabled=${this.#actions.busy !== ""} @click=${this.#retry}>${say("initiatorRetry")}</button>`
          : nothing
      }
      ${
        isThere && mayReplace
          ? html`<button class="quiet danger" ?disabled=${this.#actions.busy !== ""} @click=${() => this.#remove(name ?? "")}>
              ${say("remove")}
            </button>`
          : nothing
      }
    </p>`;
  }

  #form(initiator: Initiator) {
    const fields: Field[] = initiatorFields(this.form).map((field) => ({ ...field, required: true }));
    const hasCertificate = initiator.state !== "none" && initiator.state !== "incomplete";
    const shown = fields.map((field) =>
      field.name === "certificate" && hasCertificate
        ? { ...field, required: false, hint: say("certificateStays") }
        : field,
    );
    return keyed(
      initiator.name,
      html`<section class="card pad panel">
        <p class="soft panel">${say("replaceInitiatorWhy")}</p>
        <action-form
          .fields=${shown}
          submitText=${say(initiator.state === "none" ? "addInitiator" : "replaceInitiator")}
          .submit=${(values: Values) => replaceInitiator(this.channel.id, withoutEmpty(values))}
          @done=${(event: CustomEvent<Channel>) => {
            event.stopPropagation();
            this.replacing = false;
            this.#changed(say("initiatorEntered"));
          }}
        ></action-form>
      </section>`,
    );
  }

  async #retry() {
    await this.#actions.run(
      "retry",
      () => retryInitiator(this.channel.id),
      () => this.#changed(say("initiatorRetried")),
    );
  }

  async #remove(name: string) {
    if (!(await ask(say("initiatorRemoveSure", { name }), say("remove"), { danger: true, thing: name }))) return;
    await this.#actions.run(
      "remove",
      () => removeInitiator(this.channel.id),
      () => this.#changed(say("initiatorRemoved")),
    );
  }

  #changed(notice: string): string {
    this.#actions.notify(notice);
    this.dispatchEvent(new CustomEvent("changed"));
    return notice;
  }
}
customElements.define("initiator-card", InitiatorCard);
