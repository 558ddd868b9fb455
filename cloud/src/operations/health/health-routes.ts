/**
 * Health. `/health`, `/health/ping` and `/health/database` show a load balancer nothing secret; the
 * rest is for the machine itself and for platform admins.
 */
import { hubGradeSchema, hubGrades, securityStatuses, worstHealth } from "@karibu/protocol/health";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Database } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { judgeParts } from "./judge-parts.ts";
import type { HubMetrics } from "./metrics.ts";
import { countSites, measureBytes, measureLatencyMs, readPartFacts, type Surroundings } from "./part-facts.ts";

export interface HealthParts {
  readonly world: World;
  readonly database: Database;
  readonly metrics: HubMetrics;
  readonly version: string;
  readonly startedAtMs: number;
  readonly links: () => number;
  /** Facts for admins that an attacker must not see. */
  readonly security: SecurityFacts;
  readonly surroundings: Surroundings;
}

export interface SecurityFacts {
  readonly masterKeyFrom: "setting" | "key-file";
  readonly publicUrl: string | null;
}

const databaseHealth = z.object({
  status: z.literal("ok"),
  engine: z.enum(["embedded", "postgresql"]),
  latencyMs: z.number(),
});

const siteCounts = z.object({
  online: z.number().int(),
  offline: z.number().int(),
  pending: z.number().int(),
});

const grade = z.enum(hubGradeSchema.options);
const partView = z.object({
  name: z.string(),
  grade,
  text: z.string(),
  /** The same as `text`, as a code of this part: its figures belong to it. */
  finding: z.string(),
  /** What to do; null when nothing. */
  advice: z.string().nullable(),
  adviceCode: z.string().nullable(),
  figures: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
});

const securityStatus = z.enum([securityStatuses.ok, securityStatuses.notice]);
const finding = z.object({ name: z.string(), status: securityStatus, advice: z.string().nullable() });

export function healthRoutes(parts: HealthParts) {
  const { world, database } = parts;
  return [
    route({
      method: "GET",
      path: "/health",
      summary: "Health of the hub, part by part",
      permission: "public",
      response: z.object({
        status: z.literal("ok"),
        version: z.string(),
        upSeconds: z.number().int(),
        timeMs: z.number().int(),
        database: databaseHealth,
        links: z.number().int(),
      }),
      handle: async () => ({
        status: "ok" as const,
        version: parts.version,
        upSeconds: Math.round((world.clock.monotonicMs() - parts.startedAtMs) / 1000),
        timeMs: world.clock.wall().atMs,
        database: await checkDatabase(world, database),
        links: parts.links(),
      }),
    }),
    route({
      method: "GET",
      path: "/health/ping",
      summary: "Whether the process answers",
      permission: "public",
      response: z.object({ status: z.literal("ok") }),
      handle: async () => ({ status: "ok" as const }),
    }),
    route({
      method: "GET",
      path: "/health/database",
      summary: "Whether the database answers",
      permission: "public",
      response: databaseHealth,
      handle: () => checkDatabase(world, database),
    }),
    route({
      method: "GET",
      path: "/health/routers",
      summary: "Sites of all providers: how many are connected",
      permission: "metrics.read",
      alsoFromLoopback: true,
      response: siteCounts,
      handle: () => database.asPlatform("health-routers", countSites),
    }),
    route({
      method: "GET",
      path: "/health/security",
      summary: "Security settings of this hub",
      permission: "metrics.read",
      alsoFromLoopback: true,
      response: z.object({ status: securityStatus, findings: z.array(finding) }),
      handle: async () => {
        const findings = judgeSecurity(parts.security);
        const isFine = findings.every((one) => one.status === "ok");
        return { status: securityStatuses[isFine ? "ok" : "notice"], findings };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/platform/health",
      summary:
        "How each part of the hub is: database, jobs, mail, channels, agents, tunnel, disk, back-up (platform admin)",
      permission: "platform.read",
      alsoFromLoopback: true,
      response: z.object({
        grade,
        version: z.string(),
        upSeconds: z.number().int(),
        timeMs: z.number().int(),
        parts: z.array(partView),
      }),
      handle: async () => {
        const judged = judgeParts(await readPartFacts(world, database, parts.surroundings));
        const ofDatabase = { bytes: await measureBytes(database) };
        return {
          grade: hubGrades[worstHealth(judged.map((part) => part.grade))],
          version: parts.version,
          upSeconds: Math.round((world.clock.monotonicMs() - parts.startedAtMs) / 1000),
          timeMs: world.clock.wall().atMs,
          parts: judged.map((part) => ({
            ...part,
            grade: hubGrades[part.grade],
            figures: { ...part.figures, ...(part.name === "database" ? ofDatabase : {}) },
          })),
        };
      },
    }),
    rawRoute({
      method: "GET",
      path: "/metrics",
      summary: "Figures for Prometheus",
      permission: "metrics.read",
      alsoFromLoopback: true,
      produces: "text/plain",
      respond: async (_call, _request, response) => {
        response.type(parts.metrics.registry.contentType).send(await parts.metrics.registry.metrics());
      },
    }),
  ];
}

async function checkDatabase(world: World, database: Database): Promise<z.input<typeof databaseHealth>> {
  try {
    return { status: "ok", engine: database.engine, latencyMs: await measureLatencyMs(world, database) };
  } catch (error) {
    world.log.error("database-unwell", { message: (error as Error).message });
    throw refusal("database-away", { retryAfterSeconds: 5 });
  }
}

/** Findings over plain facts; `advice` says what to do. */
export function judgeSecurity(facts: SecurityFacts): z.input<typeof finding>[] {
  const judge = (name: string, isFine: boolean, advice: string) => ({
    name,
    status: securityStatuses[isFine ? "ok" : "notice"],
    advice: isFine ? null : advice,
  });
  return [
    judge(
      "master-key",
      facts.masterKeyFrom === "setting",
      "The master key lies in the data folder, beside what it protects: set KARIBU_MASTER_KEY from a secret store.",
    ),
    judge(
      "https",
      facts.publicUrl?.startsWith("https://") === true,
      "KARIBU_PUBLIC_URL is not https: put a TLS proxy in front before anything but a trial.",
    ),
  ];
}
