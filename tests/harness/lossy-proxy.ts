import { createServer, request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What happens to the `at`-th request that changes something (from 1): it never arrives, or it takes effect and its answer is lost. */
export interface Loss {
  readonly at: number;
  readonly when: "before" | "after";
  /** Called at that moment; by default the connection just breaks. */
  readonly then?: () => void;
}

/** A proxy before a server on this machine that loses one request or answer. */
export interface LossyProxy {
  readonly port: number;
  /** Requests so far that change something. */
  readonly changes: number;
  /** From now on; counting begins anew. */
  lose(loss: Loss | undefined): void;
  stop(): Promise<void>;
}

export async function startLossyProxy(target: number): Promise<LossyProxy> {
  let loss: Loss | undefined;
  let changes = 0;
  const server = createServer((request, response) => {
    const isChange = request.method === "PUT" || request.method === "POST" || request.method === "DELETE";
    const now = isChange && ++changes === loss?.at ? loss : undefined;
    if (now?.when === "before") return drop(request, now);
    pass(request, response, target, now);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get changes() {
      return changes;
    },
    lose(next) {
      loss = next;
      changes = 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function drop(request: IncomingMessage, loss: Loss): void {
  loss.then?.();
  request.socket.destroy();
}

function pass(request: IncomingMessage, response: ServerResponse, port: number, loss: Loss | undefined): void {
  const { method, url: path, headers } = request;
  const onward = forward({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
    if (loss !== undefined) {
      answer.resume().once("end", () => drop(request, loss));
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.once("error", () => response.destroy());
  request.pipe(onward);
}
