/**
 * Packages that are asked for but not needed at run time are replaced by nothing: `source-map-support` (a RouterOS client
 * requires it without listing it), the native helpers of `ws`, and parts of `ws`.
 */
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { repositoryRoot } from "./repository.ts";

const standIns: Readonly<Record<string, string>> = {
  "source-map-support": "{ install() {} }",
};
/**
 * Files of `ws`, by what it calls them. The agent asks for no compression (`dial-websocket.ts`) and so for no extension of a WebSocket, and listens to
 * one by `on`, not as a browser does.
 */
const standInsOfWs: Readonly<Record<string, string>> = {
  "./permessage-deflate": '{ extensionName: "permessage-deflate" }',
  "./extension": "{}",
  "./event-target": "{ EventTarget: {} }",
};
/** Another package may have files of these names: they stay its own. */
const isOfWs = (importer: string): boolean => /[\\/]node_modules[\\/]ws[\\/]lib[\\/][^\\/]+$/.test(importer);

export const notNeeded: Plugin = {
  name: "not-needed",
  setup(build) {
    build.onResolve({ filter: /^(bufferutil|utf-8-validate)$/ }, ({ path }) => ({ path, external: true }));
    // The agent dials, and serves no WebSocket.
    build.onResolve({ filter: /^ws$/ }, () => ({ path: join(repositoryRoot, "node_modules/ws/lib/websocket.js") }));
    build.onResolve({ filter: /./ }, ({ path, importer }) => {
      const standIn = standIns[path] ?? (isOfWs(importer) ? standInsOfWs[path] : undefined);
      return standIn === undefined ? null : { path, namespace: "stand-in", pluginData: standIn };
    });
    build.onLoad({ filter: /./, namespace: "stand-in" }, ({ pluginData }) => ({
      contents: `module.exports = ${pluginData};`,
      loader: "js",
    }));
  },
};
