import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import {
  type Channel,
  endSimInbox,
  listMpesaChannels,
  readSimInbox,
  type SimInbox,
  simInboxPath,
} from "../../data/money/channels.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const usualSender = "MPESA";

/** Whether the SIM of this site's router is read for M-Pesa's messages, and what came of it. Nothing where there is no channel of M-Pesa. */
class SimInboxCard extends appElement({ siteId: property("") }) {
  readonly #actions = new PageActions(this, () => this.#inbox.reload());
  readonly #inbox = new ReadController<SimInbox>(this, {
    path: () => simInboxPath(this.siteId),
    topics: ["payment"],
  });
  readonly #channels = new ReadController<readonly Channel[]>(this, { read: listMpesaChannels });

  override render() {
    const channels = this.#channels.value ?? [];
    if (channels.length === 0) return nothing;
    return html`<section class="card pad">
      <h2>${say("simInbox")}</h2>
      <p class="soft below">${say("simInboxWhy")}</p>
      ${this.#inbox.render(({ inbox }) => this.#body(inbox, channels))}
    </section>`;
  }

  #body(inbox: SimInbox["inbox"], channels: readonly Channel[]) {
    return html`${inbox === null ? nothing : this.#state(inbox)}
    ${this.mayAsOwn("channels.manage") ? this.#form(inbox, channels) : nothing}`;
  }

  #state({ state, stateAtMs, lastAtMs }: NonNullable<SimInbox["inbox"]>) {
    const { zone } = this.app;
    const said =
      state === null || stateAtMs === null
        ? say("simNothingSaid")
        : `${word("simState", state)} (${dateTime(stateAtMs, zone)})`;
    const isBad = state !== null && state !== "reading";
    return html`<p class=${isBad ? "notice bad below" : "below"}>${said}</p>
      <p class="soft">
        ${lastAtMs === null ? say("nothingReceived") : say("lastReceived", { time: dateTime(lastAtMs, zone) })}
      </p>`;
  }

  #form(inbox: SimInbox["inbox"], channels: readonly Channel[]) {
    const options = channels.map(({ id, name }) => ({ value: id, label: name }));
    const isOn = inbox !== null;
    return keyed(
      `${inbox?.channelId} ${inbox?.sender}`,
      html`<action-form
          class="below"
          .fields=${[
            {
              name: "channelId",
              label: say("channel"),
              type: "select",
              options,
              value: inbox?.channelId ?? options[0]?.value,
            },
            {
              name: "sender",
              label: say("simSender"),
              hint: say("simSenderHint"),
              value: inbox?.sender ?? usualSender,
            },
          ]}
          submitText=${say(isOn ? "save" : "simRead")}
          .submit=${({ channelId, sender }: Values) => readSimInbox(this.siteId, { channelId, sender })}
          @done=${async () => {
            await this.#inbox.reload();
            this.#actions.notify(say("saved"));
          }}
        ></action-form>
        ${
          isOn
            ? html`<p class="row below">
                <button class="quiet danger" ?disabled=${this.#actions.busy !== ""} @click=${() => this.#end()}>
                  ${say("simEnd")}
                </button>
              </p>`
            : nothing
        }`,
    );
  }

  async #end() {
    if (!(await ask(say("simEndSure"), say("simEnd"), { danger: true }))) return;
    await this.#actions.run("end", () => endSimInbox(this.siteId));
  }
}
customElements.define("sim-inbox-card", SimInboxCard);
