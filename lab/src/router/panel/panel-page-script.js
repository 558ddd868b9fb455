// Runs in the browser. Data from the router is inserted as text, never as HTML.
const $ = (id) => document.getElementById(id);

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const post = (path, body = {}) =>
  fetch(`api/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  })
    .then((response) => response.json())
    .then(show, () => {});

function bytes(count) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = count < 1 ? 0 : Math.min(4, Math.floor(Math.log10(count) / 3));
  return `${(count / 1000 ** power).toFixed(power ? 1 : 0)} ${units[power]}`;
}

function left(seconds) {
  if (seconds === null) return "no limit";
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

function button(words, path, body) {
  return element("button", { className: "quiet small", textContent: words, onclick: () => post(path, body) });
}

function clientRow(client) {
  const path = `clients/${encodeURIComponent(client.address)}`;
  const session = client.session;
  const used = element("td", { className: "digits" });
  if (session) {
    used.append(`${bytes(session.upBytes)} up, ${bytes(session.downBytes)} down`);
    if (session.limitBytes) {
      const share = Math.min(100, (100 * (session.upBytes + session.downBytes)) / session.limitBytes);
      const bar = element("div", { className: "use", title: `of ${bytes(session.limitBytes)}` }, element("i"));
      bar.firstChild.style.width = `${share}%`;
      used.append(bar);
    }
  }
  const speed = session?.downBitsPerSecond ? `, at most ${session.downBitsPerSecond / 1e6} Mbit/s` : "";
  const orders = element("td");
  if (session) {
    const eats = client.wantsDownBytesPerSecond > 0;
    orders.append(
      eats
        ? button("stop download", `${path}/appetite`, {})
        : button("download", `${path}/appetite`, { downBytesPerSecond: 500_000, upBytesPerSecond: 50_000 }),
      button("use 100 MB", `${path}/use`, { down: 100_000_000 }),
      button("log out", `${path}/log-out`),
    );
  }
  return element(
    "tr",
    {},
    element(
      "td",
      {},
      element("code", { textContent: client.address }),
      element("br"),
      element("small", { className: "soft", textContent: client.mac }),
    ),
    element(
      "td",
      {},
      session ? `${session.user} (${session.loginBy}${speed})` : "at the log-in page",
      element("br"),
      element("small", {
        className: "soft digits",
        textContent: session ? `${session.sessionId}, ${session.uptime}` : "",
      }),
    ),
    used,
    element(
      "td",
      { className: "digits" },
      session ? left(session.endsInSeconds) : "",
      element("br"),
      element("small", { className: "soft", textContent: session?.endsBecause ?? "" }),
    ),
    orders,
  );
}

function packetRow(packet) {
  const bad = /Reject|NAK/.test(packet.code) || packet.note?.startsWith("dropped");
  const attributes = Object.entries(packet.attributes).map(([name, value]) => `${name} = ${value}`);
  return element(
    "div",
    { className: bad ? "packet bad" : "packet" },
    element("span", { className: "digits soft", textContent: new Date(packet.atMs).toLocaleTimeString() }),
    element("span", { textContent: packet.direction === "out" ? "→" : "←" }),
    element("span", { className: "code", textContent: packet.code + (packet.note ? ` (${packet.note})` : "") }),
    element("code", { textContent: attributes.join(" · ") }),
  );
}

function figure(name, value) {
  return element("div", { className: "card" }, element("b", { textContent: value }), name);
}

function show(state) {
  $("identity").textContent = state.identity;
  $("hotspot").textContent = $("hotspot").href = state.hotspotUrl;
  $("lamp").classList.toggle("on", state.power);
  $("power").textContent = state.power ? `on for ${state.uptime}` : "no power";
  for (const order of document.querySelectorAll("[data-order]"))
    order.hidden = state.power === (order.dataset.order === "boot");
  $("clock").textContent = state.clock ? `its clock: ${state.clock}` : "";
  for (const input of document.querySelectorAll("[data-knob]")) {
    if (input === document.activeElement) continue;
    const value = state.knobs[input.dataset.knob];
    if (input.type === "checkbox") input.checked = value;
    else input.value = value;
  }
  const { radius, incoming } = state;
  $("figures").replaceChildren(
    figure("online", state.clients.filter((client) => client.session).length),
    figure("MAC cookies", state.cookies),
    figure("accepts", radius?.accepts ?? "–"),
    figure("rejects", radius?.rejects ?? "–"),
    figure("sent again", radius?.resends ?? "–"),
    figure("bad replies", radius?.badReplies ?? "–"),
    figure("Disconnect and CoA: ACK / NAK", incoming ? `${incoming.acks} / ${incoming.naks}` : "–"),
  );
  const nobody = element("tr", {}, element("td", { colSpan: 5, className: "soft", textContent: "No clients yet." }));
  $("clients").replaceChildren(...(state.clients.length ? state.clients.map(clientRow) : [nobody]));
  $("packets").replaceChildren(...state.packets.map(packetRow));
}

for (const order of document.querySelectorAll("[data-order]")) {
  order.onclick = () => post(order.dataset.order);
}
for (const input of document.querySelectorAll("[data-knob]")) {
  input.onchange = () => {
    post("knobs", { [input.dataset.knob]: input.type === "checkbox" ? input.checked : input.value });
    input.blur();
  };
}

async function refresh() {
  try {
    show(await (await fetch("api/state")).json());
  } catch {
    $("power").textContent = "the simulator does not answer";
    $("lamp").classList.remove("on");
  }
  setTimeout(refresh, 1000);
}
refresh();
