/**
 * The simulated router as a process. Settings: HOTSPOT_PORT (8001), PORT of its control page (8005), API_PORT (8728), API_USER,
 * API_PASSWORD, PORTAL_URL, RADIUS_HOST, RADIUS_AUTH_PORT (1812), RADIUS_ACCT_PORT (1813), RADIUS_SECRET, COA_PORT (3799),
 * IDENTITY, NTP_SECONDS ("never" or seconds from boot to a right clock), UPLINK_PORT with UPLINK_TARGET (host:port).
 */
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import { realWorld } from "../world/real-world.ts";
import { openApiServer } from "./api/api-server.ts";
import { listenHttp, serveHotspot } from "./device/hotspot-http.ts";
import { createRouter } from "./device/router.ts";
import { openUplink } from "./device/uplink.ts";
import { createSimulatorApp } from "./panel/panel-app.ts";
import { parseRouterSettings } from "./settings.ts";

async function main(): Promise<void> {
  const settings = parseRouterSettings(process.env);
  if ("problem" in settings) {
    process.stderr.write(`router simulator: ${settings.problem}\n`);
    process.exit(2);
  }
  const world = realWorld();
  const hotspot = await listenHttp(settings.hotspotPort);
  const hotspotUrl = `http://127.0.0.1:${hotspot.port}`;
  const router = createRouter(world, createNodeUdp(), { ...settings.router, hotspotUrl, busyByHour: true });
  serveHotspot(world, router, hotspot.server);
  await router.boot();
  const api = await openApiServer(world, router, { port: settings.apiPort });
  const uplink = settings.uplink && (await openUplink(router, settings.uplink));
  const face = await listenHttp(settings.port);
  const app = createSimulatorApp(world, router, () => uplink?.obeyKnob());
  face.server.on("request", app);
  process.stdout.write(
    `router simulator ready on http://127.0.0.1:${face.port}, hotspot ${hotspotUrl}, API port ${api.port}` +
      `${uplink ? `, uplink port ${uplink.port}` : ""}\n`,
  );

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      for (const { server } of [hotspot, face]) {
        server.close();
        server.closeAllConnections();
      }
      void Promise.allSettled([api.close(), uplink?.close(), router.powerCut()]).then(() => process.exit(0));
    });
  }
}

main().catch((error: Error) => {
  process.stderr.write(`router simulator: ${error.message}\n`);
  process.exit(1);
});
