import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import {
  keepPingedPoints,
  type PingedPoint,
  type PingedPoints,
  pingedPointsPath,
} from "../../data/fleet/access-points.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

const changesShown = 10;

/** Access points of other makers: what the router's pings found. Names are people's own text: text nodes. */
class PingedPointsCard extends appElement({ siteId: property(""), isAdding: state(false) }) {
  readonly #points = new ReadController<PingedPoints>(this, {
    path: () => pingedPointsPath(this.siteId),
    topics: ["router"],
  });
  readonly #actions = new PageActions(this, () => this.#points.reload());

  override render() {
    return html`<section class="card pad below">
      <h2>${say("pingedPoints")}</h2>
      <p class="soft">${say("pingedPointsWhat")}</p>
      ${this.#points.render((known) => this.#body(known))}
    </section>`;
  }

  #body({ accessPoints, changes }: PingedPoints) {
    const mayChange = this.may("sites.manage");
    const nameOf = new Map(accessPoints.map(({ address, name }) => [address, name]));
    return html`${accessPoints.length === 0 ? html`<p class="below">${say("noPingedPoints")}</p>` : nothing}
      ${accessPoints.map(
        (point) => html`<div class="below">
          <strong>${point.name}</strong> <span class="mono">${point.address}</span><br />
          ${this.#state(point)}
          ${
            mayChange
              ? html`<span class="row">
                  <button class="quiet danger" ?disabled=${this.#actions.busy !== ""} @click=${() => this.#remove(point)}>
                    ${say("remove")}
                  </button>
                </span>`
              : nothing
          }
        </div>`,
      )}
      ${
        changes.length === 0
          ? nothing
          : html`<h3 class="below">${say("pingChanges")}</h3>
              <ul>
                ${changes
                  .slice(0, changesShown)
                  .map(
                    ({ address, atMs, state: found }) =>
                      html`<li>${dateTime(atMs, this.app.zone)}: ${nameOf.get(address) ?? address}, ${say(found === "up" ? "pingAnswers" : "pingSilent")}</li>`,
                  )}
              </ul>`
      }
      ${
        mayChange
          ? html`<p class="row below">
              <button aria-expanded=${this.isAdding} @click=${() => (this.isAdding = !this.isAdding)}>${say("addPingedPoint")}</button>
            </p>`
          : nothing
      }
      ${this.isAdding ? this.#form() : nothing}`;
  }

  #state({ state: found, lossPercent, roundTripUs, sinceMs }: PingedPoint) {
    if (found === null) return html`<span class="soft">${say("pingNotYet")}</span>`;
    const since = sinceMs === null ? "" : say("pingSince", { when: dateTime(sinceMs, this.app.zone) });
    if (found === "down") return html`<span class="badge bad">${say("pingSilent")}</span> ${since}`;
    const time = roundTripUs === null ? say("none") : `${Math.max(1, Math.round(roundTripUs / 1000))} ms`;
    return html`<span class="badge good">${say("pingAnswers")}</span> ${time}, ${say("pingLoss", { percent: lossPercent ?? 0 })} ${since}`;
  }

  /** It is added to those that are there when it is sent: what was typed outlasts what a colleague adds meanwhile. */
  #form() {
    return formCard({
      fields: [
        { name: "name", label: say("name"), required: true },
        { name: "address", label: say("address"), hint: say("pingedAddressHint"), required: true },
      ],
      submitText: say("addPingedPoint"),
      submit: ({ name, address }) => {
        const { value, etag } = this.#points;
        const added = { name: String(name ?? "").trim(), address: String(address ?? "").trim() };
        return keepPingedPoints(this.siteId, [...(value?.accessPoints ?? []).map(chosenOf), added], etag);
      },
      reload: () => void this.#points.reload(),
      cancel: () => (this.isAdding = false),
      done: () => {
        this.isAdding = false;
        void this.#points.reload();
        this.#actions.notify(say("saved"));
      },
    });
  }

  async #remove({ name, address }: PingedPoint) {
    if (!(await ask(say("removePingedSure", { name }), say("remove"), { danger: true, thing: name }))) return;
    const { value, etag } = this.#points;
    const others = (value?.accessPoints ?? []).filter((one) => one.address !== address).map(chosenOf);
    await this.#actions.run(`remove/${address}`, () => keepPingedPoints(this.siteId, others, etag));
  }
}
customElements.define("pinged-points", PingedPointsCard);

const chosenOf = ({ name, address }: PingedPoint) => ({ name, address });
