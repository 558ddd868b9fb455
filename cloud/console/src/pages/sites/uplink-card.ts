import { figureText } from "@karibu/protocol/charts/figure-text";
import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { editCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveUplink, type Uplink, uplinkPath } from "../../data/reports/site-uplinks.ts";
import { say } from "../../strings/strings.ts";

/** How fast a site's uplink is: the report of capacity says when it will be full. */
class UplinkCard extends appElement({ siteId: property("") }) {
  readonly #uplink = new ReadController<Uplink>(this, { path: () => uplinkPath(this.siteId) });
  readonly #actions = new PageActions(this);

  override render() {
    return html`${this.#uplink.render((uplink) => this.#card(uplink))}
    ${editCard(this.#uplink, {
      fields: ({ downKbps, interface: name }) => [
        { name: "downKbps", label: say("uplinkDown"), type: "speed", value: downKbps, hint: say("uplinkHint") },
        { name: "interface", label: say("uplinkInterface"), value: name, hint: say("uplinkInterfaceHint") },
      ],
      submit: ({ downKbps, interface: name }, etag) =>
        saveUplink(
          this.siteId,
          {
            downKbps: typeof downKbps === "number" ? downKbps : null,
            interface: typeof name === "string" ? name : null,
          },
          etag,
        ),
      done: () => {
        this.#uplink.endEdit();
        void this.#uplink.reload();
        this.#actions.notify(say("saved"));
      },
    })}`;
  }

  #card({ downKbps, interface: name }: Uplink) {
    return html`<section class="card pad">
      <h2>${say("uplink")}</h2>
      <p>
        ${downKbps === null ? say("uplinkUnknown") : html`<b>${figureText(downKbps * 1000, "bits")}</b>`}
        ${name === null ? nothing : html`<span class="mono soft">${name}</span>`}
      </p>
      <p class="row below">
        ${this.may("sites.manage") ? html`<button class="quiet" @click=${() => this.#uplink.toggleEdit()}>${say("edit")}</button>` : nothing}
        ${this.may("reports.read") ? html`<a href="#/reports?report=capacity">${say("report_capacity")}</a>` : nothing}
      </p>
    </section>`;
  }
}
customElements.define("uplink-card", UplinkCard);
