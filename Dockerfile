# syntax=docker/dockerfile:1
# The agent, for those who have Docker: the very files that `npm run image` puts into the router's tar.
#   docker build -t karibu-agent .
#   docker build --secret id=release_key,src=release-key.pem -t karibu-agent .      sites then take updates signed with it
# For a router's `/container/add file=` use `npm run image`: what `docker save` writes today is an archive RouterOS refuses.
# It builds and is in no image. Pinned by its digest: --build-arg NODE_IMAGE=node:24-bookworm@sha256:… (docs/operate-hub.md)
ARG NODE_IMAGE=node:24-bookworm
FROM --platform=$BUILDPLATFORM $NODE_IMAGE AS build
ARG TARGETARCH
RUN apt-get update && apt-get install -y --no-install-recommends \
      binutils-aarch64-linux-gnu binutils-x86-64-linux-gnu debian-archive-keyring \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN npm ci --no-audit --no-fund
RUN --mount=type=secret,id=release_key \
    if [ -f /run/secrets/release_key ]; then KEY=/run/secrets/release_key; else KEY=/tmp/release-key.pem; fi \
    && npm run image -- --arch "$TARGETARCH" --files /files --key "$KEY"

FROM scratch
COPY --from=build /files /
ENV UV_THREADPOOL_SIZE=2 MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=81920 NODE_ENV=production KARIBU_DATA=/data
WORKDIR /data
VOLUME /data
EXPOSE 80/tcp 1812/udp 1813/udp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=10s --start-period=120s --retries=3 \
  CMD ["/bin/node", "--no-opt", "--no-maglev", "--no-sparkplug", "--optimize-for-size", "--max-semi-space-size=1", "--single-threaded", "--v8-pool-size=0", "--max-old-space-size=32", "/karibu/launcher.cjs", "--health"]
ENTRYPOINT ["/bin/node", "--no-opt", "--no-maglev", "--no-sparkplug", "--optimize-for-size", "--max-semi-space-size=1", "--single-threaded", "--v8-pool-size=0", "--max-old-space-size=32", "/karibu/launcher.cjs"]
