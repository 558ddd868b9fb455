/** What the pages for installers show: health, status, findings and figures. `start/site-facts.ts` gathers them. */
import type { Finding } from "../../doctor/finding.ts";
import type { ImageArrival } from "../../updates/image-arrival.ts";
import type { Metric } from "../http/metrics.ts";
import type { StaffLanguage } from "../page/page-frame.ts";
import type { StatusReport } from "./status-report.ts";

export interface SiteFacts {
  /** `ok` false answers 503, which restarts the container: only for faults that a restart mends. */
  health(): { readonly ok: boolean; readonly checks: Readonly<Record<string, string>> };
  /** In English where no language is given. */
  status(language?: StaffLanguage): Promise<StatusReport>;
  /** The findings of this moment. Absent: there is no doctor. */
  examine?(): Promise<{ readonly version: string; readonly findings: readonly Finding[] }>;
  /** For a router that brings a new image. Absent: none brings one. */
  readonly image?: ImageArrival | undefined;
  /** The portal adds its own metrics to these. */
  metrics(): Promise<readonly Metric[]>;
}
