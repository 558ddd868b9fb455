import { css, html, nothing } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { notAskedText } from "../../components/not-asked.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { emptyState, stateStyles } from "../../components/states/empty-state.ts";
import type { Home } from "../../data/reports/home.ts";
import { say, word } from "../../strings/strings.ts";
import { waitingWork } from "./waiting-work.ts";

/** All that needs a person, with what to do about each. */
class WaitingCard extends elementWith({
  waiting: property<Home["waiting"]>([]),
  notAsked: property<Home["notAsked"]>([]),
  language: property(""),
}) {
  static override styles = [
    sharedStyles,
    stateStyles,
    css`
      section {
        height: 100%;
      }
      ul {
        list-style: none;
        margin: 0.8rem 0 0;
        padding: 0;
      }
      li {
        display: grid;
        grid-template-columns: minmax(2.6rem, auto) minmax(0, 1fr) auto;
        align-items: center;
        gap: 0.8rem;
        padding: 0.45rem 0;
        border-top: 1px solid var(--line);
      }
      .count {
        font-size: 1.3rem;
        font-weight: 700;
        font-variant-numeric: tabular-nums;
        text-align: center;
        padding: 0.1rem 0.4rem;
        border-radius: var(--radius-small);
        background: var(--sun);
        color: var(--sun-ink);
      }
      /* A phone has no room for long words beside a button. */
      @media (max-width: 519px) {
        li {
          grid-template-columns: minmax(2.6rem, auto) minmax(0, 1fr);
        }
        a {
          grid-column: 2;
          justify-self: start;
          margin-bottom: 0.3rem;
        }
      }
    `,
  ];

  override render() {
    const work = waitingWork(this.waiting);
    const notAsked = notAskedText(this.notAsked);
    return html`<section class="card pad" aria-label=${say("needsPerson")}>
      <h2>${say("needsPerson")}</h2>
      ${work.length === 0 && notAsked === "" ? emptyState(say("nothingWaits")) : nothing}
      <ul>
        ${work.map(
          ({ kind, count, href, action }) =>
            html`<li>
              <span class="count">${count}</span><span>${word("waits", kind)}</span>
              <a class="button" href=${href} aria-label="${say(action)}: ${word("waits", kind)}">${say(action)}</a>
            </li>`,
        )}
      </ul>
      ${notAsked === "" ? nothing : html`<p class="soft" role="status">${notAsked}</p>`}
    </section>`;
  }
}
customElements.define("waiting-card", WaitingCard);
