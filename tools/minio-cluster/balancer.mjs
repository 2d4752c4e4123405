// A TCP load balancer, as it stands in front of the nodes of a cluster: a client has one endpoint.
import { connect, createServer } from 'node:net';

export class Balancer {
  /** @readonly */
  #host;
  /** @readonly */
  #ports;
  /** @readonly */
  #server = createServer({ allowHalfOpen: true }, (client) => this.#forward(client));
  #turn = 0;

  /** @param host the address of all nodes, and of the balancer. @param ports the ports of the nodes. */
  constructor(host, ports) {
    this.#host = host;
    this.#ports = ports;
  }

  async listen(port) {
    await new Promise((resolve, reject) => this.#server.once('error', reject).listen(port, this.#host, resolve));
  }

  close() {
    this.#server.close();
  }

  /** Connects a client to the next node that accepts the connection. A connection that breaks later is not moved to another node. */
  #forward(client, refused = 0) {
    const node = connect({ host: this.#host, port: this.#ports[this.#turn++ % this.#ports.length], allowHalfOpen: true });
    const refuse = () => {
      if (refused + 1 < this.#ports.length) this.#forward(client, refused + 1);
      else client.resetAndDestroy();
    };
    node.once('error', refuse);
    node.once('connect', () => {
      node.off('error', refuse);
      for (const [from, to] of [
        [node, client],
        [client, node],
      ]) {
        from.on('error', () => to.resetAndDestroy());
        from.pipe(to);
      }
    });
  }
}
