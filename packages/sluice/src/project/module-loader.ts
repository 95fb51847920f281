import { readFileSync } from "node:fs";
import { createRequire, isBuiltin, SourceMap } from "node:module";
import { dirname, extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import { mapPlaces } from "@sluice/query";
import type { Jiti } from "jiti";
import { compileOnce } from "./compiled-code.ts";
import { SourceSyntaxError } from "./source-syntax-error.ts";

type ModuleBody = (
  exports: object,
  require: NodeJS.Require,
  module: { exports: object },
  filename: string,
  directory: string,
  load: (specifier: string) => Promise<object>,
  resolve: (specifier: string) => string,
) => Promise<void>;

interface LoadedModule {
  readonly exports: object;
  readonly done: Promise<void>;
}

const WRAPPER = "(async function (exports, require, module, __filename, __dirname, jitiImport, jitiESMResolve) { ";

/**
 * Loads a person's modules, TypeScript and JavaScript alike, without a build: every loader evaluates every file anew, once; only compiled text is kept
 * between runs. Places in stacks lead to the files as written.
 */
export class ModuleLoader {
  readonly #directory: string;
  #jiti: Jiti | undefined;
  readonly #provided: ReadonlyMap<string, object>;
  readonly #modules = new Map<string, LoadedModule>();
  readonly #imported = new Set<string>();

  constructor(directory: string, provided: ReadonlyMap<string, object>) {
    this.#directory = directory;
    this.#provided = provided;
  }

  /** Loaded when first asked for: files that were compiled before and import no others do without. */
  get #compiler(): Jiti {
    const { createJiti } = createRequire(import.meta.url)("jiti") as typeof import("jiti");
    this.#jiti ??= createJiti(pathToFileURL(`${this.#directory}/`).href, {
      fsCache: false,
      sourceMaps: true,
      interopDefault: false,
    });
    return this.#jiti;
  }

  /** The files loaded so far, importers after what they import. */
  get files(): readonly string[] {
    return [...this.#modules.keys()];
  }

  /** Whether a file was imported by another. */
  wasImported(file: string): boolean {
    return this.#imported.has(file);
  }

  /**
   * Evaluates a file and what it imports, as far as this has not happened yet.
   *
   * @throws SourceSyntaxError for text that is no TypeScript, or whatever the file throws; the same again when asked again.
   */
  async load(file: string): Promise<object> {
    return this.#load(file, []);
  }

  async #load(file: string, importers: readonly string[]): Promise<object> {
    const known = this.#modules.get(file);
    if (known !== undefined) {
      if (!importers.includes(file)) await known.done;
      return known.exports;
    }
    const module = { exports: {} };
    const done = this.#evaluate(file, module, [...importers, file]);
    this.#modules.set(file, { exports: module.exports, done });
    await done;
    return module.exports;
  }

  async #evaluate(file: string, module: { exports: object }, chain: readonly string[]): Promise<void> {
    const code = this.#compile(file);
    const body: ModuleBody = runInThisContext(`${WRAPPER}${code}\n})`, {
      filename: file,
      columnOffset: -WRAPPER.length,
    });
    const load = (specifier: string): Promise<object> => this.#import(specifier, file, chain);
    const resolve = (specifier: string): string => pathToFileURL(this.#resolve(specifier, file)).href;
    await body(module.exports, createRequire(file), module, file, dirname(file), load, resolve);
  }

  #compile(file: string): string {
    const ts = /\.m?ts$/.test(file);
    const source = readFileSync(file, "utf8").replace(/^#!.*/, "");
    const code = compileOnce(file, source, () => {
      const made = this.#compiler.transform({ source, filename: file, ts, async: true, interopDefault: false });
      const fault = /^exports\.__JITI_ERROR__ = (\{.*\})/s.exec(made)?.[1];
      if (fault !== undefined) throw SourceSyntaxError.fromReport(file, JSON.parse(fault));
      return made;
    });
    registerPlaces(file, code);
    return code;
  }

  async #import(specifier: string, importer: string, chain: readonly string[]): Promise<object> {
    const provided = this.#provided.get(specifier);
    if (provided !== undefined) return provided;
    if (isBuiltin(specifier) || specifier.startsWith("data:")) return import(specifier);
    const file = this.#resolve(specifier, importer);
    if (/[\\/]node_modules[\\/]/.test(file) || !/^\.m?[jt]s$/.test(extname(file))) return importNatively(file);
    this.#imported.add(file);
    return this.#load(file, chain);
  }

  #resolve(specifier: string, importer: string): string {
    const found = this.#compiler.esmResolve(specifier, { parentURL: pathToFileURL(importer).href, try: true });
    if (found === undefined) throw new Error(`There is no module "${specifier}".`);
    return found.startsWith("file:") ? fileURLToPath(found) : found;
  }
}

async function importNatively(file: string): Promise<object> {
  if (file.endsWith(".json")) return { default: JSON.parse(readFileSync(file, "utf8")) };
  return import(pathToFileURL(file).href);
}

function registerPlaces(file: string, code: string): void {
  const encoded = /\/\/# sourceMappingURL=data:application\/json[^,]*;base64,([A-Za-z0-9+/=]+)\s*$/.exec(code)?.[1];
  if (encoded === undefined) return;
  const map = new SourceMap(JSON.parse(Buffer.from(encoded, "base64").toString("utf8")));
  mapPlaces(file, (place) => {
    const entry = map.findEntry(place.line - 1, place.column - 1);
    if (!("originalLine" in entry)) return place;
    return { file: place.file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  });
}
