# syntax=docker/dockerfile:1
# The hub. Build from the repository's root: docker build -f container/hub.Dockerfile -t karibu-hub .
# Pinned by its digest: --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:… (docs/operate-hub.md)
ARG NODE_IMAGE=node:24-bookworm-slim
FROM $NODE_IMAGE AS build
WORKDIR /karibu
COPY package.json package-lock.json ./
COPY protocol/package.json protocol/
COPY agent/package.json agent/
COPY portal/package.json portal/
COPY cloud/package.json cloud/
COPY cloud/console/package.json cloud/console/
COPY cloud/my/package.json cloud/my/
COPY routeros-scripts/package.json routeros-scripts/
COPY container/package.json container/
COPY lab/package.json lab/
COPY cli/package.json cli/
COPY tools/package.json tools/
# What npm runs after an installation.
COPY tools/src/start/link-node.mjs tools/src/start/
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build
# What only builds and tests need goes, and the Node that npm brought: this image has one.
RUN npm prune --omit=dev --no-audit --no-fund && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM $NODE_IMAGE
ENV NODE_ENV=production PORT=8000 KARIBU_DATA=/data
WORKDIR /karibu
COPY --from=build /karibu/package.json ./
COPY --from=build /karibu/node_modules node_modules
COPY --from=build /karibu/protocol protocol
COPY --from=build /karibu/routeros-scripts routeros-scripts
COPY --from=build /karibu/cloud cloud
# `karibu backup`, `restore`, `users`, `doctor`: docker compose exec hub npm run karibu -- …
COPY --from=build /karibu/agent agent
COPY --from=build /karibu/cli cli
COPY --from=build /karibu/dist/console dist/console
COPY --from=build /karibu/dist/my dist/my
COPY --from=build /karibu/dist/portal dist/portal
# A hub without DATABASE_URL begins with these files, which only their owner may read.
COPY --from=build --chown=node:node /karibu/dist/fresh-database dist/fresh-database
RUN install -d -o node -g node -m 0700 /data /mnt/karibu-back-ups
RUN install -d -o node -g node dist/compiled-hub
USER node
# What the build compiled is of its own Node and user: here it is made again by those that start it.
RUN ["node", "--input-type=module", "--eval", "const { loadHub, useCompiled } = await import('/karibu/cloud/src/load-hub.ts'); useCompiled(); await loadHub(); (await import('node:module')).flushCompileCache(); process.exit()"]
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "cloud/src/main.ts"]
