import { type StructField, sqlType } from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import { type FileRead, type FileSourceWorld, givenFormat, isFixed } from "./file-read.ts";
import { canonicalFormat } from "./file-source-format.ts";

/** What is wrong with a read beyond single options. */
export function usageErrors(read: FileRead, world: FileSourceWorld): readonly PipelineError[] {
  const { leaf } = read;
  const context = { origin: leaf.origin };
  if (read.autoLoader && !leaf.streaming && leaf.format.toLowerCase() === "cloudfiles") {
    const plan = 'Use spark.readStream.format("cloudFiles"), or read once with spark.read and the format of the files.';
    return [new PipelineError("UNSUPPORTED_FEATURE", { feature: "A batch read with cloudFiles", plan }, context)];
  }
  const fixed = isFixed(canonicalFormat(leaf.format)) || read.variantColumn !== undefined;
  const mustDeclare = leaf.streaming && !read.autoLoader && !fixed;
  if (mustDeclare && leaf.schema === undefined && !world.streamingInference) {
    return [new PipelineError("STREAM_NEEDS_SCHEMA", { format: leaf.format }, context)];
  }
  const variantErrors = singleVariantErrors(read);
  if (variantErrors.length > 0) return variantErrors;
  if (givenFormat(read) === "xml" && read.options.get("rowTag") === undefined) {
    const params = { where: "The XML source", option: "rowTag", example: '.option("rowTag", "book")' };
    return [new PipelineError("MISSING_OPTION", params, context)];
  }
  const evolves = read.evolution.startsWith("addnewcolumns");
  if (evolves && leaf.schema !== undefined) {
    const where = "cloudFiles with an explicit schema";
    const params = {
      where,
      option: "cloudFiles.schemaEvolutionMode",
      value: read.options.get("cloudFiles.schemaEvolutionMode") ?? "",
      expected: "rescue, failOnNewColumns or none",
    };
    return [new PipelineError("INVALID_OPTION_VALUE", params, context)];
  }
  return [];
}

/** A schema beside a single variant column has that column, and one for corrupt records at most; names of other columns have no place. */
function singleVariantErrors({ leaf, options, variantColumn }: FileRead): readonly PipelineError[] {
  if (variantColumn === undefined) return [];
  const context = { origin: leaf.origin };
  const corrupt = options.get("columnNameOfCorruptRecord") ?? "_corrupt_record";
  const isVariant = (one: StructField) => one.name === variantColumn && one.dataType.kind === "variant";
  const isCorrupt = (one: StructField) => one.name === corrupt && one.dataType.kind === "string";
  const fields = leaf.schema?.fields ?? [];
  const fits = fields.some(isVariant) && fields.every((one) => isVariant(one) || isCorrupt(one));
  const isDeclared = leaf.schema !== undefined && !fits;
  const option = ["cloudFiles.schemaHints", "schemaHints"].find((name) => options.get(name) !== undefined);
  if (!isDeclared && option === undefined) return [];
  const params = { column: variantColumn, corrupt, given: isDeclared ? sqlType(leaf.schema) : `${option}` };
  return [new PipelineError("INVALID_SINGLE_VARIANT_COLUMN", params, context)];
}
