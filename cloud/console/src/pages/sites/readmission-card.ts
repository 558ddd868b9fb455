import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type Readmissions, readmissionsPath, readmit } from "../../data/fleet/sites.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** Devices that came back with a new key, because their stick is new: one tap readmits one. Nothing while none waits. */
class ReadmissionCard extends appElement({ siteId: property(""), name: property("") }) {
  readonly #actions = new PageActions(this, () => this.#waiting.reload());
  readonly #waiting = new ReadController<Readmissions>(this, {
    path: () => readmissionsPath(this.siteId),
    topics: ["site"],
  });

  override render() {
    const waiting = this.#waiting.value?.waiting ?? [];
    if (waiting.length === 0) return nothing;
    return html`<section class="card pad">
      <h2>${say("deviceWaits")}</h2>
      <p class="notice bad below">${say("deviceWaitsWhy")}</p>
      ${waiting.map(
        (one) => html`<p class="row below">
          <strong class="mono">${one.fingerprint}</strong>
          <span class="soft">${one.remoteAddress} · ${dateTime(one.lastAskedAtMs, this.app.zone)}</span>
          <button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#readmit(one.readmissionId)}>
            ${say("readmit")}
          </button>
        </p>`,
      )}
    </section>`;
  }

  #readmit(readmissionId: string) {
    return this.#actions.run(
      `readmit ${readmissionId}`,
      () => readmit(this.siteId, readmissionId),
      () => say("readmitted", { name: this.name }),
    );
  }
}
customElements.define("readmission-card", ReadmissionCard);
