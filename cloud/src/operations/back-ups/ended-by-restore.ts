/** What must not go on after a restore as if nothing had been decided since the back-up: by `karibu restore` and by the server's own tools. */
import { linkReset } from "../../fleet/link/presence.ts";
import { operatorTunnelsEnded } from "../../fleet/operator-tunnels/operator-tunnels.ts";
import { logInsEnded } from "../../identity/credentials/logins.ts";
import { supportEnded } from "../../identity/support-access/support-access.ts";
import { refundsUndecided } from "../../money/refunds/refunds-undecided.ts";

/** Links, log-ins, open invitations, support access, people's tunnels, refunds under way: as statements in one raw transaction; twice is as once. */
export function endedByRestore(nowMs: number): readonly string[] {
  return [
    ...linkReset,
    ...logInsEnded,
    ...supportEnded(nowMs),
    ...operatorTunnelsEnded(nowMs),
    ...refundsUndecided(nowMs),
  ];
}
