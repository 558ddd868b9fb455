import { css, html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { stepStyles } from "../../components/styles/step-styles.ts";
import type { Site, SiteLink } from "../../data/fleet/sites.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { icon, icons } from "../../icons.ts";
import { say, word } from "../../strings/strings.ts";
import { readinessOf, type Step, siteSteps } from "./site-readiness.ts";

/** Is the site ready to sell, and what is left to do: for the installer, who stands at the router with a phone. */
class SiteReadinessCard extends appElement({ site: property<Site>() }) {
  readonly #link = new ReadController<SiteLink>(this, {
    path: () => hubPath("/api/v1/sites/{siteId}/link", { siteId: this.site.siteId }),
    topics: ["site", "session"],
  });

  static override styles = [
    sharedStyles,
    stepStyles,
    css`
      ol {
        margin-top: 0.8rem;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr));
        gap: 0.8rem 1.4rem;
      }
      .todo .mark {
        background: var(--sun);
        color: var(--sun-ink);
      }
    `,
  ];

  override render() {
    return this.#link.render((link) => {
      const steps = siteSteps(this.site, link);
      const readiness = readinessOf(this.site, steps);
      if (readiness.kind === "ready")
        return html`<p class="ready panel"><span class="badge good">${say("readyToSell", { count: 0 })}</span></p>`;
      const isNew = readiness.kind === "new";
      return html`<section class="card pad panel">
        <h2>${isNew ? say("notReadyYet", { count: readiness.left }) : say("siteTrouble")}</h2>
        <ol>
          ${(isNew ? steps : readiness.steps).map((step) => this.#step(step))}
        </ol>
      </section>`;
    });
  }

  #step({ name, state, advice }: Step) {
    return html`<li class=${state}>
      <span class="mark">${state === "done" ? icon(icons.check) : state === "todo" ? icon(icons.attention) : icon(icons.wait)}</span>
      <div>
        <strong>${word("ready", name)}</strong> <span class="visually-hidden">${word("step", state)}</span>
        <p class="soft">${state === "waiting" && name !== "feed" ? say("readyLater") : word(`ready_${name}`, advice)}</p>
      </div>
    </li>`;
  }
}
customElements.define("site-readiness-card", SiteReadinessCard);
