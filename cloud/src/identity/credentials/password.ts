/** Passwords: argon2id with OWASP's parameters (19 MiB, 2 passes, 1 lane), kept as a PHC string. */

import type { Clock, Random } from "@karibu/protocol/world";
import { type Algorithm, hash, verify } from "@node-rs/argon2";
import { z } from "zod";
import { createRateLimit, type RateLimit } from "../../ground/http/rate-limit.ts";

const saltBytes = 16;
/** `Algorithm.Argon2id`: a const enum, which type stripping can't import. */
const argon2id = 2 as Algorithm;

export const passwordSchema = z
  .string()
  .min(10, "A password has at least 10 characters.")
  .max(200, "A password has at most 200 characters.");

/**
 * How often one person has a password hashed or compared, where a right one is no guess and counts nowhere else: each takes a hundredth of a second and more
 * of a processor, and whoever has an account could otherwise take all of the hub's.
 */
export const createHashLimit = (clock: Clock): RateLimit => createRateLimit(clock, { tries: 120, perSeconds: 720 });

export function hashPassword(random: Random, password: string): Promise<string> {
  const salt = random.bytes(saltBytes);
  return hash(password, { algorithm: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1, salt });
}

/** Null as hash: the account does not exist. It takes as long as a wrong password, so the time of the answer reveals nothing. */
export async function passwordFits(passwordHash: string | null, password: string): Promise<boolean> {
  const fits = await verify(passwordHash ?? nobodysHash, password);
  return fits && passwordHash !== null;
}

/** The hash of a random password that nobody knows. */
const nobodysHash = "$argon2id$v=19$m=19456,t=2,p=1$D6x2V39KIkGq+sy123vdXQ$rdbjizVEbTYeaJ4tsynOhX4br6ZxbboOmXOWpoMFLKU";
