import type {
  Action,
  AddFile,
  DomainMetadata,
  Metadata,
  Protocol,
  RemoveFile,
  SetTransaction,
} from "../action/action.ts";
import { fileKey } from "../action/data-path.ts";
import { LayeredMap } from "./layered-map.ts";
import { isTombstoneKept } from "./tombstone.ts";

/** What a log adds up to. Protocol and metadata are absent only while nothing has been replayed. */
export interface TableState {
  readonly protocol?: Protocol;
  readonly metadata?: Metadata;
  /** Live files by `fileKey`. */
  readonly files: LayeredMap<AddFile>;
  /** Removed files by `fileKey`, at least those that must still be remembered. */
  readonly tombstones: LayeredMap<RemoveFile>;
  /** By application id. */
  readonly transactions: LayeredMap<SetTransaction>;
  /** By domain; removed ones are left out. */
  readonly domains: LayeredMap<DomainMetadata>;
  /** Bytes of all live files. */
  readonly sizeBytes: number;
}

export const EMPTY_STATE: TableState = {
  files: new LayeredMap(),
  tombstones: new LayeredMap(),
  transactions: new LayeredMap(),
  domains: new LayeredMap(),
  sizeBytes: 0,
};

/** Applies actions oldest first; the state given stays as it was. Later actions about the same thing win, whatever came before them. */
export class Replay {
  readonly #start: TableState;
  readonly #files = new Map<string, AddFile | undefined>();
  readonly #tombstones = new Map<string, RemoveFile | undefined>();
  readonly #transactions = new Map<string, SetTransaction>();
  readonly #domains = new Map<string, DomainMetadata | undefined>();
  #protocol: Protocol | undefined;
  #metadata: Metadata | undefined;

  constructor(start: TableState) {
    this.#start = start;
  }

  /** Applies the actions of one commit or of a whole checkpoint. */
  apply(actions: readonly Action[]): void {
    for (const action of actions) this.#applyOne(action);
  }

  #applyOne(action: Action): void {
    switch (action.kind) {
      case "AddFile":
        this.#add(action);
        break;
      case "RemoveFile":
        this.#remove(action);
        break;
      case "Metadata":
        this.#metadata = action;
        break;
      case "Protocol":
        this.#protocol = action;
        break;
      case "SetTransaction":
        this.#transactions.set(action.appId, action);
        break;
      case "DomainMetadata":
        this.#domains.set(action.domain, action.removed ? undefined : action);
        break;
      case "CommitInfo":
      case "AddCdcFile":
      case "Sidecar":
    }
  }

  #add(file: AddFile): void {
    const key = fileKey(file);
    this.#files.set(key, file);
    if (this.#tombstones.has(key) || this.#start.tombstones.get(key)) this.#tombstones.set(key, undefined);
  }

  #remove(file: RemoveFile): void {
    const key = fileKey(file);
    this.#files.set(key, undefined);
    this.#tombstones.set(key, file);
  }

  /** The state after everything applied so far. */
  state(): TableState {
    const start = this.#start;
    const protocol = this.#protocol ?? start.protocol;
    const metadata = this.#metadata ?? start.metadata;
    return {
      ...(protocol === undefined ? {} : { protocol }),
      ...(metadata === undefined ? {} : { metadata }),
      files: start.files.with(this.#files),
      tombstones: start.tombstones.with(this.#tombstones, isTombstoneKept(metadata, Date.now())),
      transactions: start.transactions.with(this.#transactions),
      domains: start.domains.with(this.#domains),
      sizeBytes: start.sizeBytes + this.#growth(),
    };
  }

  #growth(): number {
    let bytes = 0;
    for (const [key, file] of this.#files) bytes += (file?.size ?? 0) - (this.#start.files.get(key)?.size ?? 0);
    return bytes;
  }
}
