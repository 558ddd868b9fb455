import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ReadController } from "../../components/read-controller.ts";
import type { SiteLink } from "../../data/fleet/sites.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { dateTime, duration, plainAddress } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { diskBadge } from "./site-badge.ts";

/** The link between a site and the hub: connection, clock, the journal that has come in, the feed that the site has taken. */
class SiteLinkCard extends appElement({
  siteId: property(""),
}) {
  readonly #link = new ReadController<SiteLink>(this, {
    path: () => hubPath("/api/v1/sites/{siteId}/link", { siteId: this.siteId }),
    topics: ["site"],
  });

  override render() {
    return this.#link.render((link) => {
      const at = (atMs: number | null) => (atMs === null ? null : dateTime(atMs, this.app.zone));
      const { journal } = link;
      const behind = link.feed.reduce((sum, scope) => sum + scope.behind, 0);
      return html`<section class="card pad">
        <h2>${say("link")}</h2>
        ${facts([
          [
            say("state"),
            say(link.connected ? "site_online" : link.connections === 0 ? "site_pending" : "site_offline"),
          ],
          [
            say(link.connected ? "connectedSince" : "awaySince"),
            at(link.connected ? link.connectedAtMs : link.disconnectedAtMs),
          ],
          [say("lastSeen"), at(link.lastHeardAtMs)],
          [say("agentVersion"), link.agentVersion],
          [say("clock"), link.clockQuality === null ? null : word("clock", link.clockQuality)],
          link.disk === null
            ? null
            : [say("disk"), link.disk === "ok" ? say("diskOk") : html`${diskBadge(link.disk)} ${at(link.diskSinceMs)}`],
          [
            say("feedBehind"),
            html`<span class="badge ${behind === 0 ? "good" : "warn"}"
              >${behind === 0 ? say("upToDate") : say("changesToCome", { count: behind })}</span
            >`,
          ],
        ])}
        <details class="below">
          <summary>${say("connectionDetails")}</summary>
          ${facts([
            [
              say("address"),
              link.remoteAddress === null ? null : html`<span class="mono">${plainAddress(link.remoteAddress)}</span>`,
            ],
            [say("connections"), link.connections],
            [say("lastRecord"), at(journal.lastRecordAtMs)],
            [say("lag"), journal.lagMs === null ? null : duration(journal.lagMs / 1000)],
            [say("recordsRead"), journal.lastSeq],
          ])}
        </details>
        ${
          journal.gaps + journal.damagedRecords === 0
            ? nothing
            : html`<p class="badge warn below">${say("recordsLost", { gaps: journal.gaps, damaged: journal.damagedRecords })}</p>`
        }
      </section>`;
    });
  }
}
customElements.define("site-link-card", SiteLinkCard);
