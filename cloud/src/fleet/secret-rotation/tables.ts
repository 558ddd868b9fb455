import type { Generated } from "kysely";
import type { RotationCause, RotationProblem } from "./rotation-policy.ts";

interface SecretRotationTables {
  site_secret_rotations: {
    provider_id: string;
    site_id: string;
    rotation_id: string;
    cause: RotationCause;
    serial: string;
    radius_secret_sealed: Uint8Array | null;
    api_password_sealed: Uint8Array | null;
    wanted_at_ms: number;
    sent_at_ms: number | null;
    tries: Generated<number>;
    next_at_ms: number | null;
    held_until_ms: Generated<number>;
    problem: RotationProblem | null;
    why: string | null;
    done_at_ms: number | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends SecretRotationTables {}
}
