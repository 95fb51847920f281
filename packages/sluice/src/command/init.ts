import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";

/** What `init` can begin a project with. */
export const TEMPLATES = ["orders", "sql", "empty"] as const;

/** The name of a template. */
export type Template = (typeof TEMPLATES)[number];

/** A template, or undefined for a name that is none. */
export function findTemplate(name: string): Template | undefined {
  return TEMPLATES.find((template) => template === name);
}

const TEMPLATE_FOLDER = join(dirname(createRequire(import.meta.url).resolve("sluice/package.json")), "templates");

const TSCONFIG = {
  compilerOptions: { target: "es2023", module: "nodenext", strict: true, noEmit: true, skipLibCheck: true },
  include: ["transformations"],
};

/**
 * Makes a project that runs at once: settings, a pipeline and, for `orders` and `sql`, raw data.
 *
 * @throws CommandError when the folder holds something already.
 */
export async function init(folder: string, template: Template, output: Output): Promise<number> {
  const target = resolve(folder);
  await mkdir(target, { recursive: true });
  const present = (await readdir(target)).filter((name) => !name.startsWith("."));
  if (present.length > 0) {
    throw new CommandError(
      EXIT.wrong,
      `The folder ${target} is not empty.`,
      "Give a new folder: sluice init my-pipeline",
    );
  }
  await cp(join(TEMPLATE_FOLDER, template), target, { recursive: true });
  if (template !== "sql") await writeFile(join(target, "tsconfig.json"), `${JSON.stringify(TSCONFIG, null, 2)}\n`);
  await writeFile(join(target, ".gitignore"), ".sluice/\nnode_modules/\n");
  const here = relative(process.cwd(), target) || ".";
  output.json({ project: target, template });
  output.text(
    `Made the project ${basename(target)} from the template ${template}.\n\n${here === "." ? "" : `  cd ${here}\n`}  npx sluice run\n`,
  );
  return EXIT.done;
}
