/** How full each site's uplink is at its busiest, and from when it will be too small. */

import { sql } from "kysely";
import { presentSites } from "../../fleet/sites/site-is-there.ts";
import type { Tx } from "../../ground/db/database.ts";
import { type Capacity, judgeCapacity, type UplinkDay } from "./capacity-policy.ts";
import { type Asked, addDays, type Report } from "./report.ts";
import { type ReportWord, wordOf } from "./report-words.ts";

interface SiteCapacity extends Capacity {
  readonly siteId: string;
  readonly name: string;
  readonly downBits: number | null;
  readonly lastDay: string;
}

const sitesMax = 500;
/** A longer time says nothing of the next weeks, and is a million hours to read. */
const daysMax = 92;

export async function readCapacity(tx: Tx, asked: Asked): Promise<Report> {
  const { providerId, untilDay } = asked;
  const oldest = addDays(untilDay, 1 - daysMax);
  const fromDay = asked.fromDay < oldest ? oldest : asked.fromDay;
  const { rows } = await sql<{ siteId: string; name: string; downKbps: number | null; days: UplinkDay[] | null }>`
    select s.site_id, s.name, u.down_kbps, (
      select jsonb_agg(jsonb_build_object('day', to_char(d.day, 'YYYY-MM-DD'), 'hours', d.hours) order by d.day)
      from report_uplink_days d where d.provider_id = s.provider_id and d.site_id = s.site_id
        and d.day >= ${fromDay}::date and d.day <= ${untilDay}::date) as days
    from ${presentSites} s left join site_uplinks u on u.provider_id = s.provider_id and u.site_id = s.site_id
    where s.provider_id = ${providerId} order by s.name, s.site_id limit ${sitesMax + 1}`.execute(tx);
  const sites = rows.slice(0, sitesMax).map(({ siteId, name, downKbps, days }): SiteCapacity => {
    const downBits = downKbps === null ? null : downKbps * 1000;
    const known = days ?? [];
    return { siteId, name, downBits, lastDay: known.at(-1)?.day ?? untilDay, ...judgeCapacity(known, downBits) };
  });
  return drawCapacity(sites, asked, rows.length > sitesMax);
}

/** Pure. The fullest first; then those whose speed nobody has said. @param isCut there are more, of later names */
export function drawCapacity(
  sites: readonly SiteCapacity[],
  { language }: Pick<Asked, "language">,
  isCut: boolean,
): Report {
  const word = (name: ReportWord) => wordOf(name, language);
  const ordered = sites.toSorted((one, other) => (other.loadPermille ?? -1) - (one.loadPermille ?? -1));
  const judged = ordered.filter(({ loadPermille }) => loadPermille !== null);
  const fullText = ({ fullIn, lastDay }: SiteCapacity) => {
    if (fullIn === null) return word("unknown");
    if (typeof fullIn === "number") return addDays(lastDay, fullIn);
    return word(fullIn === "already" ? "already" : "notSoon");
  };
  return {
    chart:
      judged.length === 0
        ? null
        : {
            kind: "rows",
            unit: "permille",
            currency: null,
            labels: judged.map(({ name }) => name),
            // Against what the uplink can do, and not against the fullest site: 11 % looks like 11 %.
            limit: 1000,
            series: [{ name: word("load"), tone: "brand", values: judged.map(({ loadPermille }) => loadPermille) }],
          },
    columns: [
      { head: word("site"), unit: "text" },
      { head: word("uplink"), unit: "bits" },
      { head: word("busiest"), unit: "bits" },
      { head: word("load"), unit: "permille" },
      { head: word("fullHours"), unit: "count" },
      { head: word("growth"), unit: "permille" },
      { head: word("fullOn"), unit: "text" },
    ],
    rows: ordered.map((site) => [
      site.name,
      site.downBits,
      site.busiest,
      site.loadPermille,
      site.fullHours,
      site.growthPermille,
      fullText(site),
    ]),
    total: null,
    links: ordered.map(({ siteId }) => `sites/${siteId}`),
    notes: [word("capacityNote"), ...(isCut ? [wordOf("sitesByName", language, { count: sitesMax })] : [])],
  };
}
