import { sql } from "kysely";
import type { ModuleSamples } from "../test-samples.ts";

export const samples = {
  noSecrets: { "/api/v1/installations/{installationId}: text": "a line of the checklist" },
  one: {
    ids: ({ label }) => ({
      installationId: `installation-of-${label}`,
      installationPictureId: `installation-picture-of-${label}`,
    }),
    rows: ({ providerId, label }) => [
      sql`insert into installations (provider_id, installation_id, number, state, name, checklist, made_by, created_at_ms, changed_at_ms)
        values (${providerId}, ${`installation-of-${label}`}, 1, 'lead', ${label}, '[]', ${label}, 1, 1)`,
      sql`insert into installation_pictures (provider_id, picture_id, installation_id, who, media_type, bytes, width, height, at_ms)
        values (${providerId}, ${`installation-picture-of-${label}`}, ${`installation-of-${label}`}, ${label}, 'image/png', ''::bytea, 2, 2, 1)`,
    ],
  },
  seven: ({ providerId, nowMs }) => [
    `insert into installations (provider_id, installation_id, number, state, name, checklist, made_by, created_at_ms, changed_at_ms)
     select '${providerId}', 'installation-' || n, n, 'lead', 'Same', '[]', 'Me', ${nowMs} + n / 2, ${nowMs} + n / 2 from generate_series(1, 7) n`,
  ],
} satisfies ModuleSamples;
