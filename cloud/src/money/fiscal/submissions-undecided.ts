/** Documents that a restored hub finds on their way to a tax authority with a device: the hub of before has most likely told them since the back-up. */

/**
 * For a restore, as statements in one raw transaction. Told again, such a sale would be declared twice: a person looks first, and types its reply or submits it
 * again. Without a device people hand documents in, and an adapter that needs none tells each once.
 */
export function submissionsUndecided(nowMs: number): readonly string[] {
  return [
    `update fiscal_submissions set state = 'refused', answered_at_ms = ${nowMs}, changed_at_ms = ${nowMs},
      reason = 'restored: look into the tax authority''s portal before you submit it again'
      where state = 'waiting' and exists (select 1 from tax_devices
        where tax_devices.provider_id = fiscal_submissions.provider_id and tax_devices.authority = fiscal_submissions.authority)`,
    "update tax_devices set busy_until_ms = 0",
  ];
}
