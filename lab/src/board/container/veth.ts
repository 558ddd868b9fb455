/** The cable between a simulated router and its agent's container, on one machine: both keep their addresses and well-known ports, and real sockets carry the packets. */
import type { SendDatagram, Udp, UdpPeer } from "@karibu/agent/ground/udp";

export interface Veth {
  /** What the agent calls its router, and where that really takes Disconnect and CoA. */
  readonly routerAddress: string;
  readonly coa: { readonly port: number; readonly realPort: number };
  /** The agent's ports for RADIUS, and where it really listens. */
  readonly listening: ReadonlyMap<number, number>;
}

const here = "127.0.0.1";

export function throughVeth(udp: Udp, { routerAddress, coa, listening }: Veth): Udp {
  /** The agent's own sockets, by their real ports: it asks itself, to see whether it answers. */
  const own = new Map<number, number>();

  const real = (to: UdpPeer): UdpPeer => {
    if (to.address === routerAddress) return { address: here, port: to.port === coa.port ? coa.realPort : to.port };
    return to.address === here ? { ...to, port: listening.get(to.port) ?? to.port } : to;
  };
  const known = ({ port }: UdpPeer): UdpPeer => {
    const ownPort = own.get(port);
    if (ownPort !== undefined) return { address: here, port: ownPort };
    return { address: routerAddress, port: port === coa.realPort ? coa.port : port };
  };
  const through =
    (send: SendDatagram): SendDatagram =>
    (packet, to) =>
      send(packet, real(to));

  return {
    async bind(options) {
      const { onMessage } = options;
      const socket = await udp.bind({
        ...options,
        port: listening.get(options.port) ?? options.port,
        onMessage: (packet, from, answer) =>
          answer === undefined ? onMessage(packet, known(from)) : onMessage(packet, known(from), through(answer)),
      });
      const port = listening.has(options.port) ? options.port : socket.port;
      own.set(socket.port, port);
      return { ...socket, port, send: through(socket.send) };
    },
  };
}
