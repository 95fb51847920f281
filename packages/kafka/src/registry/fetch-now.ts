import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { RegistryAnswer } from "./registry-answer.ts";
import type { RegistryRequest } from "./registry-request.ts";

const PROGRAM = `
const { workerData } = require("node:worker_threads");
const { request: { url, ...init }, port, flag, patience } = workerData;
fetch(url, { ...init, signal: AbortSignal.timeout(patience) })
  .then(async (answer) => ({ status: answer.status, text: await answer.text() }))
  .catch((error) => ({ status: 0, text: String(error.cause?.message ?? error.message) }))
  .then((answer) => { port.postMessage(answer); Atomics.store(flag, 0, 1); Atomics.notify(flag, 0); });
`;

/**
 * Asks a server and holds the process until it answers, for code that cannot wait otherwise: DuckDB's functions. Status 0: there was no answer within
 * `patience` milliseconds, `text` says why.
 */
export function fetchNow(request: RegistryRequest, patience: number): RegistryAnswer {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const workerData = { request, port: port2, flag, patience };
  const worker = new Worker(PROGRAM, { eval: true, workerData, transferList: [port2] });
  Atomics.wait(flag, 0, 0, patience + 5000);
  const received = receiveMessageOnPort(port1) as { readonly message: RegistryAnswer } | undefined;
  port1.close();
  void worker.terminate();
  return received?.message ?? { status: 0, text: "no answer in time" };
}
