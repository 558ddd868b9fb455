import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { facts } from "../../components/facts.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import {
  type Health,
  type HealthPart,
  healthPartsPath,
  healthPath,
  type SecurityFinding,
  securityPath,
} from "../../data/operations/health.ts";
import { duration } from "../../strings/format.ts";
import "../../components/table/data-table.ts";
import { say, word } from "../../strings/strings.ts";
import { gradeTones } from "./grade-tones.ts";
import { adviceText, findingText, securityAdvice } from "./health-words.ts";

/** The hub itself: version, database, links, parts, and what its set-up lacks. */
class HealthCard extends appElement() {
  readonly #health = new ReadController<Health>(this, {
    path: () => healthPath,
    topics: [],
  });
  readonly #security = new ReadController<{ readonly findings: readonly SecurityFinding[] }>(this, {
    path: () => securityPath,
    topics: [],
  });

  readonly #parts = new ReadController<{ readonly parts: readonly HealthPart[] }>(this, {
    path: () => healthPartsPath,
    topics: [],
  });

  override render() {
    return html`<div class="two">
      ${this.#health.render(
        (health) => html`<section class="card pad">
          <h2>${say("theHub")}</h2>
          ${facts([
            [say("version"), health.version],
            [say("upFor"), duration(health.upSeconds)],
            [say("database"), `${word("engine", health.database.engine)} · ${health.database.latencyMs} ms`],
            [say("openLinks"), health.links],
          ])}
        </section>`,
      )}
      ${this.#security.render(
        (security) => html`<section class="card pad">
          <h2>${say("security")}</h2>
          ${facts(
            security.findings.map((finding) => [
              word("finding", finding.name),
              html`<span class="badge ${finding.status === "ok" ? "good" : "warn"}">${say(finding.status === "ok" ? "isFine" : "toImprove")}</span>`,
            ]),
          )}
          ${security.findings.map((finding) => {
            const advice = securityAdvice(finding);
            return advice === null ? nothing : html`<p class="soft below">${advice}</p>`;
          })}
        </section>`,
      )}
    </div>
    ${this.#parts.render(
      ({ parts }) => html`<h2 class="panel">${say("hubParts")}</h2>
        <div class="card">
          <data-table
            caption=${say("hubParts")}
            .columns=${[
              { label: say("name"), cell: (row: HealthPart) => html`<strong>${word("part", row.name)}</strong>` },
              {
                label: say("state"),
                cell: (row: HealthPart) =>
                  html`<span class="badge ${gradeTones[row.grade]}">${say(`grade_${row.grade}`)}</span>`,
              },
              {
                label: say("details"),
                cell: (row: HealthPart) => {
                  const advice = adviceText(row);
                  return html`${findingText(row)}${advice === null ? nothing : html`<br /><span class="soft">${advice}</span>`}
                  ${row.finding === "problem" ? rawText(row.text) : nothing}`;
                },
              },
            ]}
            .rows=${parts}
          ></data-table>
        </div>`,
    )}`;
  }
}
customElements.define("health-card", HealthCard);
