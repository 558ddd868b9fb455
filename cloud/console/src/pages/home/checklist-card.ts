import { css, html, nothing } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { ownerStepStyles } from "../../components/styles/step-styles.ts";
import type { Home } from "../../data/reports/home.ts";
import { icon, icons } from "../../icons.ts";
import { say, word } from "../../strings/strings.ts";
import { checklistTasks } from "./waiting-work.ts";

/** The way of a new provider to the first sale, in one line: a mark for each step, and the next one by name. */
class ChecklistCard extends elementWith({
  checklist: property<NonNullable<Home["checklist"]>>(),
  language: property(""),
}) {
  static override styles = [
    sharedStyles,
    ownerStepStyles,
    css`
      .card {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem 1.2rem;
        padding: 0.5rem var(--card-space);
      }
      h2 {
        font-size: 1rem;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
        display: flex;
        flex: 1 1 auto;
      }
      li a {
        display: grid;
        place-items: center;
        width: 44px;
        height: 44px;
        border-radius: var(--radius-control);
      }
      li a:hover {
        background: var(--brand-wash);
      }
    `,
  ];

  override render() {
    const tasks = checklistTasks(this.checklist);
    const done = tasks.filter(({ isDone }) => isDone).length;
    const next = tasks.find(({ isDone }) => !isDone);
    return html`<section class="card panel">
      <h2>${say("firstSteps", { done, all: tasks.length })}</h2>
      <ol>
        ${tasks.map(({ name, isDone, href }) => {
          const label = `${word("task", name)} (${say(isDone ? "step_done" : "step_todo")})`;
          return html`<li class=${isDone ? "done" : ""}>
            <a href=${href} aria-label=${label} title=${label}><span class="mark">${isDone ? icon(icons.check) : ""}</span></a>
          </li>`;
        })}
      </ol>
      ${next === undefined ? nothing : html`<a href=${next.href}>${say("firstStepNext", { step: word("task", next.name) })}</a>`}
      <a class="button" href="#/start">${say("openGuide")}</a>
    </section>`;
  }
}
customElements.define("checklist-card", ChecklistCard);
