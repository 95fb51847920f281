import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Call, type Expression, mapCalls, QueryError, type QueryProblem, type Relation } from "@sluice/query";
import { constantText } from "./read-files.ts";

/**
 * The query with `from_protobuf(data, message, path)` and `to_protobuf(data, message, path)` as calls with the bytes of the file. Other queries come back as they are.
 *
 * @param projectDir - What relative paths are counted from.
 * @throws QueryError naming each file that cannot be read
 */
export function withDescriptorFiles(relation: Relation, projectDir: string): Relation {
  const problems: QueryProblem[] = [];
  let changed = false;
  const completed = mapCalls(relation, (call) => {
    const path = pathOf(call);
    if (path === undefined) return call;
    const descriptors = contentOf(call, path, projectDir, problems);
    if (descriptors === undefined) return call;
    changed = true;
    return { ...call, args: call.args.map((arg, i) => (i === 2 ? descriptors : arg)) };
  });
  if (problems.length > 0) throw new QueryError(problems);
  return changed ? completed : relation;
}

function pathOf({ name, args }: Call): string | undefined {
  const [, , third] = args;
  return /^(from|to)_protobuf$/i.test(name) && third !== undefined ? constantText(third) : undefined;
}

function contentOf(call: Call, path: string, projectDir: string, problems: QueryProblem[]): Expression | undefined {
  try {
    const value = new Uint8Array(readFileSync(resolve(projectDir, path)));
    return { kind: "Literal", value, dataType: { kind: "binary" } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The descriptor file \`${path}\` cannot be read: ${reason}. Make it with \`protoc --include_imports --descriptor_set_out\`.`;
    problems.push({
      condition: "PROTOBUF_DESCRIPTOR_FILE_NOT_FOUND",
      message,
      parameters: { filePath: path },
      ...(call.span && { span: call.span }),
    });
    return undefined;
  }
}
