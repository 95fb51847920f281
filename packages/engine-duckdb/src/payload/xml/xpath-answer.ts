import { DOMParser, type Node } from "@xmldom/xmldom";
import xpath, { type Search, type XPathEvaluator } from "xpath";

const NOWHERE = "urn:nowhere";

/** A path of XPath 1.0. Names without a prefix mean elements of any namespace, those with one none, as documents are read without regard to namespaces. */
export class XPathSearch {
  readonly #path: string;
  readonly #evaluator: XPathEvaluator;

  /** @throws Error when it is no path */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#evaluator = xpath.parse(path);
    } catch (error) {
      throw new Error(`[INVALID_XPATH] "${path}" is no path of XPath 1.0: ${reasonOf(error)}`);
    }
  }

  /** What the path finds in a text. @throws Error when the text is not well-formed */
  in(text: string): XPathAnswer {
    const node = this.#parsed(text);
    return new XPathAnswer(this.#evaluator, this.#path, node);
  }

  #parsed(text: string): Node {
    try {
      return new DOMParser({ locator: false, onError: stop }).parseFromString(text, "text/xml");
    } catch (error) {
      throw new Error(
        `[INVALID_XML_DOCUMENT] The text in which "${this.#path}" is looked for is no XML: ${reasonOf(error)}`,
      );
    }
  }
}

function stop(level: string, message: string): void {
  if (level !== "warning") throw new Error(message);
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

/** What a path finds in one document, as one type or another. */
export class XPathAnswer {
  readonly #evaluator: XPathEvaluator;
  readonly #path: string;
  readonly #search: Search;

  constructor(evaluator: XPathEvaluator, path: string, node: Node) {
    this.#evaluator = evaluator;
    this.#path = path;
    this.#search = { node, namespaces: () => NOWHERE, allowAnyNamespaceForNoPrefix: true };
  }

  /** The texts of the text nodes and attributes found, null for elements. @throws Error for a path to something else than nodes */
  texts(): readonly (string | null)[] {
    const found = this.#evaluator.evaluate(this.#search);
    if (!("nodes" in found))
      throw new Error(`[INVALID_XPATH] "${this.#path}" finds no nodes but a value; use xpath_string.`);
    return this.#evaluator.select(this.#search).map((node) => node.nodeValue);
  }

  text(): string {
    return this.#evaluator.evaluateString(this.#search);
  }

  truth(): boolean {
    return this.#evaluator.evaluateBoolean(this.#search);
  }

  /** Texts of nodes are numbers without an exponent. */
  number(): number {
    const found = this.#evaluator.evaluate(this.#search);
    if (!("nodes" in found)) return this.#evaluator.evaluateNumber(this.#search);
    const text = this.#evaluator.evaluateString(this.#search);
    return /^\s*-?(\d+(\.\d*)?|\.\d+)\s*$/.test(text) ? Number(text) : Number.NaN;
  }
}
